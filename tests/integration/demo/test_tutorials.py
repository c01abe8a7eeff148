"""The tutorials, followed command by command: each does what its page promises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import pytest

from airflow_product import FINAL_STATES, Product, eventually
from clips import Clips
from doc_blocks import DOCS, blocks
from media_workflows.demo.layout import INPUT_BUCKET
from tutorials import Reader

TUTORIALS = DOCS / "tutorials"
DAG = "catalogue_videos"
FOUND_WITHIN_S = 400  # Airflow looks for new files in its DAGs folder each 5 minutes
Follow = Callable[..., dict[str, str]]


@pytest.fixture
def follow(product: Product, tmp_path: Path) -> Follow:
    """Follows a tutorial with a small clip."""

    def follow(name: str, before_upload: Callable[[], None] = lambda: None) -> dict[str, str]:
        return Reader(product, tmp_path, Clips(tmp_path).plain, before_upload).follow(TUTORIALS / name)

    return follow


def _workflow(product: Product, name: str) -> str:
    (found,) = product.api.get("/workflows", params={"search": name}).json()["items"]
    return str(found["id"])


def test_the_first_workflow(product: Product, follow: Follow, tmp_path: Path) -> None:
    said = follow("first-workflow.md")
    workflow = _workflow(product, "first")
    assert said["media-workflows validate first.yaml"].endswith("first is valid\n")
    assert said["media-workflows apply first.yaml"] == f"created {workflow} first\n"
    assert said["media-workflows enable first"] == f"enabled {workflow} first\n"
    (run,) = product.finished(workflow)
    assert run["state"] == "success"
    assert run["run_id"] in said["media-workflows uploads --key first/clip.mp4"]
    assert run["run_id"] in said["media-workflows runs list --workflow first"]
    outputs = product.outputs("first/")
    assert [key.rpartition(".")[2] for key in outputs] == ["jpg", "jpg", "mp4"]
    product.s3.download_file("media-output", outputs[-1], str(made := tmp_path / "made.mp4"))
    with av.open(str(made)) as file:
        assert file.streams.video[0].height == 360


@pytest.mark.full
def test_a_dag_of_your_own_after_each_video(product: Product, follow: Follow) -> None:
    """One that was written before the workflow had an id would not run: the page says where to put it."""

    def write_dag() -> None:
        (text,) = blocks(TUTORIALS / "after-each-video.md", "python")
        workflow = _workflow(product, "catalogue")
        (product.layout.dags_folder / "catalogue_videos.py").write_text(text.replace("wf_000000000000", workflow))
        eventually(lambda: workflow in str(product.airflow.get(f"/dagSources/{DAG}").text), FOUND_WITHIN_S)
        product.airflow.patch(f"/dags/{DAG}", json={"is_paused": False}).raise_for_status()

    said = follow("after-each-video.md", write_dag)
    workflow = _workflow(product, "catalogue")
    assert workflow in said["media-workflows list --search catalogue"]
    (video,) = product.finished(workflow)
    (run,) = eventually(lambda: _ended(product))
    assert (run["state"], run["partition_key"]) == ("success", video["run_id"])
    place = f"/dags/{DAG}/dagRuns/{run['dag_run_id']}/taskInstances/announce/logs/1"
    (output,) = product.outputs("catalogue/")
    assert f"media-output {output} 2" in product.airflow.get(place, headers={"accept": "application/x-ndjson"}).text


def _ended(product: Product) -> list[dict[str, str]]:
    answer = product.airflow.get(f"/dags/{DAG}/dagRuns").raise_for_status()
    runs: list[dict[str, str]] = answer.json()["dag_runs"]
    return [run for run in runs if run["state"] in FINAL_STATES]


@pytest.mark.full
def test_a_library_of_tdarr_or_fileflows(product: Product, follow: Follow) -> None:
    """The file is there before the workflow, so that the backfill makes the only run."""
    said = follow("migrate-from-tdarr.md")
    tried = said["media-workflows dry-run library --file clip.mp4 --no-calibrate"]
    assert tried.splitlines()[0].endswith("is refused: the workflow was disabled when the upload was seen")
    workflow = _workflow(product, "library")
    (run,) = product.finished(workflow)
    assert run["state"] == "success"
    assert run["run_id"] in said["media-workflows runs list --workflow library"]
    states = {task: state for task, (state, _) in product.task_states(workflow, run["run_id"]).items()}
    assert (states["check"], states["smaller"]) == ("success", "success")
    assert [key for key in product.outputs("library/") if key.endswith(".mkv")]


@pytest.mark.full
def test_a_moderation_gate(product: Product, follow: Follow) -> None:
    """A clip in two colours passes the review, so that no approval is requested."""

    def nothing_is_written_yet() -> None:
        assert product.outputs("gate/") == []
        assert product.outputs("gate/", INPUT_BUCKET) == []

    said = follow("moderation-gate.md", nothing_is_written_yet)
    assert "review.verdict" in said["media-workflows conditions variables"]
    tried = said["media-workflows dry-run gate --file clip.mp4 --no-calibrate"]
    assert tried.splitlines()[0].endswith("is refused: the workflow was disabled when the upload was seen")
    assert "decided during the run by review.verdict" in tried
    workflow = _workflow(product, "gate")
    (run,) = product.finished(workflow)
    assert run["state"] == "success"
    states = {task: state for task, (state, _) in product.task_states(workflow, run["run_id"]).items()}
    assert (states["review"], states["ask"], states["publish"]) == ("success", "skipped", "success")
    (output,) = [key for key in product.outputs("gate/") if key.endswith(".mp4")]
    assert output.startswith("gate/clip")
