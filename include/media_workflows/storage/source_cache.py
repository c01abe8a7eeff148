"""`SourceCache`: one local copy of a source per worker, shared by all tasks and processes.

All state is files below `root`, and every lock dies with its process, so a killed worker leaves
nothing that blocks the next one:

    index.lock              held for moments, while files are counted, registered or removed
    locks/NN.lock           held while a source whose digest starts with NN is downloaded
    partial/DIGEST.SIZE     a download under way; SIZE counts against the bound from its start
    sources/DIGEST          a whole source; its mtime is its last use
    hashes/DIGEST           the SHA-256 of that source's bytes, computed on first use
    readings/DIGEST/        what was read of that source, kept by those who read it
    uses/DIGEST.RANDOM      locked by its user as long as the source is in use
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from media_workflows.domain.result import SourceObject
from media_workflows.errors import SourceGoneError, StorageError
from media_workflows.settings import Settings
from media_workflows.storage.s3 import ObjectStorage


class SourceCache:
    """At most `max_bytes` of sources below `root`, the least recently used going first.

    Sources also go while less than `reserve_bytes` of the disk would stay free, for work files and others' data.
    A source in use is never removed, and a source larger than the bound is fetched all the same,
    after everything not in use was removed: the bound is then exceeded until the next fetch.
    """

    def __init__(self, root: Path, max_bytes: int, reserve_bytes: int = 0) -> None:
        self._root, self._max_bytes, self._reserve_bytes = root, max_bytes, reserve_bytes
        self._locks, self._partial = root / "locks", root / "partial"
        self._sources, self._hashes, self._uses = root / "sources", root / "hashes", root / "uses"
        self._readings = root / "readings"
        for directory in (root, self._locks, self._partial, self._sources, self._hashes, self._uses, self._readings):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)  # sources may be private
        self._index_path = root / "index.lock"

    @contextmanager
    def fetch(self, storage: ObjectStorage, source: SourceObject) -> Iterator[Path]:
        """The source as a local file, read-only by agreement, while the context lasts.

        The file has no extension. A cached source is not requested again, even if the object has
        changed since: the run was created for exactly these bytes. Concurrent callers, in any process
        on this machine, share one download. Raises SourceGoneError if the object was replaced or
        deleted, StorageError if it cannot be read or the disk is full.
        """
        digest = _digest(source)
        with self._in_use(digest):
            yield self._present(storage, source, digest)

    def use(self) -> tuple[int, int]:
        """How many bytes of sources it holds, and how many it may contain."""
        with self._index():
            return self._kept_bytes(), self._max_bytes

    def sha256(self, source: SourceObject) -> str:
        """The hex digest of the source's bytes, computed once. To be called while the source is fetched.

        It identifies equal sources instead of the ETag, because MD5 collisions can be constructed.
        """
        digest = _digest(source)
        kept = self._hashes / digest
        with self._download_lock(digest):
            if not kept.exists():
                with (self._sources / digest).open("rb") as file:
                    computed = hashlib.file_digest(file, "sha256").hexdigest()
                unfinished = kept.with_suffix(".new")
                unfinished.write_text(computed)
                unfinished.replace(kept)
            return kept.read_text()

    def readings(self, source: SourceObject) -> Path:
        """The directory for what is read of the source; it goes with it. To be used while the source is fetched."""
        return self._readings / _digest(source)

    @contextmanager
    def _in_use(self, digest: str) -> Iterator[None]:
        """Keep `digest` from being evicted. Taken before the download, so there is no gap after it."""
        use = self._uses / f"{digest}.{uuid.uuid4().hex}"
        lock = FileLock(use)
        with self._index():
            lock.acquire()
        try:
            yield
        finally:
            with self._index():
                use.unlink(missing_ok=True)
                lock.release()

    def _present(self, storage: ObjectStorage, source: SourceObject, digest: str) -> Path:
        """The path of the whole source, downloaded by at most one caller at a time."""
        path = self._sources / digest
        with self._download_lock(digest):
            # The size is checked for the sake of a machine that lost power before the bytes were on disk.
            if not path.exists() or path.stat().st_size != source.size_bytes:
                self._download(storage, source, path)
            os.utime(path)
        return path

    def _download(self, storage: ObjectStorage, source: SourceObject, path: Path) -> None:
        partial = self._partial / f"{path.name}.{source.size_bytes}"
        self._forget(path.name)
        self._make_room(partial)
        try:
            size = storage.download(source.bucket, source.key, source.etag, source.version_id, partial)
            _check_size(source, size)
            partial.replace(path)
        except OSError as error:
            raise StorageError(
                "cannot keep s3://{bucket}/{key} ({size_bytes} bytes) in the source cache below {directory}: {cause}; "
                "free some space there, or let setting data_dir point to a larger disk",
                bucket=source.bucket,
                key=source.key,
                size_bytes=source.size_bytes,
                directory=self._root,
                cause=error.strerror or error,
            ) from error
        finally:
            partial.unlink(missing_ok=True)

    def _make_room(self, partial: Path) -> None:
        """Reserve the size in the name of `partial`, then evict sources until cache and disk have room for it."""
        with self._index():
            self._remove_leftovers(partial.name.partition(".")[0])
            partial.touch(mode=0o600)
            reserved = self._reserved_bytes()
            over_bound = reserved + self._kept_bytes() - self._max_bytes
            # What downloads under way have written counts twice: one source too many goes rather than one too few.
            missing_on_disk = reserved + self._reserve_bytes - shutil.disk_usage(self._root).free
            excess = max(over_bound, missing_on_disk)
            in_use = self._digests_in_use()
            if excess <= 0:
                return
            for path in sorted(self._sources.iterdir(), key=lambda kept: kept.stat().st_mtime_ns):
                if excess <= 0:
                    return
                if path.name not in in_use:
                    excess -= path.stat().st_size
                    path.unlink()
                    self._forget(path.name)

    def _forget(self, digest: str) -> None:
        """Remove what is known of a source."""
        (self._hashes / digest).unlink(missing_ok=True)
        shutil.rmtree(self._readings / digest, ignore_errors=True)

    def _reserved_bytes(self) -> int:
        return sum(int(partial.name.partition(".")[2]) for partial in self._partial.iterdir())

    def _kept_bytes(self) -> int:
        return sum(path.stat().st_size for path in self._sources.iterdir())

    def _remove_leftovers(self, own_digest: str) -> None:
        """Remove partial files whose download lock is free: their process was killed."""
        for partial in self._partial.iterdir():
            digest = partial.name.partition(".")[0]
            lock_is_ours = digest[:2] == own_digest[:2]
            if lock_is_ours or _is_free(self._download_lock_path(digest)):
                partial.unlink(missing_ok=True)

    def _digests_in_use(self) -> set[str]:
        """The digests of sources in use by living processes; removes the use files of dead ones."""
        in_use = set()
        for use in self._uses.iterdir():
            if _is_free(use):
                use.unlink(missing_ok=True)
            else:
                in_use.add(use.name.partition(".")[0])
        return in_use

    def _index(self) -> FileLock:
        return FileLock(self._index_path)

    def _download_lock(self, digest: str) -> FileLock:
        return FileLock(self._download_lock_path(digest))

    def _download_lock_path(self, digest: str) -> Path:
        """The lock file for a digest: one of 256, as lock files are never removed."""
        return self._locks / f"{digest[:2]}.lock"


def source_cache(settings: Settings) -> SourceCache:
    """The cache of this worker, by its settings."""
    root = settings.data_dir / "source-cache"
    return SourceCache(root, settings.source_cache_max_bytes, settings.source_cache_reserve_bytes)


def _digest(source: SourceObject) -> str:
    identity = json.dumps([source.bucket, source.key, source.etag, source.version_id])
    return hashlib.sha256(identity.encode()).hexdigest()


def _check_size(source: SourceObject, size_bytes: int) -> None:
    if size_bytes != source.size_bytes:
        raise SourceGoneError(
            "s3://{bucket}/{key} has {size_bytes} bytes, {expected} when its run was created; "
            "upload it again to start a new run",
            bucket=source.bucket,
            key=source.key,
            size_bytes=size_bytes,
            expected=source.size_bytes,
        )


def _is_free(lock_path: Path) -> bool:
    """Whether no process holds the lock now."""
    try:
        with FileLock(lock_path, blocking=False):
            return True
    except Timeout:
        return False
