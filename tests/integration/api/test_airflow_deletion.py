"""What Airflow's own switch and its "Delete DAG" do to a workflow and its runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from media_workflows.domain.result import SourceObject
from media_workflows.errors import SourceGoneError
from media_workflows.store import switches
from media_workflows.store.engine import transaction
from media_workflows.store.events import events_of_run
from media_workflows.store.runs import note_started, record_source
from media_workflows.store.tables import utcnow
from media_workflows.store.workflows import get_workflow

SOURCE = SourceObject(bucket="b", key="in/a.mp4", etag="e", size_bytes=5)


@pytest.fixture
def parse(metadata: Any) -> Callable[[str], None]:
    """Does to Airflow's database what parsing a workflow's DAG file for the first time does."""

    def parse(workflow_id: str) -> None:
        from airflow.models.dag import DagModel
        from airflow.models.dag_version import DagVersion

        metadata.rollback()
        if metadata.get(DagModel, workflow_id) is None:
            metadata.add(DagModel(dag_id=workflow_id, bundle_name="media_workflows", is_paused=True))
            metadata.flush()
        metadata.add(DagVersion(dag_id=workflow_id, bundle_name="media_workflows", version_number=1))
        metadata.commit()

    return parse


@pytest.fixture
def delete_dag(metadata: Any) -> Callable[[str], None]:
    def delete(workflow_id: str) -> None:
        from airflow.api.common.delete_dag import delete_dag

        metadata.rollback()
        delete_dag(workflow_id, session=metadata)
        metadata.commit()

    return delete


@pytest.fixture
def paused(metadata: Any) -> Callable[..., bool]:
    """Airflow's switch, which `to` changes as its own page does."""

    def paused(workflow_id: str, to: bool | None = None) -> bool:
        from airflow.models.dag import DagModel

        metadata.rollback()
        row = metadata.get_one(DagModel, workflow_id, populate_existing=True)
        if to is not None:
            row.is_paused = to
        found = bool(row.is_paused)
        metadata.commit()
        return found

    return paused


@pytest.fixture
def refresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What the dag-processor does each few seconds."""
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH", str(tmp_path / "bundles"))

    def refresh() -> None:
        from media_workflows.orchestration.bundle import WorkflowBundle

        bundle = WorkflowBundle(name="media_workflows")
        bundle.initialize()
        bundle.refresh()

    return refresh


def is_enabled(admin: Any, workflow_id: str) -> bool:
    """By the API, and then by the store, where the ingest task reads it."""
    shown = admin.get(f"/api/v1/workflows/{workflow_id}").json()["enabled"]
    with transaction() as session:
        stored = switches.switches(session, [workflow_id])[workflow_id].enabled
    assert shown is stored
    return bool(shown)


def enabled(admin: Any, create: Any, parse: Any, refresh: Any) -> str:
    """An enabled workflow that Airflow has parsed."""
    id_ = str(create("kept"))
    assert admin.post(f"/api/v1/workflows/{id_}/enable").json()["enabled"] is True
    parse(id_)
    refresh()
    return id_


@pytest.mark.parametrize("is_parsed_first", [False, True])
def test_a_dag_that_was_deleted_in_airflow_comes_back_enabled(
    admin: Any, create: Any, parse: Any, delete_dag: Any, paused: Any, refresh: Any, is_parsed_first: bool
) -> None:
    """Also when Airflow parses its file, which makes a paused DAG, before the switches are compared."""
    id_ = enabled(admin, create, parse, refresh)
    with transaction() as session:
        enabled_at = get_workflow(session, id_).enabled_at
    delete_dag(id_)
    if is_parsed_first:
        parse(id_)
    refresh()
    assert paused(id_) is False
    assert is_enabled(admin, id_)
    with transaction() as session:
        assert get_workflow(session, id_).enabled_at == enabled_at  # uploads since then fire it
    if not is_parsed_first:
        parse(id_)
    refresh()
    assert is_enabled(admin, id_)
    assert paused(id_, to=True)  # by hand: counts again
    refresh()
    assert not is_enabled(admin, id_)


def test_a_disabled_one_comes_back_disabled(
    admin: Any, create: Any, parse: Any, delete_dag: Any, paused: Any, refresh: Any
) -> None:
    id_ = enabled(admin, create, parse, refresh)
    admin.post(f"/api/v1/workflows/{id_}/disable")
    delete_dag(id_)
    refresh()
    assert paused(id_)
    assert not is_enabled(admin, id_)


def test_the_file_of_a_deleted_dag_is_parsed_at_once(
    admin: Any, create: Any, parse: Any, delete_dag: Any, refresh: Any, metadata: Any
) -> None:
    from airflow.models.dagbag import DagPriorityParsingRequest
    from sqlalchemy import delete, select

    id_ = enabled(admin, create, parse, refresh)
    metadata.execute(delete(DagPriorityParsingRequest))
    metadata.commit()
    delete_dag(id_)
    refresh()
    metadata.rollback()
    assert list(metadata.scalars(select(DagPriorityParsingRequest.relative_fileloc))) == [f"{id_}.py"]


def test_airflow_s_switch_counts_from_the_first_moment(
    admin: Any, create: Any, parse: Any, paused: Any, refresh: Any
) -> None:
    id_ = str(create("new"))
    paused(id_, to=False)
    assert is_enabled(admin, id_)
    paused(id_, to=True)
    parse(id_)  # in between, for the first time
    refresh()
    assert not is_enabled(admin, id_)


def reported(workflow_id: str, run_id: str) -> list[dict[str, Any]]:
    with transaction() as session:
        return [json.loads(event.body) for event in events_of_run(session, workflow_id, run_id)]


def test_the_history_survives(
    admin: Any, create: Any, parse: Any, delete_dag: Any, add_run: Any, refresh: Any, metadata: Any
) -> None:
    id_ = enabled(admin, create, parse, refresh)
    add_run(id_, "r1", "failed", 1)
    with transaction() as session:
        record_source(session, id_, "r1", 1, SOURCE, SourceGoneError("gone"))
    add_run(id_, "r2", "success", 0.5)
    add_run(id_, "r3", "running")
    refresh()
    paths = (f"/api/v1/runs/r1?workflow={id_}", f"/api/v1/runs/r2?workflow={id_}", "/api/v1/runs/r1")
    before = [admin.get(path).json() for path in paths]
    listed = admin.get(f"/api/v1/runs?workflow={id_}").json()
    assert [run["run_id"] for run in listed["items"]] == ["r3", "r2", "r1"]
    metadata.rollback()
    delete_dag(id_)
    refresh()
    assert [admin.get(path).json() for path in paths] == before
    (cut_short, *others) = admin.get(f"/api/v1/runs?workflow={id_}").json()["items"]
    assert others == listed["items"][1:]
    assert (cut_short["run_id"], cut_short["state"]) == ("r3", "failed")
    assert "was deleted in Airflow before it ended" in cut_short["error"]["message"]
    (event,) = reported(id_, "r3")
    refresh()
    assert reported(id_, "r3") == [event]
    error = event["WorkflowTaskEvent"]
    assert error["Status"] == "FINISH"
    assert error["Message"].endswith(cut_short["error"]["message"])
    assert admin.get(f"/api/v1/workflows/{id_}").json()["last_run"]["run_id"] == "r3"
    assert admin.get(f"/api/v1/workflows/{id_}/counters").json()["runs"] == {
        "success": 1,
        "failed": 2,
        "running": 0,
        "queued": 0,
    }
    again = admin.post("/api/v1/runs/r1/retry")
    assert (again.status_code, "was deleted there" in again.json()["message"]) == (404, True)
    add_run(id_, "r4", "queued")
    assert [run["run_id"] for run in admin.get("/api/v1/runs?limit=2").json()["items"]] == ["r4", "r3"]


def test_a_run_that_was_deleted_before_it_was_copied(
    admin: Any, create: Any, parse: Any, delete_dag: Any, add_run: Any, refresh: Any
) -> None:
    """The task that started it has noted it."""
    id_ = enabled(admin, create, parse, refresh)
    with transaction() as session:
        for run_id in ("r1", "r2"):
            note_started(session, id_, run_id)
    add_run(id_, "r2", "running")
    refresh()
    states = {run["run_id"]: run["state"] for run in admin.get(f"/api/v1/runs?workflow={id_}").json()["items"]}
    assert states == {"r1": "failed", "r2": "running"}
    (event,) = reported(id_, "r1")
    assert "was deleted in Airflow before it ended" in event["WorkflowTaskEvent"]["Message"]


def test_tasks_of_an_ended_run_survive(
    admin: Any, create: Any, parse: Any, delete_dag: Any, add_run: Any, refresh: Any, metadata: Any
) -> None:
    """A step without a result of its own is explained by its task's state."""
    from sqlalchemy import text

    id_ = enabled(admin, create, parse, refresh)
    add_run(id_, "r1", "failed", 1)
    version = metadata.scalar(text("SELECT id FROM dag_version WHERE dag_id = :id"), {"id": id_})
    _add_task(metadata, id_, "r1", "snapshot_by_time_offset", "upstream_failed", version)
    before = admin.get(f"/api/v1/runs/r1?workflow={id_}").json()
    (job,) = before["jobs"]
    assert (job["state"], job["items"][0]["status"]) == ("upstream_failed", "FAIL")
    delete_dag(id_)
    refresh()
    assert admin.get(f"/api/v1/runs/r1?workflow={id_}").json() == before


def _add_task(metadata: Any, dag_id: str, run_id: str, task_id: str, state: str, version: Any) -> None:
    from airflow.models.taskinstance import TaskInstance
    from airflow.serialization.definitions.baseoperator import SerializedBaseOperator

    task = TaskInstance(SerializedBaseOperator(task_id=task_id), dag_version_id=version, run_id=run_id, state=state)
    task.dag_id = dag_id
    task.start_date = task.end_date = utcnow()
    metadata.add(task)
    metadata.commit()


def test_a_large_history_is_copied_in_batches(
    admin: Any, create: Any, parse: Any, add_run: Any, refresh: Any, metadata: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after the upgrade from a version that had no copies; runs may have changed in the same moment."""
    from sqlalchemy import text

    from media_workflows.airflow_adapter import run_copies

    monkeypatch.setattr(run_copies, "BATCH", 2)
    id_ = enabled(admin, create, parse, refresh)
    for number in range(5):
        add_run(id_, f"r{number}", "success", 1)
    metadata.execute(text("UPDATE dag_run SET updated_at = '2026-01-01Z' WHERE run_id <> 'r4'"))
    metadata.commit()
    assert admin.get(f"/api/v1/runs?workflow={id_}").json()["total"] == 5
    metadata.execute(text("UPDATE dag_run SET state = 'failed', updated_at = now() WHERE run_id = 'r0'"))
    metadata.commit()
    refresh()
    states = {run["run_id"]: run["state"] for run in admin.get(f"/api/v1/runs?workflow={id_}").json()["items"]}
    assert (states["r0"], states["r1"]) == ("failed", "success")


def test_a_change_that_became_visible_late_is_copied(
    admin: Any, create: Any, parse: Any, add_run: Any, refresh: Any, metadata: Any
) -> None:
    """The scheduler's transaction took minutes, and other runs changed meanwhile."""
    from sqlalchemy import text

    id_ = enabled(admin, create, parse, refresh)
    change = text("UPDATE dag_run SET state = :state, updated_at = :at WHERE run_id = 'r1'")
    add_run(id_, "r1", "running")
    metadata.execute(change, {"state": "running", "at": "2026-01-01T00:00:00Z"})
    add_run(id_, "r2", "success", 1)
    refresh()
    metadata.execute(change, {"state": "success", "at": "2026-01-01T00:00:01Z"})
    metadata.commit()
    refresh()
    states = [run["state"] for run in admin.get(f"/api/v1/runs?workflow={id_}").json()["items"]]
    assert states == ["success", "success"]
