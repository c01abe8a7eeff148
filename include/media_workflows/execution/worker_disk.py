"""The disk of this worker, on its way to the store."""

from __future__ import annotations

import shutil
import socket

from media_workflows.settings import Settings
from media_workflows.storage.source_cache import source_cache
from media_workflows.store.engine import transaction
from media_workflows.store.worker_disks import DiskUse, record_disk


def report_disk(settings: Settings) -> None:
    """Report the disk below setting `data_dir`, and the source cache there."""
    cache_bytes, cache_max_bytes = source_cache(settings).use()
    disk = shutil.disk_usage(settings.data_dir)
    use = DiskUse(
        free_bytes=disk.free, total_bytes=disk.total, cache_bytes=cache_bytes, cache_max_bytes=cache_max_bytes
    )
    with transaction() as session:
        record_disk(session, socket.gethostname(), use)
