"""Aggregates of the store for monitoring, of workflows that a user may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, DateTime, Float, and_, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from media_workflows.domain.candidates import UPLOAD_RUN
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
_UNFINISHED = ("queued", "running")
_IDLE_PHASES = ("done", "failed")


def workflows(session: Session, ids: Collection[str]) -> list[Row]:
    """(id, name, enabled) of each."""
    row = WorkflowRow
    found = session.execute(select(row.id, row.name, row.enabled).where(row.deleted_at.is_(None), one_of(row.id, ids)))
    return [tuple(one) for one in found]


def decisions(session: Session, ids: Collection[str], since: datetime) -> list[Row]:
    """(workflow, outcome, rule, count); the workflow is '' of uploads that concern none."""
    row = UploadDecisionRow
    columns = row.workflow_id, row.outcome, row.rule
    query = select(*columns, func.count()).where(row.decided_at >= since, one_of(row.workflow_id, [*ids, ""]))
    return [tuple(one) for one in session.execute(query.group_by(*columns))]


def start_latency(session: Session, ids: Collection[str], since: datetime) -> list[Row]:
    """(quantile, seconds) from an object's modification, to the second, to the start of its run; [] without runs."""
    modified = cast(RunRow.source["last_modified"].astext, DateTime(timezone=True))
    latency = func.extract("epoch", RunRow.created_at - modified)
    columns = [func.percentile_cont(quantile).within_group(latency) for quantile in QUANTILES]
    started = RunRow.created_at >= since, RunRow.run_id.startswith(UPLOAD_RUN), one_of(RunRow.workflow_id, ids)
    found = session.execute(select(*columns).where(*started)).one()
    return [(quantile, value) for quantile, value in zip(QUANTILES, found, strict=True) if value is not None]


def unfinished_runs(session: Session, ids: Collection[str]) -> list[Row]:
    """(workflow, state, count, creation of the first)."""
    row = RunRow
    columns = row.workflow_id, row.state
    query = select(*columns, func.count(), func.min(row.created_at)).where(row.state.in_(_UNFINISHED))
    return [tuple(one) for one in session.execute(query.where(one_of(row.workflow_id, ids)).group_by(*columns))]


def ended_runs(session: Session, ids: Collection[str], since: datetime) -> list[Row]:
    """(workflow, state, count, seconds of steps, processor seconds, bytes of sources, bytes of outputs)."""
    row = RunRow
    columns = row.workflow_id, row.state
    used = [func.coalesce(func.sum(one), 0) for one in (row.worker_s, row.cpu_s, row.source_bytes, row.output_bytes)]
    query = select(*columns, func.count(), *used).where(row.ended_at >= since, one_of(row.workflow_id, ids))
    return [tuple(one) for one in session.execute(query.group_by(*columns))]


def running_steps(session: Session, ids: Collection[str]) -> list[Row]:
    """(kind, phase, count, mean of their encodes' speed in media seconds per second or None)."""
    step, run = JobProgressRow, RunRow
    of_run = and_(run.workflow_id == step.workflow_id, run.run_id == step.run_id)
    running = run.state == "running", step.phase.not_in(_IDLE_PHASES), one_of(run.workflow_id, ids)
    query = select(step.kind, step.phase, func.count(), cast(func.avg(step.speed), Float)).join(run, of_run)
    return [tuple(one) for one in session.execute(query.where(*running).group_by(step.kind, step.phase))]


def deliveries(session: Session, ids: Collection[str], since: datetime) -> list[Row]:
    """(workflow, state, count) of those that are pending or dead, and of those queued since then and delivered."""
    row = DeliveryRow
    columns = row.workflow_id, row.state
    shown = or_(row.state != "delivered", row.created_at >= since)
    query = select(*columns, func.count()).where(shown, one_of(row.workflow_id, ids)).group_by(*columns)
    return [tuple(one) for one in session.execute(query)]


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
    query = select(row.kind, row.place, row.polled_at, row.succeeded_at)
    known = or_(row.place.in_(queues), _listing_for(one_of(WorkflowRow.id, ids)))
    return [tuple(one) for one in session.execute(query.where(known))]


def _listing_for(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a source is the listing of the directory of such a workflow that is enabled."""
    row, workflow = DetectionSourceRow, WorkflowRow
    trigger = workflow.trigger_bucket + "/" + workflow.trigger_prefix
    covered = select(workflow.id).where(*which, workflow.enabled.is_(True), func.starts_with(trigger, row.place))
    return and_(row.kind == "listing", covered.exists())


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
    known = or_(row.place.in_(queues), _listing_for())
    failing = select(row.place).where(row.error.is_not(None), row.polled_at >= polled_since, known)
    return bool(session.scalar(select(failing.exists())))
