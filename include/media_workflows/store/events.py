"""The outbox: each event's exact body and its deliveries are durable before they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, ScalarSelect, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.notification import AnyTarget
from media_workflows.errors import NotFoundError
from media_workflows.store.key_words import words_sql
from media_workflows.store.tables import DeliveryRow, EventRow, RunRow, utcnow

EventKind = Literal["finish", "change", "step", "track", "review", "budget"]
Role = Literal["workflow", "function", "step"]


class StoredEvent(Model):
    """An event. `body` is JSON text, as sent apart from a target's additions; that of a step has a shape of our own."""

    id: str
    workflow_id: str
    run_id: str
    kind: EventKind
    body: str
    created_at: datetime


def lock_event_order(session: Session, workflow_id: str) -> None:
    """Lock the event order of a workflow until the transaction ends, so that later events get later numbers."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 7203003))"), {"id": workflow_id})


def put_event(
    session: Session,
    event: StoredEvent,
    targets: Mapping[Role, AnyTarget],
    give_up_after: timedelta,
    traceparent: str | None = None,
) -> None:
    """Write an event and queue a delivery to each target, which goes on with the trace of `traceparent`.

    The same event again revives its dead deliveries and changes nothing else.
    """
    row = insert(EventRow).values(**event.model_dump(), traceparent=traceparent)
    session.execute(row.on_conflict_do_nothing())
    for role, target in targets.items():
        _queue(session, event, role, target, give_up_after)


def _queue(session: Session, event: StoredEvent, role: Role, target: AnyTarget, give_up_after: timedelta) -> None:
    now = utcnow()
    again = {"state": "pending", "due_at": now, "give_up_at": now + give_up_after, "tries": 0, "ended_at": None}
    row = insert(DeliveryRow).values(
        event_id=event.id,
        workflow_id=event.workflow_id,
        role=role,
        target=target.model_dump(mode="json"),
        receiver=target.receiver,
        ordered=target.mode == "change",
        created_at=now,
        attempts=0,
        words=_words_of(event),
        **again,
    )
    session.execute(
        row.on_conflict_do_update(index_elements=["event_id", "role"], set_=again, where=DeliveryRow.state == "dead")
    )


def _words_of(event: StoredEvent) -> ScalarSelect[Any]:
    """Those of the key of the run's source."""
    row = RunRow
    words: ColumnElement[str] = literal_column(words_sql("run.source ->> 'key'"))
    return select(words).where(row.workflow_id == event.workflow_id, row.run_id == event.run_id).scalar_subquery()


def get_event(session: Session, event_id: str) -> StoredEvent:
    """The event with this id. Raises NotFoundError."""
    row = session.get(EventRow, event_id)
    if row is None:
        raise NotFoundError("there is no event '{event_id}'", event_id=event_id)
    return StoredEvent.model_validate(row, from_attributes=True)


def events_of_run(session: Session, workflow_id: str, run_id: str, kind: EventKind | None = None) -> list[StoredEvent]:
    """A run's events, oldest first; of one kind, if one is given."""
    of_run = select(EventRow).where(EventRow.workflow_id == workflow_id, EventRow.run_id == run_id)
    asked = of_run if kind is None else of_run.where(EventRow.kind == kind)
    rows = session.scalars(asked.order_by(EventRow.created_at))
    return [StoredEvent.model_validate(row, from_attributes=True) for row in rows]


def end_reported_at(session: Session, workflow_id: str, run_id: str, since: datetime) -> datetime | None:
    """When the event of this run's end was stored, if that was at or after `since`."""
    return session.scalar(select(func.max(EventRow.created_at)).where(*end_events(workflow_id, run_id, since)))


def end_events(workflow_id: Any, run_id: Any, since: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions of a run's events of its end, stored at or after `since`; by values or by columns of runs."""
    of_run = (EventRow.workflow_id == workflow_id, EventRow.run_id == run_id)
    return (*of_run, EventRow.kind == "finish", EventRow.created_at >= since)
