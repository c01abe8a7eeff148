"""The outbox: each event's exact body is durable before the first delivery attempt."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.model.base import Model
from media_workflows.store.tables import EventRow, utcnow


class StoredEvent(Model):
    """An event and what became of it. `body` is the JSON text exactly as it is sent."""

    id: str
    workflow_id: str
    run_id: str
    body: str
    created_at: datetime
    delivered_at: datetime | None = None
    attempts: int = 0
    last_answer: str = ""


def put_event(session: Session, event_id: str, workflow_id: str, run_id: str, body: str) -> None:
    """Write an event; the same id again changes nothing."""
    row = insert(EventRow).values(
        id=event_id, workflow_id=workflow_id, run_id=run_id, body=body, created_at=utcnow(), attempts=0, last_answer=""
    )
    session.execute(row.on_conflict_do_nothing())


def record_attempt(session: Session, event_id: str, answer: str, *, delivered: bool) -> None:
    """Note one delivery attempt and the receiver's answer."""
    row = session.get_one(EventRow, event_id)
    row.attempts += 1
    row.last_answer = answer.replace("\0", "\N{REPLACEMENT CHARACTER}")  # PostgreSQL stores no NUL
    if delivered:
        row.delivered_at = utcnow()


def events_of_run(session: Session, workflow_id: str, run_id: str) -> list[StoredEvent]:
    """A run's events, oldest first."""
    rows = session.scalars(
        select(EventRow)
        .where(EventRow.workflow_id == workflow_id, EventRow.run_id == run_id)
        .order_by(EventRow.created_at)
    )
    return [StoredEvent.model_validate({name: getattr(row, name) for name in StoredEvent.model_fields}) for row in rows]
