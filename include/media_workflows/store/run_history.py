"""Queries over runs, also of those that Airflow no longer has; `airflow_adapter.run_copies` keeps them up to date."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ARRAY, Select, String, column, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from media_workflows.domain.base import Model
from media_workflows.errors import NotFoundError
from media_workflows.store.engine import one_of
from media_workflows.store.run_copies import TaskSummary
from media_workflows.store.tables import RunRow


class DagRunSummary(Model):
    """A run as Airflow shows it."""

    run_id: str
    state: str
    queued_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


class RunCounts(Model):
    """The number of a workflow's runs by state."""

    success: int = 0
    failed: int = 0
    running: int = 0
    queued: int = 0


_NEWEST_FIRST = (RunRow.created_at.desc(), RunRow.run_id.desc())


def _runs() -> Select[RunRow]:
    return select(RunRow).where(RunRow.state.is_not(None))


def _summary(row: RunRow) -> DagRunSummary:
    return DagRunSummary.model_validate({name: getattr(row, name) for name in DagRunSummary.model_fields})


def _find(session: Session, workflow_id: str, run_id: str) -> RunRow:
    row = session.get(RunRow, (workflow_id, run_id))
    if row is None or row.state is None:
        raise NotFoundError("workflow '{workflow_id}' has no run '{run_id}'", workflow_id=workflow_id, run_id=run_id)
    return row


def find_run(session: Session, workflow_id: str, run_id: str) -> DagRunSummary:
    """One run of a workflow. Raises NotFoundError."""
    return _summary(_find(session, workflow_id, run_id))


def ended_tasks(session: Session, workflow_id: str, run_id: str) -> dict[str, TaskSummary]:
    """The tasks of a run by task id, as they were when it ended. Raises NotFoundError."""
    tasks = _find(session, workflow_id, run_id).tasks or {}
    return {id_: TaskSummary.model_validate(task) for id_, task in tasks.items()}


def workflows_of_run(session: Session, run_id: str) -> set[str]:
    """The ids of workflows that have a run of this id: run ids are unique within a workflow only."""
    return set(session.scalars(select(RunRow.workflow_id).where(RunRow.run_id == run_id, RunRow.state.is_not(None))))


def last_runs(session: Session, workflow_ids: Collection[str]) -> dict[str, DagRunSummary]:
    """The last run of each workflow by id; a workflow without runs is not included."""
    asked = func.unnest(literal(list(workflow_ids), ARRAY(String))).table_valued(column("id", String)).render_derived()
    # One by one: DISTINCT ON would read all runs of each.
    newest = _runs().where(RunRow.workflow_id == asked.c.id).order_by(*_NEWEST_FIRST).limit(1).lateral()
    rows = session.scalars(select(aliased(RunRow, newest)).select_from(asked).join(newest, true()))
    return {row.workflow_id: _summary(row) for row in rows}


def failures_since(session: Session, workflow_ids: Collection[str], since: datetime) -> dict[str, int]:
    """The number of failed runs since a time by workflow id; a workflow without failures is not included."""
    failed = select(RunRow.workflow_id, func.count()).where(
        one_of(RunRow.workflow_id, workflow_ids), RunRow.state == "failed", RunRow.ended_at >= since
    )
    return dict(session.execute(failed.group_by(RunRow.workflow_id)).all())


def count_runs(session: Session, workflow_id: str, since: datetime) -> RunCounts:
    """The number of a workflow's runs that ended since a time, and of those that have not ended."""
    recent = or_(RunRow.ended_at >= since, RunRow.ended_at.is_(None))
    query = select(RunRow.state, func.count()).where(RunRow.workflow_id == workflow_id, recent)
    counted = dict(session.execute(query.group_by(RunRow.state)).all())
    return RunCounts(**{state: count for state, count in counted.items() if state in RunCounts.model_fields})
