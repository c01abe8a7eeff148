"""The example DAG, run by Airflow on a real clip: three operators, one of them mapped, two of one kind."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from clips import Clips
from media_workflows.domain.step_key import StepInstance
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.store.engine import transaction
from media_workflows.store.progress import progress_of_run
from media_workflows.store.runs import results_of_run

DAG_ID = "example_media_operators"
SAMPLES = Path(__file__).parents[3] / "samples" / "dags"
# Airflow's database is the process's own; it prints what the tasks returned, as {task id: {map index: value}}.
RUN = """
import json, sys
from airflow.utils.db import initdb
initdb()
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session

folder, dag_id, conf = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
DagBundlesManager().sync_bundles_to_db()
bag = DagBag(dag_folder=folder, bundle_path=folder, bundle_name="dags-folder")
sync_bag_to_db(bag, "dags-folder", None)
run = bag.dags[dag_id].test(run_conf=conf)
answer = {"state": str(run.state), "run_id": run.run_id, "returned": {}, "links": {}}
with create_session() as session:
    for row in session.query(XComModel).filter(XComModel.run_id == run.run_id):
        value = XComModel.deserialize_value(row)
        place = {"return_value": "returned", "media_workflows_output_link": "links"}.get(row.key)
        if place:
            answer[place].setdefault(row.task_id, {})[row.map_index] = value
print("ANSWER" + json.dumps(answer))
"""


def run_dag(home: Path, endpoint: str, conf: dict[str, Any]) -> dict[str, Any]:
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(SAMPLES),
        "MEDIA_WORKFLOWS_DATA_DIR": str(home / "data"),
        "MEDIA_WORKFLOWS_S3_ENDPOINT_URL": endpoint,
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(SAMPLES), DAG_ID, json.dumps(conf)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
    )
    answers = [line.removeprefix("ANSWER") for line in done.stdout.splitlines() if line.startswith("ANSWER")]
    assert answers, done.stdout[-4000:] + done.stderr[-4000:]
    answer: dict[str, Any] = json.loads(answers[0])
    assert answer["state"] == "success", done.stdout[-6000:]
    return answer


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.mark.full  # `make test` runs the same DAG in the running product
def test_the_example_runs_and_its_steps_keep_their_results_apart(
    s3_server: str, database: str, clips: Clips, tmp_path: Path
) -> None:
    s3 = make_clients(Settings(s3_endpoint_url=s3_server)).s3
    s3.create_bucket(Bucket=(bucket := f"bucket-{uuid.uuid4().hex[:12]}"))
    s3.upload_file(str(clips.plain), bucket, "in/clip.mp4")
    answer = run_dag(tmp_path, s3_server, {"bucket": bucket, "key": "in/clip.mp4"})

    returned = answer["returned"]
    assert {task_id: sorted(values) for task_id, values in returned.items()} == {
        "full": ["-1"],
        "preview": ["-1"],
        "pictures": ["0", "1"],
    }
    (preview,) = returned["preview"]["-1"]
    body = s3.get_object(Bucket=bucket, Key="out/preview/clip_transcode_0.mp4")["Body"].read()
    assert (preview["bucket"], preview["key"]) == (bucket, "out/preview/clip_transcode_0.mp4")
    assert (preview["size_bytes"], preview["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    assert preview["width"] == 320
    assert preview["duration_s"] == pytest.approx(2, abs=0.2)
    assert answer["links"]["preview"]["-1"].startswith(f"{s3_server}/{bucket}/out/preview/")

    with transaction() as session:
        results = {result.step: result for result in results_of_run(session, DAG_ID, answer["run_id"])}
        progress = progress_of_run(session, DAG_ID, answer["run_id"])
    assert {str(step): result.kind for step, result in results.items()} == {
        "full": "transcode",
        "preview": "transcode",
        "pictures[0]": "sample_snapshot",
        "pictures[1]": "sample_snapshot",
    }
    assert set(progress) == set(results)
    stored = {
        step: [output.key for item in result.items for output in item.outputs] for step, result in results.items()
    }
    assert stored[StepInstance("full")] == [output["key"] for output in returned["full"]["-1"]]
    assert stored[StepInstance("preview")] == [preview["key"]]
    for index in (0, 1):
        assert stored[StepInstance("pictures", index)] == [one["key"] for one in returned["pictures"][str(index)]]
