"""What runs and tasks wait for: a person, or by Airflow's pools, queues and limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from media_workflows.airflow_adapter.waiting import RUN, waits
from media_workflows.domain.waiting import WAITS_FOR_APPROVAL, Waiting
from media_workflows.store.tables import utcnow

POOL = "small"


@pytest.fixture
def add_task(metadata: Any) -> Iterator[Callable[..., None]]:
    """Puts a task of a run into Airflow's metadata, in a pool with two slots."""
    from airflow.models.dag_version import DagVersion
    from airflow.models.pool import Pool
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import delete, insert

    metadata.execute(delete(TaskInstance))
    metadata.execute(delete(Pool).where(Pool.pool == POOL))
    metadata.add(Pool(pool=POOL, slots=2, description="", include_deferred=False))
    metadata.commit()

    def add(workflow: str, run: str, state: str, *, weight: int = 1, queued_s_ago: float = 60) -> None:
        version = uuid4()
        metadata.execute(
            insert(DagVersion).values(
                id=version, dag_id=workflow, version_number=len(run) * 1000 + weight, bundle_name="media_workflows"
            )
        )
        metadata.execute(
            insert(TaskInstance).values(
                **{"id": uuid4(), "dag_id": workflow, "run_id": run, "task_id": "transcode", "map_index": -1},
                **{"state": state, "pool": POOL, "pool_slots": 1, "queue": "encodes", "priority_weight": weight},
                **{"queued_dttm": utcnow() - timedelta(seconds=queued_s_ago), "dag_version_id": version},
                **{"try_number": 1, "max_tries": 0, "executor_config": {}},
            )
        )
        metadata.commit()

    yield add
    metadata.execute(delete(TaskInstance))
    metadata.execute(delete(Pool).where(Pool.pool == POOL))
    metadata.commit()


def test_a_task_waits_for_a_slot(admin: Any, create: Any, add_run: Any, add_task: Any) -> None:
    workflow = create("many")
    for run, state, weight in (
        ("a", "running", 1),
        ("bb", "running", 1),
        ("ccc", "scheduled", 5),
        ("dddd", "scheduled", 1),
    ):
        add_run(workflow, run, "running")
        add_task(workflow, run, state, weight=weight)
    keys = [(workflow, run) for run in ("a", "ccc", "dddd")]
    assert waits(keys) == {
        (workflow, "ccc"): {"transcode": Waiting(reason="slot", place=POOL, ahead=2)},
        (workflow, "dddd"): {"transcode": Waiting(reason="slot", place=POOL, ahead=3)},
    }
    listed = admin.get("/api/v1/runs", params={"results": False}).json()["items"]
    assert {run["run_id"]: (run["waiting"] or {}).get("ahead") for run in listed} == {
        **{"a": None, "bb": None},
        **{"ccc": 2, "dddd": 3},
    }


def test_a_pool_with_room_holds_nothing_up(create: Any, add_run: Any, add_task: Any) -> None:
    workflow = create("few")
    add_run(workflow, "a", "running")
    add_task(workflow, "a", "scheduled")
    assert waits([(workflow, "a")]) == {}


def test_a_task_waits_for_a_worker(create: Any, add_run: Any, add_task: Any) -> None:
    workflow = create("busy")
    for run, state, ago in (("a", "running", 60), ("bb", "queued", 30), ("ccc", "queued", 1)):
        add_run(workflow, run, "running")
        add_task(workflow, run, state, queued_s_ago=ago)
    found = waits([(workflow, "bb"), (workflow, "ccc")])
    assert found == {(workflow, "bb"): {"transcode": Waiting(reason="worker", place="encodes", ahead=1)}}


def test_a_run_waits_for_a_person(admin: Any, create: Any, add_run: Any, waiting_question: Any, metadata: Any) -> None:
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import update

    workflow = create("asks")
    add_run(workflow, "r0", "running")
    waiting_question(workflow)
    asked = Waiting(reason="approval", place="ask", ahead=0, question="Publish?")
    assert waits([(workflow, "r0"), (workflow, "r1")]) == {(workflow, "r1"): {"ask": asked}}

    def listed(path: str = "", **query: Any) -> Any:
        answer = admin.get(f"/api/v1/runs{path}", params={"workflow": workflow, **query})
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert {run["run_id"]: run["waiting"] for run in listed()["items"]} == {"r0": None, "r1": asked.model_dump()}
    assert listed("/r1")["waiting"] == asked.model_dump()
    assert [run["run_id"] for run in listed(cause=WAITS_FOR_APPROVAL)["items"]] == ["r1"]
    assert listed(cause=WAITS_FOR_APPROVAL, state="failed")["items"] == []
    assert listed("/causes", cause="Other") == [{"code": WAITS_FOR_APPROVAL, "runs": 1}]
    assert listed("/causes", state="failed") == []

    metadata.execute(update(TaskInstance).where(TaskInstance.dag_id == workflow).values(state="scheduled"))
    metadata.commit()  # as an answer does
    assert listed(cause=WAITS_FOR_APPROVAL)["items"] == listed("/causes") == []
    assert not any((run["waiting"] or {}).get("question") for run in listed()["items"])


def test_a_run_waits_for_others_of_its_workflow(create: Any, add_run: Any, metadata: Any) -> None:
    from airflow.models.dag import DagModel
    from sqlalchemy import update

    workflow = create("limited")
    add_run(workflow, "a", "running")
    add_run(workflow, "b", "queued")
    for limit, expected in ((2, {}), (1, {(workflow, "b"): {RUN: Waiting(reason="runs", ahead=1)}})):
        metadata.execute(update(DagModel).where(DagModel.dag_id == workflow).values(max_active_runs=limit))
        metadata.commit()
        assert waits([(workflow, "b")]) == expected
