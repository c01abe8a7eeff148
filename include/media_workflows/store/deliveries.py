"""Deliveries as the sender processes them: claimed with a lease, attempted, then ended or rescheduled."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import TextClause, select, text
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.notification import STORED_TARGET, AnyTarget
from media_workflows.store.events import StoredEvent
from media_workflows.store.tables import DeliveryAttemptRow, DeliveryRow, EventRow, utcnow

# At most `per_receiver` deliveries are in flight to a receiver, whatever waits for others. Of ordered deliveries only
# the first pending one of its workflow may be claimed.
_CLAIM: TextClause = text("""
    WITH receivers AS (
        SELECT receiver, count(*) FILTER (WHERE leased_until > :now) AS busy
        FROM delivery WHERE state = 'pending' GROUP BY receiver
    ), due AS (
        SELECT next.id FROM receivers CROSS JOIN LATERAL (
            SELECT id, due_at FROM delivery
            WHERE receiver = receivers.receiver AND state = 'pending' AND due_at <= :now
              AND (leased_until IS NULL OR leased_until <= :now)
              AND NOT (ordered AND EXISTS (
                  SELECT FROM delivery AS earlier
                  WHERE earlier.workflow_id = delivery.workflow_id AND earlier.role = delivery.role
                    AND earlier.ordered AND earlier.state = 'pending' AND earlier.id < delivery.id))
            ORDER BY due_at, id LIMIT greatest(:per_receiver - busy, 0)
        ) AS next ORDER BY next.due_at LIMIT :limit
    ), free AS (
        SELECT id FROM delivery
        WHERE id IN (SELECT id FROM due) AND state = 'pending' AND (leased_until IS NULL OR leased_until <= :now)
        FOR UPDATE SKIP LOCKED
    )
    UPDATE delivery SET leased_until = :leased_until FROM free WHERE delivery.id = free.id RETURNING delivery.id
""")


class ClaimedDelivery(Model):
    """A delivery leased to this sender. `tries` is the number of attempts since it was last queued.

    `traceparent` is the span in which its event was written; None = traces were off.
    """

    id: int
    event: StoredEvent
    target: AnyTarget
    tries: int
    give_up_at: datetime
    traceparent: str | None = None


class Attempt(Model):
    """The outcome of one attempt. `status` None = no answer; `answer` at most 2 kB; `error` '' = delivered."""

    number: int = 0
    begun_at: datetime
    latency_s: float
    status: int | None = None
    answer: str = ""
    error: str = ""


def claim_deliveries(session: Session, limit: int, per_receiver: int, lease: timedelta) -> list[ClaimedDelivery]:
    """Claim up to `limit` due deliveries without a current lease, and lease them to the caller."""
    now = utcnow()
    values = {"now": now, "limit": limit, "per_receiver": per_receiver, "leased_until": now + lease}
    ids = list(session.scalars(_CLAIM, values))
    if not ids:  # each second of an idle product
        return []
    rows = session.execute(
        select(DeliveryRow, EventRow).join(EventRow, EventRow.id == DeliveryRow.event_id).where(DeliveryRow.id.in_(ids))
    )
    return [_claimed(delivery, event) for delivery, event in rows]


def _claimed(delivery: DeliveryRow, event: EventRow) -> ClaimedDelivery:
    return ClaimedDelivery(
        id=delivery.id,
        event=StoredEvent.model_validate(event, from_attributes=True),
        target=STORED_TARGET.validate_python(delivery.target),
        tries=delivery.tries,
        give_up_at=delivery.give_up_at,
        traceparent=event.traceparent,
    )


def record_attempt(session: Session, delivery_id: int, attempt: Attempt, again_at: datetime | None) -> None:
    """Record an attempt. It ends the delivery as delivered or dead, unless `again_at` schedules a retry.

    A delivery that another sender ended meanwhile stays delivered.
    """
    row = session.get_one(DeliveryRow, delivery_id, with_for_update=True)
    row.attempts += 1
    row.tries += 1
    row.leased_until, row.last_status = None, attempt.status
    _add_attempt(session, row, attempt)
    if row.state == "delivered":
        return
    if again_at is not None and attempt.error:
        row.due_at = again_at
        return
    row.state = "dead" if attempt.error else "delivered"
    row.ended_at = utcnow()


def _add_attempt(session: Session, row: DeliveryRow, attempt: Attempt) -> None:
    values = attempt.model_dump(exclude={"number", "answer", "error"})
    session.add(
        DeliveryAttemptRow(
            delivery_id=row.id,
            number=row.attempts,
            answer=_storable(attempt.answer),
            error=_storable(attempt.error),
            **values,
        )
    )


def _storable(words: str) -> str:
    return words.replace("\0", "\N{REPLACEMENT CHARACTER}")  # PostgreSQL stores no NUL
