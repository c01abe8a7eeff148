"""What lists show of each of their runs beside its row: first failure, outputs, progress, who cancelled it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, tuple_
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.process_runs import PROCESS, STEPS
from media_workflows.domain.progress import FAILED, MAX_UNFINISHED_PERCENT, MEASURED
from media_workflows.store.runs import RunKey
from media_workflows.store.tables import ActionResultRow, CancelledRunRow, JobProgressRow, JobResultRow
from media_workflows.store.tables.runs import FAILURE_SQL

NAMED_ROLES = '@.role == "main" || @.role == "manifest"'  # files that a person would name
PICTURE_KINDS = ("sample_snapshot", "snapshot_by_time_offset")
_FAILURE: ColumnElement[str | None] = literal_column(FAILURE_SQL)


class Cause(Model):
    """Why a run failed, or an item of it; CANCELLED of a cancelled run."""

    code: str
    message: str


class RunSummary(Model):
    """What a list shows of a run's results: the first failure, the number of files, a picture (its key)."""

    failure: Cause | None = None
    outputs: int = 0
    picture: str | None = None


TaskKey = tuple[str, str, str]  # workflow, run, task


def summaries(session: Session, runs: Sequence[RunKey], unended: Collection[TaskKey] = ()) -> dict[RunKey, RunSummary]:
    """Of these runs by key; one without results has none. The results stay in the database: they may be megabytes.

    A failure of a task that has not ended (`unended`) is that of an earlier try, and left out.
    """
    found: dict[RunKey, RunSummary] = {}
    for workflow_id, run_id, step_id, *values in session.execute(_results(runs)):
        code, message, outputs, picture = values
        before = found.get((workflow_id, run_id), RunSummary())
        is_over = code is None or _task_of(workflow_id, run_id, step_id) in unended
        failure = None if is_over else Cause(code=code, message=message or "")
        found[workflow_id, run_id] = RunSummary(
            failure=before.failure or failure, outputs=before.outputs + outputs, picture=before.picture or picture
        )
    for key, failure in _failed_actions(session, runs, unended).items():
        before = found.get(key, RunSummary())
        found[key] = before.model_copy(update={"failure": before.failure or failure})
    return found


def _task_of(workflow_id: str, run_id: str, step_id: str) -> TaskKey:
    """All steps of ad-hoc processing are one task."""
    return workflow_id, run_id, STEPS if workflow_id == PROCESS else step_id


def _failed_actions(session: Session, runs: Sequence[RunKey], unended: Collection[TaskKey]) -> dict[RunKey, Cause]:
    """The first failure of a step without media, by run."""
    row = ActionResultRow
    query = select(row.workflow_id, row.run_id, row.step_id, row.result["code"].astext, row.result["message"].astext)
    failed = (tuple_(row.workflow_id, row.run_id).in_(runs), row.result["status"].astext == "FAIL")
    return {
        (workflow_id, run_id): Cause(code=code, message=message)
        for workflow_id, run_id, step_id, code, message in session.execute(
            query.where(*failed).order_by(row.updated_at.desc())
        )
        if _task_of(workflow_id, run_id, step_id) not in unended
    }


def _results(runs: Sequence[RunKey]) -> Select[*tuple[Any, ...]]:
    row = JobResultRow
    message = """jsonb_path_query_first(result, '$.items[*] ? (@.status == "FAIL").message') #>> '{}'"""
    outputs = f"jsonb_array_length(jsonb_path_query_array(result, '$.items[*].outputs[*] ? ({NAMED_ROLES})'))"
    kinds = ", ".join(f"'{kind}'" for kind in PICTURE_KINDS)
    picture = "jsonb_path_query_first(result, '$.items[*].outputs[*].key') #>> '{}'"
    found: Select[*tuple[Any, ...]] = (
        select(
            *(row.workflow_id, row.run_id, row.step_id, _FAILURE, literal_column(message), literal_column(outputs)),
            literal_column(f"CASE WHEN kind IN ({kinds}) THEN {picture} END"),
        )
        .where(tuple_(row.workflow_id, row.run_id).in_(runs))
        .order_by(row.workflow_id, row.run_id, row.step_id, row.map_index)
    )
    return found


class StepsProgress(Model):
    """The steps of a run that have begun: how many, the sum of their percents, and the longest ETA (None = unknown).

    `moved_at` is that of the step with figures that has stood still for longest; None = no step has figures now.
    """

    begun: int
    percents: float
    eta_s: float | None
    moved_at: datetime | None


def progress_of_runs(session: Session, runs: Sequence[RunKey]) -> dict[RunKey, StepsProgress]:
    """Of these unfinished runs by key; one none of whose steps has begun has none.

    A step that failed counts as not begun: it waits to be tried again, or is never done.
    """
    row = JobProgressRow
    figures = (
        func.count(),
        func.sum(row.percent),
        func.max(row.eta_s).filter(row.percent < 100),
        func.min(row.moved_at).filter(row.phase == MEASURED, row.percent < MAX_UNFINISHED_PERCENT),
    )
    which = (tuple_(row.workflow_id, row.run_id).in_(runs), row.phase != FAILED)
    query = select(row.workflow_id, row.run_id, *figures).where(*which)
    return {
        (workflow_id, run_id): StepsProgress(begun=begun, percents=percents, eta_s=eta_s, moved_at=moved_at)
        for workflow_id, run_id, begun, percents, eta_s, moved_at in session.execute(
            query.group_by(row.workflow_id, row.run_id)
        )
    }


def cancellations(session: Session, runs: Sequence[RunKey]) -> dict[RunKey, str]:
    """Who cancelled these runs, by key."""
    row = CancelledRunRow
    query = select(row.workflow_id, row.run_id, row.cancelled_by).where(tuple_(row.workflow_id, row.run_id).in_(runs))
    return {(workflow_id, run_id): by for workflow_id, run_id, by in session.execute(query)}
