"""Counts of upload decisions, deliveries, unfinished runs and workflows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.store.engine import one_of
from media_workflows.store.tables import DeliveryRow, RunRow, UploadDecisionRow, WorkflowRow


class UploadCounts(Model):
    """Counts of upload decisions; `refused` by rule."""

    fired: int = 0
    refused: dict[str, int] = Field(default_factory=dict)


class DeliveryCounts(Model):
    """Counts of event deliveries by state."""

    delivered: int = 0
    pending: int = 0
    dead: int = 0


def upload_counts(session: Session, workflow_id: str, since: datetime) -> UploadCounts:
    """Count the upload decisions since a time."""
    row = UploadDecisionRow
    query = select(row.outcome, row.rule, func.count()).where(row.workflow_id == workflow_id, row.decided_at >= since)
    counted = list(session.execute(query.group_by(row.outcome, row.rule)))
    return UploadCounts(
        fired=sum(count for outcome, _, count in counted if outcome == "fired"),
        refused={rule: count for outcome, rule, count in counted if outcome == "refused"},
    )


def delivery_counts(session: Session, workflow_id: str, since: datetime) -> DeliveryCounts:
    """Count the deliveries queued since a time."""
    row = DeliveryRow
    query = select(row.state, func.count()).where(row.workflow_id == workflow_id, row.created_at >= since)
    return DeliveryCounts(**dict(session.execute(query.group_by(row.state)).all()))


MOST_DEAD = 20  # workflows


class DeadDeliveries(Model):
    """The deliveries of a workflow that were given up. `workflow_name` None = the store does not have it."""

    workflow_id: str
    workflow_name: str | None
    deliveries: int
    first_at: datetime | None


def dead_deliveries(session: Session, workflow_ids: Collection[str]) -> list[DeadDeliveries]:
    """Of at most MOST_DEAD workflows, those with most first."""
    row, count = DeliveryRow, func.count()
    dead = select(row.workflow_id, count.label("deliveries"), func.min(row.ended_at).label("first_at"))
    dead = dead.where(row.state == "dead", one_of(row.workflow_id, workflow_ids)).group_by(row.workflow_id)
    most = dead.order_by(count.desc(), row.workflow_id).limit(MOST_DEAD).subquery()
    named = select(most, WorkflowRow.name.label("workflow_name")).outerjoin(
        WorkflowRow, WorkflowRow.id == most.c.workflow_id
    )
    rows = session.execute(named.order_by(most.c.deliveries.desc(), most.c.workflow_id)).mappings()
    return [DeadDeliveries.model_validate(dict(found)) for found in rows]


class UnfinishedRuns(Model):
    """How many runs wait and run; `queued_since` is when the first that waits was created."""

    queued: int = 0
    running: int = 0
    queued_since: datetime | None = None


def unfinished_runs(session: Session, workflow_ids: Collection[str]) -> UnfinishedRuns:
    """Those of these workflows."""
    row = RunRow
    unfinished = row.state.in_(("queued", "running")), one_of(row.workflow_id, workflow_ids)
    query = select(row.state, func.count(), func.min(row.created_at)).where(*unfinished).group_by(row.state)
    found = {state: (count, first) for state, count, first in session.execute(query)}
    queued, since = found.get("queued", (0, None))
    return UnfinishedRuns(queued=queued, running=found.get("running", (0, None))[0], queued_since=since)


def workflow_counts(session: Session, workflow_ids: Collection[str]) -> tuple[int, int]:
    """How many of these workflows there are, and how many are enabled."""
    row = WorkflowRow
    query = select(func.count(), func.count().filter(row.enabled.is_(True)))
    total, enabled = session.execute(query.where(row.deleted_at.is_(None), one_of(row.id, workflow_ids))).one()
    return total, enabled
