"""Forgets old upload decisions and known objects, without ever forgetting what prevents a second run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from media_workflows.errors import StorageError
from media_workflows.ingest.listing import ListingSource, fingerprint
from media_workflows.storage.s3 import ListedObject, ObjectStorage
from media_workflows.store import old_records
from media_workflows.store.detection import forget_old_sources
from media_workflows.store.engine import transaction
from media_workflows.store.old_records import KeyRange
from media_workflows.store.tables import utcnow
from media_workflows.store.worker_disks import forget_old_disks

log = structlog.get_logger(__name__)


class OldUploads:
    """One round of housekeeping: batches, each in a transaction of its own."""

    def __init__(self, storage: ObjectStorage, engine: Engine, before: datetime) -> None:
        self._storage = storage
        self._engine = engine
        self._before = before

    def forget(self) -> int:
        """Forget what is older than `before`; returns the number of deleted decisions."""
        count = self._in_batches(lambda session: old_records.forget_decisions_of_no_workflow(session, self._before))
        with transaction(self._engine) as session:
            old_records.forget_unwatched_roots(session)
            forget_old_sources(session)
            forget_old_disks(session)
        self._in_batches(old_records.forget_unwatched_objects)
        return count + sum(self._sweep(*root) for root in ListingSource(self._storage, self._engine).roots())

    def _in_batches(self, forget: Callable[[Session], int]) -> int:
        total = 0
        while True:
            with transaction(self._engine) as session:
                count = forget(session)
            total += count
            if count < old_records.BATCH:
                return total

    def _sweep(self, bucket: str, prefix: str) -> int:
        """Compare a root with its listing, page by page. A bucket that cannot be listed keeps its records."""
        try:
            return self._sweep_pages(bucket, prefix)
        except StorageError as error:
            log.error("old uploads are kept: their directory cannot be listed", bucket=bucket, error=str(error))
            return 0

    def _sweep_pages(self, bucket: str, prefix: str) -> int:
        count, after = 0, ""
        for page in self._storage.iter_listing(bucket, prefix):
            keys = [after, *(item.key for item in page.objects)]
            if keys != sorted(keys, key=str.encode):
                log.error("old uploads are kept: the listing is not in the order of keys", bucket=bucket, prefix=prefix)
                return count
            upto = keys[-1] if page.next_token else None  # after the last page nothing follows
            count += self._sweep_page(KeyRange(bucket, prefix, after, upto), page.objects)
            after = keys[-1]
        return count

    def _sweep_page(self, keys: KeyRange, objects: list[ListedObject]) -> int:
        listed = {item.key: fingerprint(item) for item in objects}
        with transaction(self._engine) as session:
            return old_records.sweep_range(session, keys, listed, utcnow(), self._before)
