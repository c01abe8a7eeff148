"""The objects of backfills: queued page by page, then started, finished, failed or skipped one by one.

Each change of an object changes the counts of its backfill, whose row is locked, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.backfill import BackfillState, ObjectState, SkipReason
from media_workflows.domain.base import Model
from media_workflows.domain.request_context import NO_CONTEXT, RequestContext
from media_workflows.errors import NotFoundError
from media_workflows.store.backfills import count_start, end_if_done, enter_state, get_backfill, locked_row
from media_workflows.store.tables import BackfillObjectRow, BackfillRow


class SelectedObject(NamedTuple):
    """An object that a backfill selected, as the listing showed it; `run_id` is that of its run, if it is known."""

    key: str
    etag: str
    size_bytes: int
    run_id: str | None = None


class BackfillObject(Model):
    """An object of a backfill. `run_id` is that of its run, which a queued object of a request has not begun."""

    key: str
    etag: str
    size_bytes: int
    state: ObjectState
    run_id: str | None
    reason: SkipReason | None


class ListedPage(NamedTuple):
    """What one page of a listing brought: it followed `after`; the next one follows `upto`, None = it was the last."""

    after: str
    upto: str | None
    listed: int
    selected: Sequence[SelectedObject]


def add_page(session: Session, backfill_id: str, page: ListedPage) -> bool:
    """Queue the selected objects of a page; False if the backfill has gone on or is no longer counting."""
    row = locked_row(session, backfill_id)
    if row.state != BackfillState.COUNTING or row.cursor != page.after:
        return False
    added = _insert(session, backfill_id, page.selected)
    row.listed += page.listed
    row.total += len(added)
    row.total_bytes += sum(added)
    row.problem, row.next_at = "", None
    if page.upto is not None:
        row.cursor = page.upto
    else:
        _counted(row)
    return True


def _insert(session: Session, backfill_id: str, selected: Sequence[SelectedObject]) -> list[int]:
    """The sizes of those that are new."""
    if not selected:
        return []
    common = {"backfill_id": backfill_id, "state": ObjectState.QUEUED}
    statement = insert(BackfillObjectRow).values([{**one._asdict(), **common} for one in selected])
    return list(session.scalars(statement.on_conflict_do_nothing().returning(BackfillObjectRow.size_bytes)))


def _counted(row: BackfillRow) -> None:
    enter_state(row, BackfillState.RUNNING if row.start_when_counted else BackfillState.READY)


def next_queued(session: Session, backfill_id: str, limit: int) -> list[SelectedObject]:
    """The next objects whose turn it is, in the order of keys."""
    rows = session.scalars(_of_state(backfill_id, ObjectState.QUEUED).limit(limit))
    return [SelectedObject(row.key, row.etag, row.size_bytes) for row in rows]


def started_runs(session: Session, backfill_id: str) -> dict[str, str]:
    """Run id by key of the objects in progress."""
    return {row.key: row.run_id or "" for row in session.scalars(_of_state(backfill_id, ObjectState.STARTED))}


def _of_state(backfill_id: str, state: ObjectState):  # type: ignore[no-untyped-def]
    row = BackfillObjectRow
    return select(row).where(row.backfill_id == backfill_id, row.state == state).order_by(row.key)


def list_objects(
    session: Session, backfill_id: str, state: ObjectState | None = None, after: str = "", limit: int = 100
) -> list[BackfillObject]:
    """The objects of a backfill in the order of keys, those after key `after`."""
    row = BackfillObjectRow
    query = select(row).where(row.backfill_id == backfill_id, row.key > after)
    if state is not None:
        query = query.where(row.state == state)
    return [_object(found) for found in session.scalars(query.order_by(row.key).limit(limit))]


def _object(row: BackfillObjectRow) -> BackfillObject:
    return BackfillObject.model_validate({name: getattr(row, name) for name in BackfillObject.model_fields})


def object_of_run(session: Session, run_id: str) -> BackfillObject:
    """The object of a run, which may not have begun. Raises NotFoundError."""
    found = session.scalar(select(BackfillObjectRow).where(BackfillObjectRow.run_id == run_id))
    if found is None:
        raise NotFoundError("no object has run '{run_id}'", run_id=run_id)
    return _object(found)


def backfill_of_run(session: Session, workflow_id: str, run_id: str) -> str | None:
    """The id of the backfill that started a run; None = none did."""
    row = BackfillObjectRow
    of_workflow = select(row.backfill_id).join(BackfillRow, BackfillRow.id == row.backfill_id)
    return session.scalar(of_workflow.where(row.run_id == run_id, BackfillRow.workflow_id == workflow_id))


def context_of_run(session: Session, workflow_id: str, run_id: str) -> RequestContext:
    """The context of the backfill or request that started a run; an empty one = none did."""
    backfill_id = backfill_of_run(session, workflow_id, run_id)
    return get_backfill(session, backfill_id).context if backfill_id else NO_CONTEXT


def mark_started(session: Session, backfill: BackfillRow, key: str, run_id: str, now: datetime) -> None:
    """The object's run exists. `backfill` is locked."""
    row = _queued(session, backfill, key)
    row.state, row.run_id = ObjectState.STARTED, run_id
    count_start(backfill, now)


def mark_skipped(session: Session, backfill: BackfillRow, key: str, reason: SkipReason) -> None:
    """The object gets no run. `backfill` is locked."""
    row = _queued(session, backfill, key)
    row.state, row.reason = ObjectState.SKIPPED, reason
    backfill.skipped += 1
    end_if_done(backfill)


def is_queued(session: Session, backfill_id: str, key: str) -> bool:
    """Whether the object's turn has not come yet."""
    row = session.get(BackfillObjectRow, (backfill_id, key), populate_existing=True)
    return row is not None and row.state == ObjectState.QUEUED


def _queued(session: Session, backfill: BackfillRow, key: str) -> BackfillObjectRow:
    return session.get_one(BackfillObjectRow, (backfill.id, key), populate_existing=True)


def mark_ended(session: Session, backfill_id: str, key: str, *, succeeded: bool) -> None:
    """The object's run has ended."""
    backfill = locked_row(session, backfill_id)
    row = session.get_one(BackfillObjectRow, (backfill_id, key), populate_existing=True)
    if row.state != ObjectState.STARTED:
        return
    row.state = ObjectState.FINISHED if succeeded else ObjectState.FAILED
    backfill.active -= 1
    if succeeded:
        backfill.finished += 1
    else:
        backfill.failed += 1
    end_if_done(backfill)
