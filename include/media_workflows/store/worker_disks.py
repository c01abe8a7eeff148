"""The disks and source caches of workers, as each last reported."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.store.tables import WorkerDiskRow, utcnow

FORGOTTEN_AFTER = timedelta(days=7)  # a worker that does nothing any more


class DiskUse(Model):
    """A disk, and the source cache on it; bytes."""

    free_bytes: int
    total_bytes: int
    cache_bytes: int
    cache_max_bytes: int


class WorkerDisk(DiskUse):
    """That of a worker."""

    worker: str
    seen_at: datetime


def record_disk(session: Session, worker: str, use: DiskUse) -> None:
    """Replace what the worker reported before."""
    values = {**use.model_dump(), "seen_at": utcnow()}
    row = insert(WorkerDiskRow).values(worker=worker, **values)
    session.execute(row.on_conflict_do_update(index_elements=["worker"], set_=values))


def worker_disks(session: Session, since: datetime, limit: int) -> list[WorkerDisk]:
    """The workers that reported since a time, the least free disks first."""
    row = WorkerDiskRow
    query = select(row).where(row.seen_at >= since).order_by(row.free_bytes, row.worker).limit(limit)
    return [
        WorkerDisk.model_validate({name: getattr(found, name) for name in WorkerDisk.model_fields})
        for found in session.scalars(query)
    ]


def forget_old_disks(session: Session) -> None:
    """Delete those of workers that have done nothing for a long time."""
    session.execute(delete(WorkerDiskRow).where(WorkerDiskRow.seen_at < utcnow() - FORGOTTEN_AFTER))
