"""Runs of the DAG `media_process` in Airflow, with real ffmpeg, S3 and https: objects, a list, a prefix and URLs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag

from clips import Clips
from graph_runs import PLUGINS
from media_workflows.orchestration import process
from media_workflows.services.processes import get_process
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.store.engine import transaction
from media_workflows.store.events import events_of_run
from media_workflows.store.runs import get_run
from tls_site import Answer, tls_site
from vendor_walker_events import problems_of_event

RUNNER = Path(__file__).parents[2] / "process_runner.py"
DAGS = Path(__file__).parents[3] / "dags"
COVER = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]}
DONE = dict.fromkeys(("upload", "process", "notify"), "success")


def run_requests(home: Path, endpoint: str, requests: list[dict[str, Any]], certificate: Path) -> list[dict[str, Any]]:
    """The runs, in order."""
    (file := home / "requests.json").write_text(json.dumps(requests))
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PLUGINS),
        "MEDIA_WORKFLOWS_DATA_DIR": str(home / "data"),
        "MEDIA_WORKFLOWS_S3_ENDPOINT_URL": endpoint,
        "MEDIA_WORKFLOWS_JOB_RETRIES": "0",
        "MEDIA_WORKFLOWS_URL_ALLOWED_HOSTS": json.dumps(["localhost"]),
    }
    command = [sys.executable, str(RUNNER), str(file), str(certificate)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)
    assert ended.returncode == 0, (ended.stdout + ended.stderr)[-8000:]
    return [json.loads(line.removeprefix("RUN")) for line in ended.stdout.splitlines() if line.startswith("RUN")]


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_requests_in_airflow(s3_server: str, database: str, tmp_path: Path) -> None:
    s3 = make_clients(Settings(s3_endpoint_url=s3_server)).s3
    s3.create_bucket(Bucket=(bucket := f"bucket-{uuid.uuid4().hex[:12]}"))
    clip = Clips(tmp_path).short
    keys = [f"list/{number:02}.mp4" for number in range(20)]
    for key in (*keys, "one.bin", "prefix/a.mp4", "prefix/b.mp4", "prefix/notes.txt"):
        s3.upload_file(str(clip), bucket, key)
    with tls_site(tmp_path, "localhost") as site:
        site.answers |= {
            "/film.mp4": Answer(200, clip.read_bytes()),
            "/moved": Answer(302, headers={"location": "/film.mp4"}),
            "/inside": Answer(302, headers={"location": f"https://127.0.0.1:{site.server_port}/film.mp4"}),
        }
        output: dict[str, Any] = {"output": {"bucket": bucket, "directory": "out/{inputDirectory}/"}}
        target: dict[str, Any] = {"notification": {"type": "sqs", "queue_name": "q"}}
        steps: list[dict[str, Any]] = [
            {"id": "cover", **COVER},
            {"id": "hd", "transcode": [{"template": 100010}], "when": "source.width > 1000"},
            {"id": "copy", "copy": {"directory": "copies/"}, "after": ["cover", "hd"]},
        ]
        context = {"id": "order-7", "text": "两", "tags": {"team": "news"}}
        named: dict[str, Any] = {"bucket": bucket, **output}
        flat: dict[str, Any] = {"output": {"bucket": bucket, "directory": "out/"}, "jobs": COVER}
        requests: list[dict[str, Any]] = [
            {"request_id": "one", "keys": ["one.bin"], "steps": steps, "context": context, **named, **target},
            {"request_id": "list", "keys": keys, "jobs": COVER, **named},
            {"request_id": "prefix", "prefix": "prefix/", "jobs": COVER, **named},
            {"request_id": "url", "url": f"{site.url}/moved?token=secret", **flat},
            {"request_id": "refused", "url": f"{site.url}/inside", **flat},
        ]
        runs = run_requests(tmp_path, s3_server, requests, site.certificate)
    assert len(runs) == 1 + 20 + 2 + 1 + 1
    assert all(run["tasks"] == DONE for run in runs[:-1]), runs
    states = {id_: get_process(id_) for id_ in ("one", "list", "prefix", "url", "refused")}
    assert {id_: (state.finished, state.failed) for id_, state in states.items()} == {
        "one": (1, 0),
        "list": (20, 0),
        "prefix": (2, 0),
        "url": (1, 0),
        "refused": (0, 1),
    }
    first, fetched, refused = runs[0], runs[-2], runs[-1]
    with transaction() as session:
        (event,) = events_of_run(session, "media_process", first["run_id"])
        record = get_run(session, "media_process", first["run_id"])
        copied = get_run(session, "media_process", fetched["run_id"])
        failed = get_run(session, "media_process", refused["run_id"])
        (unfetched,) = events_of_run(session, "media_process", refused["run_id"])
    body = json.loads(event.body)
    assert problems_of_event(body) == []
    assert (body["EventType"], body["SessionId"], body["SessionContext"]) == ("ScheduleTask", "order-7", "两")
    assert body["MediaWorkflows"]["Tags"] == {"team": "news"}
    assert record is not None
    assert [job.step.step_id for job in record.jobs] == ["cover"]  # `hd` was skipped by its condition
    assert copied is not None
    assert copied.source is not None
    assert copied.source.key.startswith("fetched/")
    assert failed is not None
    assert failed.error is not None
    assert "url_allowed_hosts" in failed.error["message"]
    given = json.loads(unfetched.body)["WorkflowTaskEvent"]["InputInfo"]
    assert given == {"Type": "URL", "UrlInputInfo": {"Url": f"{site.url}/inside"}}
    assert refused["tasks"] == {"upload": "failed", "process": "upstream_failed", "notify": "success"}
    made = {found["Key"] for found in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    assert len([key for key in made if key.startswith("out/") and key.endswith(".jpg")]) == 24
    assert "copies/one.bin" in made


def test_the_dag(plugin: None) -> None:
    bag = DagBag(dag_folder=str(DAGS / "media_process.py"), bundle_name="dags-folder")
    assert not bag.import_errors
    dag = bag.dags["media_process"]
    assert (dag.schedule, dag.is_paused_upon_creation, dag.max_active_runs) == (None, False, 1000)
    assert [task.task_id for task in dag.tasks if task.is_teardown] == ["notify"]
    assert dag.get_task("process").upstream_task_ids == {"upload"}
    assert {task.weight_rule for task in dag.tasks} == {"media_workflows.orchestration.priority.UploadsFirst"}


def test_requests_find_the_keys_of_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """As workflows do: an encrypted ladder may be asked for by a request, too."""
    connection = {"conn_type": "generic", "password": "0f" * 16, "extra": {"key_id": "1e" * 16}}
    monkeypatch.setenv("AIRFLOW_CONN_LADDER_KEY", json.dumps(connection))
    monkeypatch.setattr(process, "end_with_supervisor", lambda: None)
    monkeypatch.setattr(process, "task_clients", lambda: None)
    find_key = process.RequestedSourceOperator(task_id="upload")._resources().stored_key
    assert find_key is not None
    found = find_key("ladder_key")
    assert (found.key, found.key_id) == ("0f" * 16, "1e" * 16)
