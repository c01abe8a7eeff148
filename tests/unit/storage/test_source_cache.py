"""The source cache without a server: bounds, use, leftovers."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import signal
import threading
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from media_workflows.domain.result import SourceObject
from media_workflows.errors import SourceGoneError, StorageError
from media_workflows.storage.source_cache import SourceCache


class _Storage:
    """Serves objects of any asked key; `size_bytes` overrides what the source says of itself."""

    def __init__(self, size_bytes: int = 100, error: Exception | None = None) -> None:
        self.size_bytes, self.error = size_bytes, error
        self.downloaded: list[str] = []

    def download(self, bucket: str, key: str, etag: str, version_id: str | None, path: Path) -> int:
        self.downloaded.append(key)
        path.write_bytes(b"x" * self.size_bytes)
        if self.error:
            raise self.error
        return self.size_bytes


def _source(key: str, size_bytes: int = 100, **more: Any) -> SourceObject:
    return SourceObject(bucket="in", key=key, etag="e", size_bytes=size_bytes).model_copy(update=more)


def _fetching(cache: SourceCache, storage: Any, key: str, **more: Any) -> AbstractContextManager[Path]:
    return cache.fetch(storage, _source(key, **more))


def _fetch(cache: SourceCache, storage: Any, key: str, **more: Any) -> None:
    with _fetching(cache, storage, key, **more) as path:
        assert path.stat().st_size == storage.size_bytes


def _files(root: Path) -> dict[str, int]:
    return {name: len(list((root / name).iterdir())) for name in ("sources", "partial", "uses")}


def test_a_second_fetch_downloads_nothing(tmp_path: Path) -> None:
    cache, storage = SourceCache(tmp_path, 1000), _Storage()
    _fetch(cache, storage, "a")
    _fetch(cache, storage, "a")
    assert storage.downloaded == ["a"]
    assert _files(tmp_path) == {"sources": 1, "partial": 0, "uses": 0}


def test_a_source_is_hashed_once_and_as_long_as_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, storage = SourceCache(tmp_path, 250), _Storage()
    with _fetching(cache, storage, "a"):
        assert cache.sha256(_source("a")) == hashlib.sha256(b"x" * 100).hexdigest()
        monkeypatch.setattr(hashlib, "file_digest", None)
        assert cache.sha256(_source("a")) == hashlib.sha256(b"x" * 100).hexdigest()
    for key in ("b", "c"):
        _fetch(cache, storage, key)
    assert list((tmp_path / "hashes").iterdir()) == []


def test_what_was_read_of_a_source_goes_with_it(tmp_path: Path) -> None:
    cache, storage = SourceCache(tmp_path, 250), _Storage()
    with _fetching(cache, storage, "a"):
        readings = cache.readings(_source("a"))
        assert readings not in (cache.readings(_source("b")), cache.readings(_source("a", etag="f")))
        readings.mkdir()
        (readings / "one").touch()
    _fetch(cache, storage, "b")
    assert readings.exists()
    _fetch(cache, storage, "c")
    assert not readings.exists()


@pytest.mark.parametrize("change", [{"etag": "f"}, {"version_id": "v"}, {"bucket": "b"}])
def test_another_identity_is_another_entry(tmp_path: Path, change: dict[str, str]) -> None:
    cache, storage = SourceCache(tmp_path, 1000), _Storage()
    _fetch(cache, storage, "a")
    _fetch(cache, storage, "a", **change)
    assert storage.downloaded == ["a", "a"]


class _Disk:
    """A disk of a fixed size that holds nothing but the cache below `root`."""

    def __init__(self, root: Path, size_bytes: int) -> None:
        self.root, self.size_bytes = root, size_bytes

    @property
    def free(self) -> int:
        return self.size_bytes - sum(file.stat().st_size for file in self.root.rglob("*") if file.is_file())


def test_a_full_disk_is_cleared_of_sources_that_nothing_uses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk, size_bytes = _Disk(tmp_path, 2_000_000), 259_000
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk)
    cache, storage = SourceCache(tmp_path, 10**9, reserve_bytes=300_000), _Storage(size_bytes)
    with _fetching(cache, storage, "used", size_bytes=size_bytes) as used:
        for number in range(12):
            _fetch(cache, storage, f"{number}", size_bytes=size_bytes)
            assert disk.free >= 300_000
        assert used.exists()
    assert len(storage.downloaded) == 13
    assert _files(tmp_path)["sources"] == 6  # as many as fit beside the reserve


def test_a_reserve_that_is_not_there_refuses_no_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Disk(tmp_path, 1000))
    cache, storage = SourceCache(tmp_path, 10**9, reserve_bytes=5000), _Storage()
    for key in ("a", "b"):
        _fetch(cache, storage, key)
    assert _files(tmp_path)["sources"] == 1


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    cache, storage = SourceCache(tmp_path, 250), _Storage()
    for key in ("a", "b", "a", "c"):
        _fetch(cache, storage, key)
    _fetch(cache, storage, "a")
    assert storage.downloaded == ["a", "b", "c"]
    _fetch(cache, storage, "b")
    assert storage.downloaded == ["a", "b", "c", "b"]


def test_a_source_in_use_is_never_removed(tmp_path: Path) -> None:
    cache, storage = SourceCache(tmp_path, 100), _Storage()
    with _fetching(cache, storage, "a") as used:
        _fetch(cache, storage, "b")
        _fetch(cache, storage, "c")
        assert used.exists()
    _fetch(cache, storage, "d")
    assert not used.exists()
    assert _files(tmp_path)["sources"] == 1


def test_a_source_larger_than_the_bound_is_fetched_and_kept_until_the_next(tmp_path: Path) -> None:
    cache, small, huge = SourceCache(tmp_path, 150), _Storage(), _Storage(1000)
    _fetch(cache, small, "a")
    _fetch(cache, huge, "huge", size_bytes=1000)
    assert _files(tmp_path)["sources"] == 1
    _fetch(cache, huge, "huge", size_bytes=1000)
    assert huge.downloaded == ["huge"]
    _fetch(cache, small, "a")
    assert _files(tmp_path)["sources"] == 1


def test_threads_share_one_download(tmp_path: Path) -> None:
    cache, storage = SourceCache(tmp_path, 1000), _Storage()
    threads = [threading.Thread(target=_fetch, args=(cache, storage, "a")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert storage.downloaded == ["a"]


def test_a_truncated_entry_is_fetched_again(tmp_path: Path) -> None:
    cache, storage = SourceCache(tmp_path, 1000), _Storage()
    _fetch(cache, storage, "a")
    next((tmp_path / "sources").iterdir()).write_bytes(b"torn")
    _fetch(cache, storage, "a")
    assert storage.downloaded == ["a", "a"]


def test_a_source_of_another_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceGoneError, match="has 99 bytes, 100 when"):
        _fetch(SourceCache(tmp_path, 1000), _Storage(99), "a")
    assert _files(tmp_path) == {"sources": 0, "partial": 0, "uses": 0}


def test_a_full_disk_is_reported(tmp_path: Path) -> None:
    storage = _Storage(error=OSError(28, "No space left on device"))
    with pytest.raises(StorageError, match=r"s3://in/a.*No space left.*free some space"):
        _fetch(SourceCache(tmp_path, 1000), storage, "a")
    assert _files(tmp_path) == {"sources": 0, "partial": 0, "uses": 0}


class _Stuck(_Storage):
    """Writes half of the source and says so, then never ends."""

    def __init__(self, halfway: Any) -> None:
        super().__init__()
        self.halfway = halfway

    def download(self, bucket: str, key: str, etag: str, version_id: str | None, path: Path) -> int:
        path.write_bytes(b"x" * 50)
        self.halfway.set()
        threading.Event().wait()
        return 0


def _be_stuck(root: Path, halfway: Any) -> None:
    _fetch(SourceCache(root, 1000), _Stuck(halfway), "a")


def _use(root: Path, using: Any) -> None:
    with SourceCache(root, 1000).fetch(_Storage(), _source("a")):  # type: ignore[arg-type]
        using.set()
        threading.Event().wait()


def _start(target: Any, root: Path) -> Any:
    context = multiprocessing.get_context("spawn")
    reached = context.Event()
    process = context.Process(target=target, args=(root, reached))
    process.start()
    assert reached.wait(120)
    return process


def _kill(process: Any) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.join(timeout=120)


def test_a_killed_download_leaves_nothing(tmp_path: Path) -> None:
    _kill(_start(_be_stuck, tmp_path))
    assert _files(tmp_path) == {"sources": 0, "partial": 1, "uses": 1}
    _fetch(SourceCache(tmp_path, 1000), _Storage(), "another")
    assert _files(tmp_path) == {"sources": 1, "partial": 0, "uses": 0}


def test_use_by_another_process_counts_until_it_is_killed(tmp_path: Path) -> None:
    user = _start(_use, tmp_path)
    cache, storage = SourceCache(tmp_path, 100), _Storage()
    try:
        _fetch(cache, storage, "b")
        assert _files(tmp_path)["sources"] == 2
    finally:
        _kill(user)
    _fetch(cache, storage, "c")
    assert _files(tmp_path) == {"sources": 1, "partial": 0, "uses": 0}


def test_room_is_kept_for_a_download_under_way(tmp_path: Path) -> None:
    downloading = _start(_be_stuck, tmp_path)
    cache, storage = SourceCache(tmp_path, 250), _Storage()
    try:
        _fetch(cache, storage, "b")
        _fetch(cache, storage, "c")
        assert _files(tmp_path) == {"sources": 1, "partial": 1, "uses": 1}
    finally:
        _kill(downloading)
