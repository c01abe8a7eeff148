"""A run's life: seen while it lasts, cancelled, retried, and not done twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airflow_product import Product, eventually
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET
from product_scenarios import Scenario
from slow_encodes import slow_clip, slow_transcode

KILLED_WITHIN_S = 30  # some seconds on an idle machine; the encode would take minutes


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a slow encode takes three minutes for, with a part encoded after some seconds."""
    return slow_clip(tmp_path_factory.mktemp("long") / "long.mp4", 180)


def encoding(product: Product, workflow: str) -> dict[str, Any]:
    """The report of the workflow's newest run, once ffmpeg has encoded a part of it."""

    def look() -> dict[str, Any] | None:
        runs = product.runs(workflow)
        report = product.run(workflow, runs[0]["run_id"]) if runs else None
        progress = report["jobs"][0]["progress"] if report else None
        return report if progress and progress["phase"] == "encoding" and progress["percent"] > 0 else None

    report: dict[str, Any] = eventually(look, 180)
    return report


def work_files(product: Product) -> list[Path]:
    return [file for directory in product.layout.data_directories for file in directory.glob("work/*")]


def require_killed(product: Product) -> None:
    eventually(lambda: not product.encoders(), KILLED_WITHIN_S)


def slow_run(product: Product, name: str, clip: Path) -> tuple[str, dict[str, Any]]:
    """A workflow that encodes at this moment, and its run."""
    workflow = product.create(name, jobs=slow_transcode())
    product.enable(workflow)
    product.upload(clip, f"{name}/a.mp4")
    return workflow, encoding(product, workflow)


def require_nothing_left(product: Product, name: str) -> None:
    assert product.outputs(f"{name}-out/") == []
    assert "Uploads" not in product.s3.list_multipart_uploads(Bucket=OUTPUT_BUCKET)
    assert work_files(product) == []


def test_progress_is_seen_and_a_cancelled_run_stops_at_once(product: Product, long_clip: Path) -> None:
    workflow, report = slow_run(product, "cancelled", long_clip)
    (job,) = report["jobs"]
    assert (report["state"], job["state"], job["try_number"]) == ("running", "running", 1)
    assert 0 < job["progress"]["percent"] < 100
    assert job["progress"]["speed"] > 0
    assert job["progress"]["eta_s"] > 0
    assert job["items"][0]["status"] == "PROCESSING"
    task = report["task"]
    assert (task["Status"], task["WorkflowTask"]["Status"]) == ("PROCESSING", "PROCESSING")
    assert task["FinishTime"] == "0000-00-00T00:00:00Z"
    (item,) = task["WorkflowTask"]["MediaProcessResultSet"]
    assert item["TranscodeTask"]["Status"] == "PROCESSING"
    assert product.encoders()

    answer = product.api.post(f"/runs/{report['run_id']}/cancel", params={"workflow": workflow})
    assert answer.status_code == 200, answer.text
    assert answer.json()["cancelled"]["by"] == "admin"
    require_killed(product)
    (run,) = product.finished(workflow)
    assert run["state"] == "failed"
    eventually(lambda: not work_files(product), 60)
    require_nothing_left(product, "cancelled")
    (event,) = eventually(lambda: product.events(workflow))
    (result,) = event["event"]["WorkflowTaskEvent"]["MediaProcessResultSet"]
    assert result["TranscodeTask"]["ErrCodeExt"] == "FailedOperation"
    assert "cancelled" in result["TranscodeTask"]["Message"]
    again = product.api.post(f"/runs/{report['run_id']}/cancel", params={"workflow": workflow})
    assert again.status_code == 409


# Marking a run marks its tasks, so the task's own mark is left to `make test-full`.
@pytest.mark.parametrize("what", ["run", pytest.param("task", marks=pytest.mark.full)])
def test_marking_failed_in_airflow_kills_too(product: Product, long_clip: Path, what: str) -> None:
    workflow, report = slow_run(product, f"marked-{what}", long_clip)
    run = f"/dags/{workflow}/dagRuns/{report['run_id']}"
    if what == "run":
        answer = product.airflow.patch(run, json={"state": "failed"})
    else:
        answer = product.airflow.patch(f"{run}/taskInstances/transcode", json={"new_state": "failed"})
    assert answer.status_code == 200, answer.text
    require_killed(product)
    assert product.finished(workflow)[0]["state"] == "failed"
    eventually(lambda: not work_files(product), 60)
    require_nothing_left(product, f"marked-{what}")
    assert eventually(lambda: product.events(workflow))


RETRIED = {
    "transcode": [{"template": 100010}, {"template": 875}],
    "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}],
}
IN_THE_WAY = "taken-up-again-out/a_transcode_875.mp4"


@pytest.mark.scenario("taken-up-again", {"a.mp4": 1.4}, in_the_way=[IN_THE_WAY], parts={"jobs": RETRIED})
def test_a_retry_redoes_what_failed_and_nothing_else(product: Product, scenario: Scenario) -> None:
    workflow = scenario.workflow
    (run,) = product.finished(workflow)
    run_id = run["run_id"]
    assert run["state"] == "failed"
    assert _results(product, workflow, run_id)["transcode"] == [("SUCCESS", None), ("FAIL", None)]
    made = product.s3.head_object(Bucket=OUTPUT_BUCKET, Key="taken-up-again-out/a_transcode_100010.mp4")["LastModified"]

    product.s3.delete_object(Bucket=OUTPUT_BUCKET, Key=IN_THE_WAY)
    shown = product.shell("media-workflows", "runs", "retry", "--failed", "--workflow", "taken-up-again")
    assert (shown.returncode, shown.stdout) == (0, "retried 1 failed run\n"), shown.stderr
    assert product.finished(workflow)[0]["state"] == "success"
    results = _results(product, workflow, run_id)
    assert results["transcode"] == [("SUCCESS", run_id), ("SUCCESS", None)]  # the first try had made the first
    assert results["snapshot_by_time_offset"] == [("SUCCESS", None)]
    tries = {task: number for task, (_, number) in product.task_states(workflow, run_id).items()}
    assert tries == {"upload": 1, "transcode": 2, "snapshot_by_time_offset": 1, "notify": 2}
    kept = product.s3.head_object(Bucket=OUTPUT_BUCKET, Key="taken-up-again-out/a_transcode_100010.mp4")
    assert kept["LastModified"] == made
    eventually(lambda: len(product.events(workflow)) == 2)
    refused = product.api.post(f"/runs/{run_id}/retry", params={"workflow": workflow})
    assert refused.status_code == 409
    assert "nothing to retry" in refused.json()["message"]

    marked = product.airflow.patch(f"/dags/{workflow}/dagRuns/{run_id}", json={"state": "failed"})
    assert marked.status_code == 200, marked.text
    shown = product.shell("media-workflows", "runs", "retry", "--failed", "--workflow", "taken-up-again")
    assert (shown.returncode, shown.stdout) == (0, "retried 0 failed runs\n"), shown.stderr
    shown = product.shell("media-workflows", "runs", "retry", "--failed", "--workflow", "no-such")
    assert shown.returncode == 1
    assert "no workflow" in shown.stderr


def _results(product: Product, workflow: str, run_id: str) -> dict[str, list[tuple[str, str | None]]]:
    report = product.run(workflow, run_id)
    return {job["kind"]: [(item["status"], item["reused"]) for item in job["items"]] for job in report["jobs"]}


REUSED = {"transcode": [{"template": 100010}, {"template": 100210}]}


@pytest.mark.scenario("reused", {"a.mp4": 1.5}, parts={"jobs": REUSED})
def test_the_same_file_is_done_once_unless_forced(product: Product, scenario: Scenario) -> None:
    workflow = scenario.workflow
    (first,) = product.finished(workflow)
    product.s3.copy_object(
        Bucket=INPUT_BUCKET, Key="reused/b.mp4", CopySource={"Bucket": INPUT_BUCKET, "Key": "reused/a.mp4"}
    )
    second = product.finished(workflow, 2)[0]
    report = product.run(workflow, second["run_id"])
    mp4, hls = report["jobs"][0]["items"]
    assert (mp4["reused"], hls["reused"]) == (first["run_id"], None)  # the playlist would have to name other segments
    assert [file["key"] for file in mp4["after"]] == ["reused-out/b_transcode_100010.mp4"]
    assert report["before"]["video_codec"] == "h264"
    assert mp4["after"][0]["md5"] == product.run(workflow, first["run_id"])["jobs"][0]["items"][0]["after"][0]["md5"]
    assert f"reused from run {first['run_id']}" in _log(product, workflow, second["run_id"], "transcode")
    event = eventually(lambda: len(product.events(workflow)) == 2 and product.events(workflow)[1])
    assert event["event"]["MediaWorkflows"]["ReusedRunIds"] == [first["run_id"], None]

    forced = _trigger(product, workflow, {"key": "reused/b.mp4", "force": True})
    again = _trigger(product, workflow, {"key": "reused/b.mp4"})
    product.finished(workflow, 4)
    assert [item["reused"] for item in product.run(workflow, forced)["jobs"][0]["items"]] == [None, None]
    assert all(item["reused"] for item in product.run(workflow, again)["jobs"][0]["items"])


def _trigger(product: Product, workflow: str, conf: dict[str, Any]) -> str:
    answer = product.airflow.post(f"/dags/{workflow}/dagRuns", json={"conf": conf, "logical_date": None})
    assert answer.status_code == 200, answer.text
    run_id: str = answer.json()["dag_run_id"]
    eventually(lambda: product.run(workflow, run_id)["state"] in ("success", "failed"), 180)
    return run_id


def _start(product: Product, workflow: str, run: dict[str, Any]) -> None:
    """Start a run by Airflow's own API, as soon as Airflow has the DAG."""
    eventually(lambda: product.airflow.get(f"/dags/{workflow}").status_code == 200)
    eventually(lambda: product.airflow.post(f"/dags/{workflow}/dagRuns", json=run).is_success)


def _log(product: Product, workflow: str, run_id: str, task: str) -> str:
    return product.airflow.get(f"/dags/{workflow}/dagRuns/{run_id}/taskInstances/{task}/logs/1").text


def test_a_run_is_found_by_its_id_alone_when_it_is_the_only_one(product: Product, clip: Path) -> None:
    ids = [product.create(f"same-id-{number}") for number in (1, 2)]
    product.s3.upload_file(str(clip), INPUT_BUCKET, "same-id-1/a.mp4")
    for number, workflow in enumerate(ids):
        _start(product, workflow, {"dag_run_id": "one", "conf": {"key": "same-id-1/a.mp4"}, "logical_date": None})
        answer = product.api.get("/runs/one")
        assert answer.status_code == (409 if number else 200), answer.text
    assert all(workflow in answer.json()["message"] for workflow in ids)
    assert product.api.get("/runs/one", params={"workflow": ids[1]}).json()["workflow_id"] == ids[1]
    assert product.api.get("/runs/none").status_code == 404

    # Neither is enabled: Airflow schedules nothing, so a cancellation has to end the run itself.
    done = product.shell("media-workflows", "runs", "cancel", "one", "--workflow", "same-id-1")
    assert done.returncode == 0, done.stderr
    shown = product.shell("media-workflows", "runs", "show", "one", "--workflow", "same-id-1", "--json")
    assert json.loads(shown.stdout)["state"] == "failed"
    assert "one" in product.shell("media-workflows", "runs", "list", "--workflow", "same-id-1").stdout


def test_a_run_that_waits_for_an_upload_is_cancelled_too(product: Product) -> None:
    workflow = product.create("waits")
    product.enable(workflow)
    _start(product, workflow, {"dag_run_id": "waiting", "conf": {}, "logical_date": None})
    eventually(lambda: product.task_states(workflow, "waiting")["upload"][0] == "deferred")
    assert product.run(workflow, "waiting")["task"]["Status"] == "PROCESSING"
    assert product.api.post("/runs/waiting/cancel", params={"workflow": workflow}).status_code == 200
    assert product.finished(workflow)[0]["state"] == "failed"
    (job,) = product.run(workflow, "waiting")["jobs"]
    assert (job["state"], job["items"][0]["code"]) == ("failed", "FailedOperation")
