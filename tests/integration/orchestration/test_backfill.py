"""Backfills inside Airflow: when the watcher calls its task, and the priority of their tasks."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from airflow.sdk.exceptions import TaskDeferred
from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance
from sqlalchemy import update

from media_workflows.domain.backfill import BackfillLimits, BackfillRequest
from media_workflows.ingest.backfill import backfill_run_id
from media_workflows.ingest.run_starter import run_id_for
from media_workflows.orchestration.backfill import BackfillOperator, BackfillTrigger
from media_workflows.orchestration.priority import UploadsFirst
from media_workflows.store import backfill_objects as objects
from media_workflows.store import backfills as store
from media_workflows.store.backfill_objects import ListedPage, SelectedObject
from media_workflows.store.engine import transaction
from media_workflows.store.tables import BackfillRow, utcnow


def is_due() -> bool:
    return asyncio.run(BackfillTrigger()._is_due())


@pytest.fixture
def active(database: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the runs that Airflow has in progress."""
    runs: list[str] = []

    def count(dag_id: str, run_ids: list[str], states: list[str]) -> int:
        assert states == ["queued", "running"]
        return len(set(runs) & set(run_ids))

    monkeypatch.setattr(RuntimeTaskInstance, "get_dr_count", staticmethod(count))
    return runs


def test_the_task_is_called_when_there_is_something_to_do(active: list[str]) -> None:
    assert not is_due()
    with transaction() as session:
        limits = BackfillLimits(max_at_once=1)
        id_ = store.create_backfill(session, BackfillRequest(workflow="wf_1", limits=limits), "bucket", "ada").id
    assert is_due()  # to count
    with transaction() as session:
        objects.add_page(session, id_, ListedPage("", None, 2, [SelectedObject(key, "e", 1) for key in "ab"]))
    assert not is_due()  # it awaits its start
    with transaction() as session:
        store.change_state(session, id_, "start")
    assert is_due()
    with transaction() as session:
        objects.mark_started(session, store.locked_row(session, id_), "a", "r1", utcnow())
    active.append("r1")
    assert not is_due()  # as many runs as are allowed
    active.clear()
    assert is_due()  # one has ended
    with transaction() as session:
        objects.mark_ended(session, id_, "a", succeeded=True)
        session.execute(update(BackfillRow).values(next_at=utcnow() + timedelta(minutes=1)))
    assert not is_due()  # a problem, or the limit per minute
    with transaction() as session:
        store.change_state(session, id_, "pause")
    assert not is_due()


def test_a_database_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OSError("the database is away")

    monkeypatch.setattr("media_workflows.orchestration.backfill._look", away)
    assert not is_due()


def test_the_task_advances_and_watches_again(database: str, s3_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_S3_ENDPOINT_URL", s3_server)
    operator, context = BackfillOperator(task_id="advance"), cast("Any", {"ti": None})
    with pytest.raises(TaskDeferred) as deferred:
        operator.execute(context)
    for rounds in (0, 499):
        with pytest.raises(TaskDeferred) as deferred:
            operator.advance(context, {}, rounds)
        assert deferred.value.kwargs == {"rounds": rounds + 1}
        assert isinstance(deferred.value.trigger, BackfillTrigger)
    operator.advance(context, {}, 500)  # @continuous starts the next run
    path, arguments = BackfillTrigger().serialize()
    assert (path, arguments) == ("media_workflows.orchestration.backfill.BackfillTrigger", {})


@pytest.mark.parametrize("priority", [-10, 0, 10])
def test_backfills_come_after_all_uploads(priority: int) -> None:
    def weight(run_id: str) -> int:
        ti: Any = SimpleNamespace(run_id=run_id, task=SimpleNamespace(priority_weight=priority + 11))
        return UploadsFirst().get_weight(ti)

    assert weight(run_id_for("bucket", "a", "e")) == weight("manual__1") == priority + 11
    assert -20 <= weight(backfill_run_id("bf_1", "bucket", "a", "e")) <= 0
