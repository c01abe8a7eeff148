"""Backfills in the store: their states, limits and counts."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from media_workflows.domain.backfill import Action, BackfillFilters, BackfillRequest, BackfillState, state_after
from media_workflows.domain.base import Model
from media_workflows.domain.request_context import NO_CONTEXT, RequestContext
from media_workflows.errors import NotFoundError
from media_workflows.store.engine import one_of
from media_workflows.store.tables import BackfillRow, utcnow

ID_PREFIX = "bf_"
MINUTE = timedelta(minutes=1)


class Backfill(Model):
    """A backfill with its counts. `listed` objects were looked at, `total` of them selected.

    Of these, `active` have a run in progress, `finished`, `failed` and `skipped` are done, and the others are queued.
    `objects_per_minute` is the mean since the start, without pauses; `remaining_s` is an estimate by it, while it runs.
    """

    id: str
    workflow_id: str
    bucket: str
    filters: BackfillFilters
    max_at_once: int
    per_minute: int | None
    start_when_counted: bool
    state: BackfillState
    problem: str
    created_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    listed: int
    total: int
    total_bytes: int
    queued: int
    active: int
    finished: int
    failed: int
    skipped: int
    objects_per_minute: float | None
    remaining_s: int | None
    context: RequestContext = NO_CONTEXT

    @classmethod
    def of(cls, row: BackfillRow) -> Backfill:
        """From its row."""
        derived = {"queued": queued_of(row), **_speed(row, utcnow())}
        stored = {name: getattr(row, name) for name in cls.model_fields if name not in derived}
        return cls.model_validate({**stored, **derived})


def queued_of(row: BackfillRow) -> int:
    """The number of objects whose turn has not come."""
    return row.total - row.active - row.finished - row.failed - row.skipped


def _speed(row: BackfillRow, now: datetime) -> dict[str, float | int | None]:
    """None = not known: nothing is done yet, or it is not running."""
    done = row.finished + row.failed + row.skipped
    seconds = row.running_s + _running_now_s(row, now)
    if not done or seconds <= 0:
        return {"objects_per_minute": None, "remaining_s": None}
    remaining_s = round((row.total - done) * seconds / done) if row.running_since else None
    return {"objects_per_minute": round(done / seconds * MINUTE.total_seconds(), 2), "remaining_s": remaining_s}


def _running_now_s(row: BackfillRow, now: datetime) -> float:
    return (now - row.running_since).total_seconds() if row.running_since else 0.0


class BackfillPage(Model):
    """One page of backfills, newest first."""

    total: int
    items: list[Backfill]


def create_backfill(session: Session, request: BackfillRequest, bucket: str, author: str) -> Backfill:
    """Store a backfill of objects of `bucket`, to be counted."""
    row = BackfillRow(
        id=f"{ID_PREFIX}{secrets.token_hex(6)}",
        workflow_id=request.workflow,
        bucket=bucket,
        filters=request.filters.model_dump(mode="json"),
        start_when_counted=request.start,
        state=BackfillState.COUNTING,
        created_by=author,
        context=request.context.model_dump(),
        **request.limits.model_dump(),
    )
    session.add(row)
    session.flush()
    return Backfill.of(row)


def locked_row(session: Session, backfill_id: str) -> BackfillRow:
    """The row, locked until the transaction ends. Raises NotFoundError."""
    return _row(session, backfill_id, lock=True)


def _row(session: Session, backfill_id: str, *, lock: bool = False) -> BackfillRow:
    row = session.get(BackfillRow, backfill_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFoundError("there is no backfill '{backfill_id}'", backfill_id=backfill_id)
    return row


def get_backfill(session: Session, backfill_id: str) -> Backfill:
    """One backfill. Raises NotFoundError."""
    return Backfill.of(_row(session, backfill_id))


def list_backfills(
    session: Session, workflow_ids: Iterable[str] | None = None, offset: int = 0, limit: int = 50
) -> BackfillPage:
    """A page of the backfills of these workflows, of all if None, newest first."""
    query = select(BackfillRow)
    if workflow_ids is not None:
        query = query.where(one_of(BackfillRow.workflow_id, workflow_ids))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(BackfillRow.created_at.desc(), BackfillRow.id).offset(offset).limit(limit))
    return BackfillPage(total=total, items=[Backfill.of(row) for row in rows])


def change_state(session: Session, backfill_id: str, action: Action) -> Backfill:
    """Start, pause, resume or cancel a backfill. Raises NotFoundError, ConflictError."""
    row = locked_row(session, backfill_id)
    enter_state(row, state_after(action, BackfillState(row.state)))
    row.next_at = None
    session.flush()
    return Backfill.of(row)


def enter_state(row: BackfillRow, state: BackfillState, problem: str = "") -> None:
    """Change the state of a locked row, with its times."""
    now = utcnow()
    row.running_s += _running_now_s(row, now)
    row.running_since = now if state == BackfillState.RUNNING else None
    row.state, row.problem = state, problem
    if state == BackfillState.RUNNING and row.started_at is None:
        row.started_at = now
    if state in (BackfillState.CANCELLED, BackfillState.FINISHED):
        row.ended_at = now


def unsettled_ids(session: Session) -> list[str]:
    """Ids of the backfills that may have something to do, oldest first."""
    working = BackfillRow.state.in_((BackfillState.COUNTING, BackfillState.RUNNING))
    query = select(BackfillRow.id).where(or_(working, BackfillRow.active > 0))
    return list(session.scalars(query.order_by(BackfillRow.created_at)))


def may_count(row: BackfillRow, now: datetime) -> bool:
    """Whether the next page is to be listed now."""
    return row.state == BackfillState.COUNTING and not is_waiting(row, now)


def is_waiting(row: BackfillRow, now: datetime) -> bool:
    """Whether a problem, or the limit per minute, delays it."""
    return (row.next_at is not None and row.next_at > now) or _minute_is_full(row, now)


def _minute_is_full(row: BackfillRow, now: datetime) -> bool:
    """Whether the limit is reached; a pause in between changes nothing in it."""
    if row.per_minute is None or row.minute_began is None:
        return False
    return row.minute_starts >= row.per_minute and now - row.minute_began < MINUTE


def free_starts(row: BackfillRow, now: datetime) -> int:
    """How many runs may be started now, by state, limits and queue."""
    if row.state != BackfillState.RUNNING or is_waiting(row, now):
        return 0
    return max(0, min(row.max_at_once - row.active, queued_of(row)))


def count_start(row: BackfillRow, now: datetime) -> None:
    """One more run was started."""
    row.active += 1
    row.problem = ""
    if row.per_minute is None:
        return
    if row.minute_began is None or now - row.minute_began >= MINUTE:
        row.minute_began, row.minute_starts = now, 0
    row.minute_starts += 1


def end_if_done(row: BackfillRow) -> None:
    """Finish a running backfill whose objects are all done."""
    if row.state == BackfillState.RUNNING and row.active == 0 and queued_of(row) == 0:
        enter_state(row, BackfillState.FINISHED)


def end_without_workflow(session: Session, backfill_id: str, problem: str) -> None:
    """Cancel a backfill whose workflow was deleted."""
    row = locked_row(session, backfill_id)
    if row.state in (BackfillState.COUNTING, BackfillState.RUNNING):
        enter_state(row, BackfillState.CANCELLED, problem)


def delay(session: Session, backfill_id: str, problem: str, wait: timedelta) -> None:
    """Note why a backfill cannot go on, and when to try again."""
    row = locked_row(session, backfill_id)
    row.problem, row.next_at = problem, utcnow() + wait


def is_due(row: BackfillRow, now: datetime) -> bool:
    """Whether there is something to do besides watching its runs."""
    is_done = row.state == BackfillState.RUNNING and row.active == 0 and queued_of(row) == 0
    return may_count(row, now) or free_starts(row, now) > 0 or is_done


class Watched(Model):
    """An unsettled backfill as its watcher needs it."""

    id: str
    workflow_id: str
    is_due: bool


def watched(session: Session) -> list[Watched]:
    """The unsettled backfills, and whether each has something to do now."""
    now = utcnow()
    return [
        Watched(id=row.id, workflow_id=row.workflow_id, is_due=is_due(row, now))
        for row in (_row(session, id_) for id_ in unsettled_ids(session))
    ]
