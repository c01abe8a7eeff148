"""Renditions that several workers encode: their chunks, and the leases under which workers encode them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.split import ChunkState
from media_workflows.domain.step_key import StepKey
from media_workflows.store.tables import SplitChunkRow, SplitRow

LEASE = timedelta(seconds=60)  # without a renewal: many times the interval of renewals
OWNER_LOST = timedelta(minutes=10)  # Airflow begins a retry of a lost task within that time


class Split(Model):
    """A rendition while it is made of chunks. `request` is what a helper needs."""

    id: int
    request: dict[str, Any]
    bucket: str
    directory: str


class Lease(Model):
    """The right of one worker to encode a chunk."""

    split_id: int
    number: int
    token: str


def open_split(
    session: Session,
    step: StepKey,
    plan: str,
    request: dict[str, Any],
    place: tuple[str, str],
    lengths_s: Sequence[float],
) -> Split:
    """The split of this plan, with the chunks that an earlier try of the step has done; else a new one.

    `place` is the bucket and the directory of its chunks, `lengths_s` are the lengths of all chunks.
    """
    own = {**asdict(step), "plan": plan}
    values = own | {"request": request, "bucket": place[0], "directory": place[1], "owner_seen_at": func.now()}
    row = insert(SplitRow).values(values)
    again = row.on_conflict_do_update(index_elements=list(own), set_={"owner_seen_at": func.now()})
    split_id = session.execute(again.returning(SplitRow.id)).scalar_one()
    blank = {"worker": "", "percent": 0.0, "failures": 0, "etag": "", "size_bytes": 0, "cpu_s": 0.0}
    chunks = [{"split_id": split_id, "number": n, "length_s": s, **blank} for n, s in enumerate(lengths_s)]
    session.execute(insert(SplitChunkRow).on_conflict_do_nothing(), chunks)
    found = get_split(session, split_id)
    assert found is not None
    return found


def get_split(session: Session, split_id: int) -> Split | None:
    """None = it has ended."""
    row = session.get(SplitRow, split_id)
    return None if row is None else Split.model_validate({name: getattr(row, name) for name in Split.model_fields})


def owner_seen(session: Session, split_id: int) -> None:
    """The step's own task runs: helpers go on."""
    session.execute(update(SplitRow).where(SplitRow.id == split_id).values(owner_seen_at=func.now()))


def take_chunk(session: Session, split_id: int, worker: str, *, helps: bool, lease: timedelta = LEASE) -> Lease | None:
    """The first chunk that is neither done nor leased, now leased to `worker`; None = there is none.

    A helper gets none that failed with a helper before, and none while the step's own task has not been seen.
    """
    row = SplitChunkRow
    is_free = or_(row.leased_until.is_(None), row.leased_until < func.now())
    query = select(row).join(SplitRow, SplitRow.id == row.split_id).where(row.split_id == split_id, row.key.is_(None))
    if helps:
        query = query.where(row.failures == 0, SplitRow.owner_seen_at > func.now() - OWNER_LOST)
    free = query.where(is_free).order_by(row.number).limit(1).with_for_update(skip_locked=True, of=row)
    found = session.scalars(free).first()
    if found is None:
        return None
    found.lease, found.worker, found.percent = uuid.uuid4().hex, worker, 0.0
    found.leased_until = func.now() + lease
    session.flush()
    return Lease(split_id=split_id, number=found.number, token=found.lease)


def renew(session: Session, leased: Lease, percent: float, lease: timedelta = LEASE) -> bool:
    """Keep a lease; False = the chunk is another's now, or the split has ended."""
    return _changed(session, leased, percent=percent, leased_until=func.now() + lease)


def finish(session: Session, leased: Lease, key: str, etag: str, size_bytes: int, cpu_s: float) -> bool:
    """The chunk is done, as the object at `key`; False = it is another's now, or the split has ended."""
    done = {"key": key, "etag": etag, "size_bytes": size_bytes, "cpu_s": cpu_s, "percent": 100.0}
    return _changed(session, leased, **done, lease=None, leased_until=None)


def give_back(session: Session, leased: Lease, *, failed: bool) -> None:
    """Another worker may take the chunk at once; after a failure only the step's own task."""
    failures = SplitChunkRow.failures + int(failed)
    _changed(session, leased, lease=None, leased_until=None, percent=0.0, failures=failures)


def _changed(session: Session, leased: Lease, **values: Any) -> bool:
    row = SplitChunkRow
    own = (row.split_id == leased.split_id, row.number == leased.number, row.lease == leased.token)
    return bool(session.execute(update(row).where(*own).values(values).returning(row.number)).first())


def lose_chunk(session: Session, split_id: int, number: int) -> None:
    """The object of a done chunk is gone: it has to be encoded again."""
    row = SplitChunkRow
    own = (row.split_id == split_id, row.number == number)
    session.execute(update(row).where(*own).values(key=None, lease=None, leased_until=None, percent=0.0))


def chunks_of(session: Session, split_id: int) -> list[ChunkState]:
    """All chunks in their order; [] = the split has ended."""
    rows = session.scalars(
        select(SplitChunkRow)
        .filter_by(split_id=split_id)
        .order_by(SplitChunkRow.number)
        .execution_options(populate_existing=True)
    )
    return [ChunkState.model_validate({name: getattr(row, name) for name in ChunkState.model_fields}) for row in rows]


def end_split(session: Session, split_id: int) -> None:
    """Forget a split: its helpers end."""
    session.execute(delete(SplitRow).where(SplitRow.id == split_id))


def end_splits_of_run(session: Session, workflow_id: str, run_id: str) -> None:
    """Forget those of a run that has ended."""
    session.execute(delete(SplitRow).filter_by(workflow_id=workflow_id, run_id=run_id))
