"""The delivery log: queries over deliveries and attempts, resending, and deletion of old events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.notification import STORED_TARGET, AnyTarget
from media_workflows.errors import NotFoundError
from media_workflows.store.deliveries import Attempt
from media_workflows.store.events import EventKind, Role
from media_workflows.store.tables import DeliveryAttemptRow, DeliveryRow, EventRow, utcnow

DeliveryState = Literal["pending", "delivered", "dead"]


class Delivery(Model):
    """The delivery of an event to one target. `address` is the target without secrets; `last` the latest attempt."""

    id: int
    event_id: str
    workflow_id: str
    run_id: str
    kind: EventKind
    role: Role
    address: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None
    last: Attempt | None


class DeliveryPage(Model):
    """One page of deliveries, newest first."""

    total: int
    items: list[Delivery]


class DeliveryFilter(Model):
    """A filter for deliveries; all given fields must match."""

    workflow_ids: frozenset[str] | None = None
    run_id: str | None = None
    state: DeliveryState | None = None
    event_ids: frozenset[str] | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter's conditions for a query over deliveries joined with their events."""
        asked: list[ColumnElement[bool] | None] = [
            None if self.workflow_ids is None else DeliveryRow.workflow_id.in_(self.workflow_ids),
            None if self.run_id is None else EventRow.run_id == self.run_id,
            None if self.state is None else DeliveryRow.state == self.state,
            None if self.event_ids is None else DeliveryRow.event_id.in_(self.event_ids),
        ]
        return [condition for condition in asked if condition is not None]


def list_deliveries(session: Session, which: DeliveryFilter, offset: int = 0, limit: int = 100) -> DeliveryPage:
    """A page of deliveries, newest first."""
    query = select(DeliveryRow, EventRow).join(EventRow, EventRow.id == DeliveryRow.event_id).where(*which.conditions())
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(DeliveryRow.id.desc()).offset(offset).limit(limit)).all()
    last = _last_attempts(session, [delivery for delivery, _ in rows])
    return DeliveryPage(total=total, items=[_delivery(*row, last.get(row[0].id)) for row in rows])


def _last_attempts(session: Session, deliveries: Sequence[DeliveryRow]) -> dict[int, Attempt]:
    query = (
        select(DeliveryAttemptRow)
        .join(DeliveryRow, DeliveryRow.id == DeliveryAttemptRow.delivery_id)
        .where(DeliveryRow.id.in_([row.id for row in deliveries]), DeliveryAttemptRow.number == DeliveryRow.attempts)
    )
    return {row.delivery_id: _attempt(row) for row in session.scalars(query)}


def _attempt(row: DeliveryAttemptRow) -> Attempt:
    return Attempt.model_validate({name: getattr(row, name) for name in Attempt.model_fields})


def _delivery(row: DeliveryRow, event: EventRow, last: Attempt | None) -> Delivery:
    columns = {name: getattr(row, name) for name in Delivery.model_fields if hasattr(row, name)}
    address = STORED_TARGET.validate_python(row.target).address
    return Delivery(**columns, run_id=event.run_id, kind=event.kind, address=address, last=last)


def attempts_of(session: Session, event_id: str) -> dict[int, list[Attempt]]:
    """All attempts of an event's deliveries, by delivery id, oldest first."""
    rows = session.scalars(
        select(DeliveryAttemptRow)
        .join(DeliveryRow, DeliveryRow.id == DeliveryAttemptRow.delivery_id)
        .where(DeliveryRow.event_id == event_id)
        .order_by(DeliveryAttemptRow.delivery_id, DeliveryAttemptRow.number)
    )
    found: dict[int, list[Attempt]] = {}
    for row in rows:
        found.setdefault(row.delivery_id, []).append(_attempt(row))
    return found


def deliveries_to_resend(session: Session, which: DeliveryFilter) -> list[tuple[int, str, Role]]:
    """(delivery, workflow, role) of the ended ones. Raises NotFoundError when a requested event has no delivery."""
    query = select(DeliveryRow).join(EventRow, EventRow.id == DeliveryRow.event_id).where(*which.conditions())
    rows = list(session.scalars(query.order_by(DeliveryRow.id)))
    _require_all(which.event_ids or (), {row.event_id for row in rows})
    return [(row.id, row.workflow_id, row.role) for row in rows if row.state != "pending"]  # type: ignore[misc]


def _require_all(asked: Iterable[str], found: Collection[str]) -> None:
    if missing := sorted(set(asked) - set(found)):
        raise NotFoundError(
            "there are no deliveries of event {events}: it had no target, or does not exist", events=", ".join(missing)
        )


def resend(session: Session, delivery_id: int, target: AnyTarget | None, give_up_after: timedelta) -> None:
    """Queue an ended delivery again, to `target` or else its former target; it is no longer ordered."""
    row = session.get_one(DeliveryRow, delivery_id, with_for_update=True)
    now = utcnow()
    row.state, row.due_at, row.give_up_at, row.ended_at = "pending", now, now + give_up_after, None
    row.tries, row.ordered = 0, False
    if target is not None:
        row.target, row.receiver = target.model_dump(mode="json"), target.receiver


def forget_old_events(session: Session, before: datetime) -> int:
    """Delete events created before a time with their deliveries, unless one is pending; returns how many."""
    pending = select(DeliveryRow.event_id).where(DeliveryRow.state == "pending")
    old = delete(EventRow).where(EventRow.created_at < before, EventRow.id.not_in(pending))
    return len(session.scalars(old.returning(EventRow.id)).all())
