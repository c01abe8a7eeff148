"""The delivery log: queries over deliveries and attempts, resending, and deletion of old events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, delete, select, tuple_
from sqlalchemy.orm import Session, defer

from media_workflows.domain.base import Model
from media_workflows.domain.notification import STORED_TARGET, AnyTarget
from media_workflows.errors import NotFoundError
from media_workflows.store.deliveries import Attempt
from media_workflows.store.engine import one_of
from media_workflows.store.events import EventKind, Role
from media_workflows.store.key_words import has_words
from media_workflows.store.list_page import RECENT, list_page
from media_workflows.store.runs import RunKey
from media_workflows.store.tables import DeliveryAttemptRow, DeliveryRow, EventRow, RunRow, WorkflowRow, utcnow

DeliveryState = Literal["pending", "delivered", "dead"]


class Delivery(Model):
    """The delivery of an event to one target. `address` is the target without secrets; `last` the latest attempt.

    `workflow_name` and `source_key` (of the run's source) are None where the store does not have them.
    """

    id: int
    event_id: str
    workflow_id: str
    workflow_name: str | None = None
    run_id: str
    source_key: str | None = None
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
    """One page of deliveries, newest first; `total_is_exact` is false when more than `total` match."""

    total: int
    total_is_exact: bool
    items: list[Delivery]


class DeliveryFilter(Model):
    """A filter for deliveries; all given fields must match.

    `since` and `until` are limits of a delivery's creation, `answer` the HTTP status of the latest attempt, 0 = there
    was none.
    """

    workflow_ids: frozenset[str] | None = None
    run_id: str | None = None
    state: DeliveryState | None = None
    event_ids: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    answer: int | None = None
    search: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter's conditions for a query over deliveries joined with their events."""
        asked: list[ColumnElement[bool] | None] = [
            None if self.workflow_ids is None else one_of(DeliveryRow.workflow_id, self.workflow_ids),
            None if self.run_id is None else EventRow.run_id == self.run_id,
            None if self.state is None else DeliveryRow.state == self.state,
            None if self.event_ids is None else DeliveryRow.event_id.in_(self.event_ids),
            None if self.since is None else DeliveryRow.created_at >= self.since,
            None if self.until is None else DeliveryRow.created_at < self.until,
            None if self.answer is None else _answered(self.answer),
            has_words(DeliveryRow.words, self.search) if self.search else None,
        ]
        return [condition for condition in asked if condition is not None]


def _answered(status: int) -> ColumnElement[bool]:
    row = DeliveryRow
    return (row.attempts > 0) & (row.last_status.is_(None) if status == 0 else row.last_status == status)


def list_deliveries(session: Session, which: DeliveryFilter, offset: int = 0, limit: int = 100) -> DeliveryPage:
    """A page of deliveries, newest first."""
    page = list_page(session, _places(which), ("id",), offset, limit, _among_recent(which) if which.search else None)
    rows = _rows(session, [place.id for place in page.places])
    last = _last_attempts(session, [delivery for delivery, _ in rows])
    about = _about(session, {(event.workflow_id, event.run_id) for _, event in rows})
    items = [
        _delivery(row, event, last.get(row.id)).model_copy(update=about.get((event.workflow_id, event.run_id), {}))
        for row, event in rows
    ]
    return DeliveryPage(total=page.total, total_is_exact=page.total_is_exact, items=items)


def _places(which: DeliveryFilter) -> Select[*tuple[Any, ...]]:
    """The ids of a filter's deliveries."""
    query = select(DeliveryRow.id).where(*which.conditions())
    return query if which.run_id is None else query.join(EventRow, EventRow.id == DeliveryRow.event_id)


def _among_recent(which: DeliveryFilter) -> Select[*tuple[Any, ...]]:
    """The ids of a search that are among the newest ones that match the rest of the filter."""
    others = _places(which.model_copy(update={"search": ""}))
    recent = others.order_by(DeliveryRow.id.desc()).limit(RECENT).subquery()
    found = select(DeliveryRow.id).join(recent, recent.c.id == DeliveryRow.id)
    return found.where(has_words(DeliveryRow.words, which.search))


def _rows(session: Session, ids: Sequence[int]) -> Sequence[Row[DeliveryRow, EventRow]]:
    """Deliveries with their events, newest first."""
    query = select(DeliveryRow, EventRow).join(EventRow, EventRow.id == DeliveryRow.event_id)
    shown = defer(DeliveryRow.words), defer(EventRow.body)
    return session.execute(query.where(DeliveryRow.id.in_(ids)).options(*shown).order_by(DeliveryRow.id.desc())).all()


def _about(session: Session, runs: Collection[RunKey]) -> dict[RunKey, dict[str, str | None]]:
    """The workflow's name and the source's key of these runs."""
    query = (
        select(RunRow.workflow_id, RunRow.run_id, WorkflowRow.name, RunRow.source["key"].astext)
        .outerjoin(WorkflowRow, WorkflowRow.id == RunRow.workflow_id)
        .where(tuple_(RunRow.workflow_id, RunRow.run_id).in_(runs))
    )
    return {
        (workflow_id, run_id): {"workflow_name": name, "source_key": key}
        for workflow_id, run_id, name, key in session.execute(query)
    }


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
