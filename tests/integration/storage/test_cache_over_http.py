"""The source cache with a real server and real processes."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from media_workflows.domain.result import SourceObject
from media_workflows.errors import SourceGoneError
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_cache import SourceCache


class _Counting(ObjectStorage):
    """Writes a line per download to a file all processes share."""

    log: Path

    def download(self, *arguments: Any) -> int:
        with self.log.open("a") as log:
            log.write("download\n")
        return super().download(*arguments)


def _fetch(endpoint: str, root: Path, source: SourceObject, start: Any, results: Any) -> None:
    storage = _Counting(make_clients(Settings(s3_endpoint_url=endpoint)).s3)
    storage.log = root / "downloads.log"
    start.wait()
    with SourceCache(root, 10**9).fetch(storage, source) as path:
        results.put(path.stat().st_size)


def test_two_processes_share_one_download(endpoint: str, shelf: Any, tmp_path: Path) -> None:
    source = shelf.put("in/a.mp4", b"x" * 20_000_000)
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(2), context.Queue()
    processes = [context.Process(target=_fetch, args=(endpoint, tmp_path, source, start, results)) for _ in range(2)]
    for process in processes:
        process.start()
    assert [results.get(timeout=120) for _ in processes] == [20_000_000] * 2
    for process in processes:
        process.join(timeout=120)
    assert (tmp_path / "downloads.log").read_text() == "download\n"


def test_a_replaced_source_is_gone_and_leaves_nothing(shelf: Any, storage: ObjectStorage, tmp_path: Path) -> None:
    source = shelf.put("in/a.mp4", b"old")
    shelf.put("in/a.mp4", b"new!")
    with pytest.raises(SourceGoneError), SourceCache(tmp_path, 1000).fetch(storage, source):
        pass
    assert not list((tmp_path / "partial").iterdir()) + list((tmp_path / "sources").iterdir())
