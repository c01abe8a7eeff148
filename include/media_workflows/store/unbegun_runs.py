"""Runs of requests for ad-hoc processing that Airflow does not have: their turn has not come, or never will."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, false, literal, null, or_, select, tuple_
from sqlalchemy.orm import Session

from media_workflows.domain.backfill import BackfillState, ObjectState
from media_workflows.domain.process_runs import PROCESS
from media_workflows.store.page_count import counted
from media_workflows.store.run_list import NewestRun, RunFilter
from media_workflows.store.tables import BackfillObjectRow, BackfillRow

_ACTIVE = (BackfillState.COUNTING, BackfillState.READY, BackfillState.RUNNING, BackfillState.PAUSED)


def unbegun_runs(session: Session, which: RunFilter, limit: int) -> list[NewestRun]:
    """The newest of them that match the times of a filter, newest first."""
    query = _unbegun(which).order_by(BackfillRow.created_at.desc(), BackfillObjectRow.run_id.desc())
    return [NewestRun(*row) for row in session.execute(query.limit(limit))]


def count_unbegun(session: Session, which: RunFilter) -> int:
    """How many match, as far as a list counts."""
    return counted(session, _unbegun(which.model_copy(update={"before": None})))[0]


def _of_states(which: RunFilter) -> Iterator[ColumnElement[bool]]:
    """Those of active requests wait; those of ended ones, cancelled mostly, have failed."""
    yield false()
    if "queued" in which.states:
        yield BackfillRow.state.in_(_ACTIVE)
    if "failed" in which.states:
        yield BackfillRow.state.not_in(_ACTIVE)


def _unbegun(which: RunFilter) -> Select[*tuple[Any, ...]]:
    created, run_id = BackfillRow.created_at, BackfillObjectRow.run_id
    asked: list[ColumnElement[bool] | None] = [
        BackfillRow.workflow_id == PROCESS,
        or_(*_of_states(which)),
        BackfillObjectRow.state == ObjectState.QUEUED,
        run_id.is_not(None),
        None if which.since is None else created >= which.since,
        None if which.until is None else created < which.until,
        None if which.before is None else tuple_(created, run_id) < which.before,
    ]
    columns = (created, run_id, literal(PROCESS), null(), null(), null())
    joined = select(*columns).join(BackfillRow, BackfillRow.id == BackfillObjectRow.backfill_id)
    return joined.where(*(condition for condition in asked if condition is not None))
