"""A DAG that is scheduled on a workflow's asset runs once for each finished video."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from airflow_product import FINAL_STATES, Product, eventually
from clips import Clips
from media_workflows.demo.layout import INPUT_BUCKET

pytestmark = pytest.mark.full

DAG = "example_after_each_video"
SAMPLE = Path(__file__).parents[3] / "samples" / "dags" / f"{DAG}.py"
UPLOADS = 20


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Clips(tmp_path_factory.mktemp("clip")).plain


def test_twenty_uploads_are_twenty_runs_of_the_sample_dag(product: Product, clip: Path) -> None:
    """Together, so that Airflow would merge events without a key. An upload that fails starts none."""
    workflow = product.create("after-each", airflow={"asset_events": True})
    text = SAMPLE.read_text().replace("wf_000000000000", workflow)
    (product.layout.dags_folder / SAMPLE.name).write_text(text)
    eventually(lambda: workflow in str(product.airflow.get(f"/dagSources/{DAG}").text))
    product.airflow.patch(f"/dags/{DAG}", json={"is_paused": False}).raise_for_status()
    product.enable(workflow)
    keys = [f"after-each/{number}.mp4" for number in range(UPLOADS)]
    for key in keys:
        product.upload(clip, key)
    product.s3.put_object(Bucket=INPUT_BUCKET, Key="after-each/broken.mp4", Body=b"no video")
    made = {run["source"]["key"]: run for run in product.finished(workflow, UPLOADS + 1)}
    assert made.pop("after-each/broken.mp4")["state"] == "failed"
    assert {run["state"] for run in made.values()} == {"success"}

    runs = eventually(lambda: (found := _ended(product)) and len(found) >= UPLOADS and found, 600)
    time.sleep(5)  # one that must not come
    runs = _ended(product)
    assert len(runs) == UPLOADS
    assert {run["partition_key"] for run in runs} == {run["run_id"] for run in made.values()}
    received = [_returned(product, run["dag_run_id"]) for run in runs]
    assert sorted(one["source"] for one in received) == sorted(keys)
    outputs = [key for one in received for key in one["outputs"]]
    assert sorted(outputs) == product.outputs("after-each-out/")


def _ended(product: Product) -> list[dict[str, str]]:
    """The runs of the sample DAG, once all have succeeded."""
    answer = product.airflow.get(f"/dags/{DAG}/dagRuns", params={"limit": 100}).raise_for_status()
    runs: list[dict[str, str]] = answer.json()["dag_runs"]
    return runs if runs and all(run["state"] in FINAL_STATES for run in runs) else []


def _returned(product: Product, run_id: str) -> dict[str, list[str]]:
    answer = product.airflow.get(
        f"/dags/{DAG}/dagRuns/{run_id}/taskInstances/publish/xcomEntries/return_value",
        params={"deserialize": False, "stringify": False},
    )
    returned: dict[str, list[str]] = answer.raise_for_status().json()["value"]
    return returned
