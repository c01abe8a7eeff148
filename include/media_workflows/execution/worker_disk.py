"""The disk of this worker, on its way to the store."""

from __future__ import annotations

import shutil
import socket
import time

from media_workflows.settings import Settings
from media_workflows.storage.source_cache import SourceCache
from media_workflows.store.engine import transaction
from media_workflows.store.worker_disks import DiskUse, record_disk

INTERVAL_S = 60.0


def report_disk(settings: Settings, cache: SourceCache) -> None:
    """Report the disk below setting `data_dir`, and the source cache there; of all tasks of a worker, once an interval.

    Counting the files of the cache, which has made the directory, takes longer than a small step once there are
    thousands.
    """
    stamp = settings.data_dir / "disk-reported"
    if stamp.exists() and time.time() - stamp.stat().st_mtime < INTERVAL_S:
        return
    stamp.touch(mode=0o600)
    cache_bytes, cache_max_bytes = cache.use()
    disk = shutil.disk_usage(settings.data_dir)
    use = DiskUse(
        free_bytes=disk.free, total_bytes=disk.total, cache_bytes=cache_bytes, cache_max_bytes=cache_max_bytes
    )
    with transaction() as session:
        record_disk(session, socket.gethostname(), use)
