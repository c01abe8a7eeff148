"""The state of runs as Airflow shows it, copied: what is deleted in Airflow stays here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.errors import DeletedRunError
from media_workflows.store.run_causes import note_causes
from media_workflows.store.run_totals import store_totals
from media_workflows.store.runs import RunKey
from media_workflows.store.tables import RunRow, utcnow
from media_workflows.store.uploads import note_deleted_runs

UNFINISHED = ("queued", "running")  # states of a run


class TaskSummary(Model):
    """A task of a run as Airflow shows it; `state` None = not scheduled yet."""

    state: str | None
    try_number: int
    started_at: datetime | None
    ended_at: datetime | None


class ShownState(NamedTuple):
    """What lists show of a run as Airflow has it."""

    state: str
    queued_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None


class RunCopy(Model):
    """A run in Airflow. `tasks` by id, only of a run that has ended; `changed_at` is the time of its last change."""

    workflow_id: str
    run_id: str
    created_at: datetime
    state: str
    queued_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    changed_at: datetime
    tasks: dict[str, TaskSummary] | None = None


def newest_change(session: Session) -> datetime | None:
    """The time of the newest change that was copied; None = nothing was."""
    return session.scalar(select(func.max(RunRow.changed_at)))


def store_copies(session: Session, copies: Sequence[RunCopy]) -> None:
    """Store the state of runs, except where the stored one is newer or the same: several processes copy."""
    row = insert(RunRow)
    shown = ("state", "created_at", "queued_at", "started_at", "ended_at", "tasks")
    statement = row.on_conflict_do_update(
        index_elements=["workflow_id", "run_id"],
        set_={name: row.excluded[name] for name in (*shown, "changed_at")},
        where=RunRow.changed_at.is_(None)
        | (
            (RunRow.changed_at < row.excluded.changed_at)
            & tuple_(*(getattr(RunRow, name) for name in shown[:-1])).is_distinct_from(
                tuple_(*(row.excluded[name] for name in shown[:-1]))
            )
        ),
    )
    # Sorted: two processes that store the same runs in one order cannot wait for each other.
    in_order = sorted(copies, key=lambda copy: (copy.workflow_id, copy.run_id))
    if in_order:
        changed = session.execute(
            statement.returning(RunRow.workflow_id, RunRow.run_id),
            [copy.model_dump() | {"tasks": _tasks(copy)} for copy in in_order],
        )
        runs = [(workflow_id, run_id) for workflow_id, run_id in changed]
        note_causes(session, runs)
        store_totals(session, runs)


def _tasks(copy: RunCopy) -> dict[str, object] | None:
    return None if copy.tasks is None else {id_: task.model_dump(mode="json") for id_, task in copy.tasks.items()}


def unfinished_copies(session: Session) -> dict[RunKey, ShownState]:
    """The runs that had not ended when they were last copied."""
    return _states(session, RunRow.state.in_(UNFINISHED))


def state_of_run(session: Session, workflow_id: str, run_id: str) -> ShownState | None:
    """The state of one run when it was last copied; None = it never was."""
    condition = (RunRow.workflow_id == workflow_id) & (RunRow.run_id == run_id) & RunRow.state.is_not(None)
    return _states(session, condition).get((workflow_id, run_id))


def _states(session: Session, condition: ColumnElement[bool]) -> dict[RunKey, ShownState]:
    shown = [getattr(RunRow, name) for name in ShownState._fields]
    rows = session.execute(select(RunRow.workflow_id, RunRow.run_id, *shown).where(condition))
    return {(workflow_id, run_id): ShownState(*state) for workflow_id, run_id, *state in rows}


def fail_deleted(session: Session, runs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """End unfinished runs that were deleted in Airflow as failed; returns those that no other process has ended.

    The uploads that started them are missed uploads from then on.
    """
    ended = []
    for workflow_id, run_id in runs:
        error = DeletedRunError(
            "run '{run_id}' was deleted in Airflow before it ended: if an upload started it, process that as a missed "
            "upload; otherwise upload the file again, or trigger the workflow by hand with its key",
            run_id=run_id,
        )
        values = {"state": "failed", "ended_at": utcnow(), "error": {"code": error.code, "message": str(error)}}
        found = (RunRow.workflow_id == workflow_id) & (RunRow.run_id == run_id) & RunRow.state.in_(UNFINISHED)
        if session.scalar(update(RunRow).where(found).values(**values).returning(RunRow.run_id)):
            ended.append((workflow_id, run_id))
    note_deleted_runs(session, ended)
    note_causes(session, ended)
    store_totals(session, ended)
    return ended
