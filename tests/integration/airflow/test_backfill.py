"""Existing objects and missed uploads in the running product."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from airflow_product import Product, eventually

NAME = "backfill"
WATCHED_EVERY_S = 2


@pytest.mark.full
def test_existing_objects_are_processed_one_at_a_time_and_a_missed_upload_on_request(
    product: Product, clip: Path
) -> None:
    keys = [f"{NAME}/{name}.mp4" for name in "ab"]
    for key in keys:
        product.upload(clip, key)
    workflow = product.create(NAME)
    answer = product.api.post("/backfills", json={"workflow": workflow, "limits": {"max_at_once": 1}})
    assert answer.status_code == 201, answer.text
    path = f"/backfills/{answer.json()['id']}"

    def now() -> dict[str, Any]:
        backfill: dict[str, Any] = product.api.get(path).raise_for_status().json()
        return backfill

    ready = eventually(lambda: now()["state"] == "ready" and now(), 180)
    assert (ready["total"], ready["estimate"]["task_hours"]) == (2, None)
    assert product.api.post(f"{path}/start").status_code == 409  # the workflow is disabled
    product.enable(workflow)
    product.api.post(f"{path}/start").raise_for_status()
    eventually(lambda: now()["active"], 180)
    product.api.post(f"{path}/pause").raise_for_status()
    paused = eventually(lambda: now()["active"] == 0 and now(), 180)
    assert (paused["state"], paused["queued"]) == ("paused", 1)
    time.sleep(3 * WATCHED_EVERY_S)
    assert (now()["queued"], _processed(product.runs(workflow))) == (1, keys[:1])
    product.api.post(f"{path}/resume").raise_for_status()
    done = eventually(lambda: now()["state"] == "finished" and now(), 300)
    assert (done["finished"], done["failed"], done["queued"]) == (2, 0, 0)
    second, first = product.finished(workflow, 2)
    assert _processed([first, second]) == keys
    assert first["ended_at"] <= second["started_at"]

    product.disable(workflow)
    product.upload(clip, f"{NAME}/missed.mp4")
    eventually(lambda: [d for d in product.decisions(workflow) if d["rule"] == "disabled"])
    product.enable(workflow)
    (missed,) = product.api.get(f"/workflows/{workflow}/missed-uploads").json()["items"]
    assert (missed["key"], missed["rule"]) == (f"{NAME}/missed.mp4", "disabled")
    fired = product.api.post(f"/workflows/{workflow}/missed-uploads", json={})
    assert fired.status_code == 201, fired.text
    uploaded = product.finished(workflow, 3)[0]
    assert uploaded["source"]["key"] == f"{NAME}/missed.mp4"
    (decision,) = [d for d in product.decisions(workflow) if d["key"] == f"{NAME}/missed.mp4"]
    assert (decision["rule"], decision["run_id"]) == ("backfill", uploaded["run_id"])
    assert product.api.get(f"/workflows/{workflow}/missed-uploads").json()["items"] == []
    assert _weights(product, workflow, first["run_id"]) == {-10}
    assert _weights(product, workflow, uploaded["run_id"]) == {11}
    eventually(lambda: len(product.events(workflow)) == 3)
    ours = [event["event"]["MediaWorkflows"] for event in product.events(workflow)]
    of_backfill = {one["RunId"]: one["BackfillId"] for one in ours}
    assert of_backfill == dict.fromkeys((first["run_id"], second["run_id"]), ready["id"]) | {
        uploaded["run_id"]: fired.json()["id"]
    }


def _processed(runs: list[dict[str, Any]]) -> list[str]:
    """The keys of the runs' sources."""
    return sorted(run["source"]["key"] for run in runs)


def _weights(product: Product, workflow: str, run_id: str) -> set[int]:
    """The priority weights of a run's tasks."""
    tasks = product.airflow.get(f"/dags/{workflow}/dagRuns/{run_id}/taskInstances").raise_for_status().json()
    return {task["priority_weight"] for task in tasks["task_instances"]}


@pytest.mark.full
@pytest.mark.kills
@pytest.mark.parametrize("victim", ["scheduler", "triggerer", "worker-control"])
def test_whatever_dies_each_object_gets_one_run(product: Product, clip: Path, victim: str) -> None:
    name, count = f"filled-{victim}", 8
    keys = [f"{name}/{number}.mp4" for number in range(count)]
    for key in keys:
        product.upload(clip, key)
    time.sleep(1.1)  # the storage dates objects in seconds: one of the second of enabling is an upload
    workflow = product.create(name)
    product.enable(workflow)
    request = {"workflow": workflow, "limits": {"max_at_once": 2}, "start": True}
    answer = product.api.post("/backfills", json=request)
    assert answer.status_code == 201, answer.text
    path = f"/backfills/{answer.json()['id']}"

    def now() -> dict[str, Any]:
        backfill: dict[str, Any] = product.api.get(path).raise_for_status().json()
        return backfill

    eventually(lambda: now()["finished"] >= 2, 300)
    before = now()
    product.kill(victim)
    began = time.monotonic()
    done = eventually(lambda: now()["state"] == "finished" and now(), 600)
    print(f"{victim} killed at {before['finished']} of {count}; all done after {time.monotonic() - began:.0f} s")
    assert (done["finished"], done["failed"], done["skipped"]) == (count, 0, 0)
    assert _processed(product.runs(workflow)) == keys
