"""A workflow with steps in the running product: branches, an input of another step, a rerun, a dead worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from airflow_product import Product, eventually
from media_workflows.demo.layout import OUTPUT_BUCKET
from product_scenarios import Scenario
from slow_encodes import slow_clip, slow_transcode

SNAPSHOT = [{"template": 10, "time_offsets": ["0s"]}]
SMALL = {"container": "mp4", "video": {"width": 128, "height": 0}, "audio": {}}
STEPS = [
    {"id": "small", "transcode": [{"parameters": SMALL}], "when": "source.short_edge < 1080"},
    {"id": "large", "transcode": [{"template": 100040}], "when": "!(source.short_edge < 1080)"},
    {"id": "covers", "snapshot_by_time_offset": SNAPSHOT, "input": "small"},
    {"id": "preview", "animated_graphic": [{"template": 20000, "start_offset_s": 0, "end_offset_s": 1}]},
    {"id": "join", "image_sprite": [{"template": 10}], "after": ["small", "large"]},
]


def _jobs(product: Product, workflow: str, run_id: str) -> dict[str, dict[str, Any]]:
    return {job.get("step_id") or job["kind"]: job for job in product.run(workflow, run_id)["jobs"]}


@pytest.mark.scenario("graph", {"a.mp4": "plain"}, parts={"steps": STEPS})
def test_a_graph_takes_its_branch_and_one_step_is_run_again(product: Product, scenario: Scenario) -> None:
    workflow = scenario.workflow
    (run,) = product.finished(workflow)
    assert run["state"] == "success"
    jobs = _jobs(product, workflow, run["run_id"])
    assert {id_: job["state"] for id_, job in jobs.items()} == {
        **dict.fromkeys(("small", "covers", "preview", "join"), "success"),
        "large": "skipped",
    }
    assert jobs["large"]["decision"]["values"] == {"source.short_edge": 120}
    assert jobs["large"]["items"] == []
    (cover,) = jobs["covers"]["items"][0]["after"]
    assert cover["width"] == 128  # of the small rendition, and not of the source

    answer = product.api.post(f"/runs/{run['run_id']}/retry", params={"workflow": workflow}, json={"step": "small"})
    assert answer.status_code == 200, answer.text
    eventually(lambda: product.task_states(workflow, run["run_id"])["notify"] == ("success", 2), 300)
    tries = {id_: number for id_, (_, number) in product.task_states(workflow, run["run_id"]).items()}
    assert {id_ for id_, number in tries.items() if number == 2} == {"small", "covers", "join", "notify"}
    assert {id_: job["state"] for id_, job in _jobs(product, workflow, run["run_id"]).items()}["large"] == "skipped"
    body = eventually(lambda: product.events(workflow))[0]["event"]
    assert body["EventType"] == "ScheduleTask"
    kinds = [entry["ActivityType"] for entry in body["ScheduleTaskEvent"]["ActivityResultSet"]]
    assert sorted(kinds) == ["AnimatedGraphics", "ImageSprites", "SnapshotByTimeOffset", "Transcode"]


@pytest.mark.full
@pytest.mark.kills
def test_a_worker_that_dies_in_a_chain_loses_nothing(product: Product, tmp_path: Path) -> None:
    steps = [
        {"id": "large", **slow_transcode(width=320, height=240)},
        {"id": "covers", "snapshot_by_time_offset": SNAPSHOT, "input": "large"},
        {
            "id": "instead",
            "snapshot_by_time_offset": [SNAPSHOT[0] | {"output_path": "instead_{number}.{format}"}],
            "after": ["large"],
            "when": "steps.large.status == 'failed'",
        },
    ]
    workflow = product.create("chain", steps=steps)
    product.enable(workflow)
    product.upload(slow_clip(tmp_path / "a.mp4", 12), "chain/a.mp4")
    (worker, *_) = eventually(lambda: list(product.encoders().values()), 180)
    product.kill(worker.name)
    (run,) = product.finished(workflow)
    assert run["state"] == "success"
    jobs = _jobs(product, workflow, run["run_id"])
    assert {id_: job["state"] for id_, job in jobs.items()} == {
        "large": "success",
        "covers": "success",
        "instead": "skipped",
    }
    (cover,) = jobs["covers"]["items"][0]["after"]
    assert cover["width"] == 320
    assert len(product.outputs("chain-out/", OUTPUT_BUCKET)) == 2
    eventually(lambda: len(product.events(workflow)) == 1)
