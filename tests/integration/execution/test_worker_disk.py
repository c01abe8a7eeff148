"""What a worker reports of its disk, and how often."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from media_workflows.execution.worker_disk import INTERVAL_S, report_disk
from media_workflows.settings import Settings
from media_workflows.storage.source_cache import source_cache
from media_workflows.store.engine import transaction
from media_workflows.store.worker_disks import worker_disks


def kept_bytes() -> list[int]:
    with transaction() as session:
        return [disk.cache_bytes for disk in worker_disks(session, datetime(2026, 1, 1, tzinfo=UTC), 10)]


def test_all_tasks_of_a_worker_report_once_an_interval(database: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    cache = source_cache(settings)
    report_disk(settings, cache)
    source = tmp_path / "new" / "source-cache" / "sources" / "digest"
    source.write_bytes(b"media")
    report_disk(settings, cache)
    assert kept_bytes() == [0]
    (stamp,) = (tmp_path / "new").glob("disk-*")
    before = time.time() - INTERVAL_S - 1
    os.utime(stamp, (before, before))
    report_disk(settings, cache)
    assert kept_bytes() == [5]
