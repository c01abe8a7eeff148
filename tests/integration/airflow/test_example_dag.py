"""The sample DAG of hand-placed operators: run by the scheduler, one of them mapped, two of one kind."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from airflow_product import FINAL_STATES, Product, eventually
from media_workflows.demo.layout import INPUT_BUCKET
from media_workflows.store.runs import results_of_run

DAG = "example_media_operators"


def test_hand_placed_operators_run_and_keep_their_results_apart(product: Product, clip: Path) -> None:
    product.upload(clip, "by-operators/clip.mp4")
    eventually(lambda: product.airflow.get(f"/dags/{DAG}").status_code == 200)
    product.airflow.patch(f"/dags/{DAG}", json={"is_paused": False}).raise_for_status()
    conf = {"bucket": INPUT_BUCKET, "key": "by-operators/clip.mp4"}
    started = product.airflow.post(f"/dags/{DAG}/dagRuns", json={"logical_date": None, "conf": conf}).raise_for_status()
    address = f"/dags/{DAG}/dagRuns/{started.json()['dag_run_id']}"
    run = eventually(lambda: (run := product.airflow.get(address).json())["state"] in FINAL_STATES and run, 600)
    tasks = product.airflow.get(f"{address}/taskInstances").json()["task_instances"]
    states = {(task["task_id"], task["map_index"]): task["state"] for task in tasks}
    assert run["state"] == "success", states
    assert states == dict.fromkeys([("full", -1), ("preview", -1), ("pictures", 0), ("pictures", 1)], "success")

    outputs = set(product.outputs("out/", INPUT_BUCKET))
    returned = {task: _returned(product, address, *task) for task in states}
    for task, keys in returned.items():
        assert keys, task
        assert set(keys) <= outputs, task
    assert [len(keys) for task, keys in returned.items() if task[0] == "full"] == [2]
    assert len({key for keys in returned.values() for key in keys}) == sum(map(len, returned.values()))

    stored = _stored(product, started.json()["dag_run_id"])
    assert {step: kind for step, (kind, _) in stored.items()} == {
        "full": "transcode",
        "preview": "transcode",
        "pictures[0]": "sample_snapshot",
        "pictures[1]": "sample_snapshot",
    }
    assert stored["full"][1] == returned["full", -1]
    assert stored["preview"][1] == returned["preview", -1]


def _stored(product: Product, run_id: str) -> dict[str, tuple[str, list[str]]]:
    """Kind and keys of the outputs of each stored result, by step."""
    engine = create_engine(product.layout.environment["MEDIA_WORKFLOWS_DATABASE_URL"])
    with Session(engine) as session:
        results = results_of_run(session, DAG, run_id)
    engine.dispose()
    return {
        str(result.step): (result.kind, [output.key for item in result.items for output in item.outputs])
        for result in results
    }


def _returned(product: Product, address: str, task_id: str, map_index: int) -> list[str]:
    """Keys of the outputs that a task returned."""
    answer = product.airflow.get(
        f"{address}/taskInstances/{task_id}/xcomEntries/return_value",
        params={"map_index": map_index, "deserialize": False, "stringify": False},
    )
    return [output["key"] for output in answer.raise_for_status().json()["value"]]
