"""Aggregates of the store for monitoring, of workflows that a user may see."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Float, Select, and_, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from media_workflows.domain.candidates import UPLOAD_RUN, Rule
from media_workflows.store.engine import one_of
from media_workflows.store.tables import (
    DeliveryRow,
    DetectionSourceRow,
    JobProgressRow,
    RunRow,
    UploadDecisionRow,
    WorkflowRow,
)

Row = tuple[object, ...]
QUANTILES = (0.5, 0.95)
# Of a run: seconds of its steps, of processors and of ffmpeg; bytes; items.
USED = (
    *("worker_s", "cpu_s", "ffmpeg_s", "source_bytes", "output_bytes"),
    *("items_made", "items_reused", "items_failed"),
)
_UNFINISHED = ("queued", "running")
_IDLE_PHASES = ("done", "failed")
_LIVE = (Rule.MATCHED, Rule.WAITING_RUN)  # rules of decisions that started a run soon after the upload


def workflows(session: Session, ids: Collection[str]) -> list[Row]:
    """(id, name, enabled) of each."""
    row = WorkflowRow
    found = session.execute(select(row.id, row.name, row.enabled).where(row.deleted_at.is_(None), one_of(row.id, ids)))
    return [tuple(one) for one in found]


def decisions(session: Session, ids: Collection[str], since: datetime) -> list[Row]:
    """(workflow, outcome, rule, count). The id '' is that of uploads that fit no workflow."""
    row = UploadDecisionRow
    columns = row.workflow_id, row.outcome, row.rule
    query = select(*columns, func.count()).where(row.decided_at >= since, one_of(row.workflow_id, ids))
    return [tuple(one) for one in session.execute(query.group_by(*columns))]


def uploads_seen(session: Session, ids: Collection[str], since: datetime) -> int:
    """The number of objects with decisions, each counted once: several workflows may have decided on one."""
    row = UploadDecisionRow
    query = select(row.bucket, row.key).where(row.decided_at >= since, one_of(row.workflow_id, ids))
    return session.scalar(select(func.count()).select_from(query.distinct().subquery())) or 0


def start_latency(session: Session, ids: Collection[str], since: datetime) -> list[Row]:
    """(quantile, seconds) from an object's modification, to the second, to the start of its run; [] without runs."""
    started = RunRow.created_at >= since, RunRow.run_id.startswith(UPLOAD_RUN), one_of(RunRow.workflow_id, ids)
    return _latency(session, RunRow.created_at, select().select_from(RunRow).where(*started))


def decision_latency(session: Session, ids: Collection[str], since: datetime) -> list[Row]:
    """(quantile, seconds) from an object's modification to the decision that started its run; [] without decisions."""
    row = UploadDecisionRow
    of_run = and_(RunRow.workflow_id == row.workflow_id, RunRow.run_id == row.run_id)
    live = row.decided_at >= since, row.rule.in_(_LIVE), one_of(row.workflow_id, ids)
    return _latency(session, row.decided_at, select().select_from(row).join(RunRow, of_run).where(*live))


def _latency(session: Session, at: Any, of_runs: Select[Any]) -> list[Row]:
    """Quantiles of the seconds from the modification of the source of these runs to that moment."""
    modified = cast(RunRow.source["last_modified"].astext, DateTime(timezone=True))
    latency = func.extract("epoch", at - modified)
    columns = [func.percentile_cont(quantile).within_group(latency) for quantile in QUANTILES]
    found = session.execute(of_runs.add_columns(*columns)).one()
    return [(quantile, value) for quantile, value in zip(QUANTILES, found, strict=True) if value is not None]


def unfinished_runs(session: Session, ids: Collection[str]) -> list[Row]:
    """(workflow, state, count, creation of the first)."""
    row = RunRow
    columns = row.workflow_id, row.state
    query = select(*columns, func.count(), func.min(row.created_at)).where(row.state.in_(_UNFINISHED))
    return [tuple(one) for one in session.execute(query.where(one_of(row.workflow_id, ids)).group_by(*columns))]


def ended_runs(session: Session, ids: Collection[str], since: datetime) -> list[Row]:
    """(workflow, state, count, and sums of what they used and made, in the order of USED)."""
    row = RunRow
    columns = row.workflow_id, row.state
    used = [func.coalesce(func.sum(getattr(row, name)), 0) for name in USED]
    query = select(*columns, func.count(), *used).where(row.ended_at >= since, one_of(row.workflow_id, ids))
    return [tuple(one) for one in session.execute(query.group_by(*columns))]


def ended_steps(session: Session, ids: Collection[str], since: datetime) -> list[Row]:
    """(workflow, state of the task in Airflow, count) of the steps of runs that ended."""
    task = func.jsonb_each(cast(RunRow.tasks, JSONB)).table_valued("key", "value", joins_implicitly=True)
    columns = RunRow.workflow_id, func.coalesce(cast(task.c.value, JSONB)["state"].astext, "none")
    query = select(*columns, func.count()).where(RunRow.ended_at >= since, one_of(RunRow.workflow_id, ids))
    return [tuple(one) for one in session.execute(query.group_by(*columns))]


def running_steps(session: Session, ids: Collection[str]) -> list[Row]:
    """(kind, phase, count, mean of their encodes' speed in media seconds per second or None)."""
    step, run = JobProgressRow, RunRow
    of_run = and_(run.workflow_id == step.workflow_id, run.run_id == step.run_id)
    running = run.state == "running", step.phase.not_in(_IDLE_PHASES), one_of(run.workflow_id, ids)
    query = select(step.kind, step.phase, func.count(), cast(func.avg(step.speed), Float)).join(run, of_run)
    return [tuple(one) for one in session.execute(query.where(*running).group_by(step.kind, step.phase))]


def deliveries(session: Session, ids: Collection[str], since: datetime) -> list[Row]:
    """(workflow, state, count, creation of the first); of delivered ones, those queued since then."""
    row = DeliveryRow
    columns = row.workflow_id, row.state
    shown = or_(row.state.in_(("pending", "dead")), row.created_at >= since)
    query = select(*columns, func.count(), func.min(row.created_at)).where(shown, one_of(row.workflow_id, ids))
    return [tuple(one) for one in session.execute(query.group_by(*columns))]


def outbox_since(session: Session, now: datetime) -> datetime | None:
    """Since when the delivery that is due the longest waits to be sent; None = none is due.

    One that waits for an earlier one of its workflow, or is being sent, is not due.
    """
    row, earlier = DeliveryRow, aliased(DeliveryRow)
    waits = select(earlier.id).where(
        earlier.state == "pending",
        earlier.ordered,
        earlier.workflow_id == row.workflow_id,
        earlier.role == row.role,
        earlier.id < row.id,
    )
    free = or_(row.leased_until.is_(None), row.leased_until < now)
    due = row.state == "pending", row.due_at <= now, free, or_(row.ordered.is_(False), ~waits.exists())
    return session.scalar(select(func.min(row.due_at)).where(*due))


def detection_sources(session: Session, ids: Collection[str], queues: Collection[str]) -> list[Row]:
    """(kind, place, last reading, last success) of the queues in use, and of listings for one of these workflows."""
    row = DetectionSourceRow
    query = select(row.kind, row.place, row.polled_at, row.succeeded_at).where(_is_known(queues))
    found = session.execute(query).all()
    in_use = _in_use(session, {(one.kind, one.place) for one in found}, queues, one_of(WorkflowRow.id, ids))
    return [tuple(one) for one in found if (one.kind, one.place) in in_use]


def _is_known(queues: Collection[str]) -> ColumnElement[bool]:
    return or_(DetectionSourceRow.place.in_(queues), DetectionSourceRow.kind == "listing")


def _in_use(
    session: Session, sources: Collection[tuple[str, str]], queues: Collection[str], *which: ColumnElement[bool]
) -> set[tuple[str, str]]:
    """Those of these (kind, place) that are a queue, or the listing for the directory of an enabled workflow.

    PostgreSQL would compare each listing with each workflow, which takes it seconds for thousands of both; in the order
    of their directories, the first one that is not before a listing's place lies in it, or none does.
    """
    workflow = WorkflowRow
    query = select(workflow.trigger_bucket + "/" + workflow.trigger_prefix).where(*which, workflow.enabled.is_(True))
    directories = sorted(session.scalars(query)) if sources else []

    def is_listed(place: str) -> bool:
        first = bisect_left(directories, place)
        return first < len(directories) and directories[first].startswith(place)

    return {(kind, place) for kind, place in sources if place in queues or (kind == "listing" and is_listed(place))}


def last_decision_at(session: Session) -> datetime | None:
    """The time of the newest decision on any upload."""
    row = UploadDecisionRow
    return session.scalar(select(row.decided_at).order_by(row.id.desc()).limit(1))


def has_enabled(session: Session) -> bool:
    """Whether any workflow is enabled."""
    row = WorkflowRow
    return bool(session.scalar(select(select(row.id).where(row.enabled.is_(True)).exists())))


def failing_in_use(session: Session, queues: Collection[str], polled_since: datetime) -> bool:
    """Whether the last reading of a queue, or of a listing that an enabled workflow needs, failed since then."""
    row = DetectionSourceRow
    failing = row.error.is_not(None), row.polled_at >= polled_since, _is_known(queues)
    found = {(kind, place) for kind, place in session.execute(select(row.kind, row.place).where(*failing))}
    return bool(_in_use(session, found, queues))
