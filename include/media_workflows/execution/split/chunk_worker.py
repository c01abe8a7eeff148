"""`ChunkWorker`: takes chunks of a rendition one by one, encodes them, and puts them where the others find them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from media_workflows.errors import MediaError
from media_workflows.execution.progress import Log
from media_workflows.execution.repeated import repeated
from media_workflows.execution.split.request import SplitRequest
from media_workflows.execution.usage_meter import processor_time_s
from media_workflows.media.ffmpeg.progress import Progress
from media_workflows.media.ffmpeg.run import OnProgress
from media_workflows.media.jobs.split.chunks import Chunk
from media_workflows.media.jobs.split.encoders import AnyChunkEncoder
from media_workflows.media.jobs.split.not_split import NotSplitError
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import splits as store
from media_workflows.store.engine import transaction
from media_workflows.store.splits import Lease, Split

RENEW_INTERVAL_S = 10.0
_TYPES = {".mp4": "video/mp4", ".mov": "video/quicktime", ".zip": "application/zip"}
NOT_RENEWED = "the store cannot be reached; trying again"


@dataclass(frozen=True)
class EncodedChunk:
    """A chunk that this process has encoded and put into the storage."""

    number: int
    path: Path


@dataclass
class ChunkWorker:
    """Of the step's own task, or (`helps`) of a helper, which calls `on_lost` when its chunk is no longer its own."""

    split: Split
    request: SplitRequest
    encoder: AnyChunkEncoder
    chunks: Sequence[Chunk]
    storage: ObjectStorage
    worker: str
    log: Log
    helps: bool = False
    on_lost: Callable[[], None] = lambda: None
    number: int | None = field(default=None, init=False)  # of the chunk that it encodes now
    percent: float = field(default=0.0, init=False)

    def encode_next(self, on_progress: OnProgress = lambda _: None) -> EncodedChunk | None:
        """Encode the first chunk that is free; None = there is none.

        Raises NotSplitError, MediaError, StorageError; another worker may take the chunk then.
        """
        while True:
            with transaction() as session:
                lease = store.take_chunk(session, self.split.id, self.worker, helps=self.helps)
            if lease is None:
                return None
            self.log(f"encoding chunk {lease.number + 1} of {len(self.chunks)}")
            self.number, self.percent = lease.number, 0.0
            try:
                if path := self._made(lease, on_progress):
                    return EncodedChunk(lease.number, path)
            except BaseException as error:
                self._give_back(lease, failed=isinstance(error, (NotSplitError, MediaError)))
                raise
            finally:
                self.number = None

    def _made(self, lease: Lease, on_progress: OnProgress) -> Path | None:
        """None = another worker has taken the chunk over, because this one stood still."""

        def note(progress: Progress) -> None:
            self.percent = progress.percent
            on_progress(progress)

        def renew() -> None:
            with transaction() as session:
                is_mine = store.renew(session, lease, self.percent)
            if not is_mine:
                self.on_lost()

        bucket, before_s = self.split.bucket, processor_time_s()
        writer = ObjectWriter(self.storage)
        with repeated(renew, RENEW_INTERVAL_S, self.log, NOT_RENEWED):
            path = self.encoder.chunk(self.chunks[lease.number], note)
            key = f"{self.split.directory}{lease.number:03d}-{lease.token}{path.suffix}"
            etag = writer.put_file(bucket, key, path, _TYPES[path.suffix], self.request.metadata(bucket, key))
        spent_s = processor_time_s() - before_s
        with transaction() as session:
            is_mine = store.finish(session, lease, key, etag, path.stat().st_size, spent_s)
        if is_mine:
            return path
        self.log(f"chunk {lease.number + 1} is no longer this worker's")
        writer.delete(bucket, key)
        return None

    def _give_back(self, lease: Lease, *, failed: bool) -> None:
        """If the store is away, the lease expires instead."""
        with suppress(SQLAlchemyError), transaction() as session:
            store.give_back(session, lease, failed=failed)
