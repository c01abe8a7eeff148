"""Counts of a workflow's upload decisions and deliveries by outcome."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.store.tables import DeliveryRow, UploadDecisionRow


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
