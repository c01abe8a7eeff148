"""`help_split`: a task of its own that encodes chunks of a step's rendition, until none is free."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from media_workflows.errors import JobCancelledError
from media_workflows.execution.running_step import Resources
from media_workflows.execution.split.chunk_worker import ChunkWorker
from media_workflows.execution.split.request import SplitRequest, plan_sha256
from media_workflows.intelligence.features.caption_reader import caption_reader
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner, ffmpeg_binary
from media_workflows.media.jobs.black_bars import BlackBarMeter
from media_workflows.media.jobs.open_source import open_source
from media_workflows.media.jobs.split.encoders import AnyChunkEncoder, chunk_encoder
from media_workflows.media.source.kept_readings import kept_readings
from media_workflows.plural import counted
from media_workflows.storage.inputs import Inputs, fetched
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_cache import source_cache
from media_workflows.store import splits as store
from media_workflows.store.engine import transaction
from media_workflows.store.splits import Split


def help_split(split_id: int, resources: Resources) -> int:
    """Encode chunks while there are free ones; returns how many. Raises MediaError, NotSplitError, StorageError.

    It ends without an error when the step no longer needs it.
    """
    with transaction() as session:
        split = store.get_split(session, split_id)
        is_done = all(chunk.done for chunk in store.chunks_of(session, split_id))
    if split is None or is_done:
        resources.log("nothing to do: all chunks are encoded, or the step has ended")
        return 0
    request, settings = SplitRequest.model_validate(split.request), resources.settings
    storage = ObjectStorage(resources.clients.s3, resources.cancel.check)
    directory = settings.data_dir / "work"
    directory.mkdir(parents=True, exist_ok=True)
    with (
        fetched(source_cache(settings), storage, request.source, request.extra) as inputs,
        kept_readings(inputs.readings),
        tempfile.TemporaryDirectory(dir=directory, prefix="split-") as work,
    ):
        return _Helper(split, request, storage, resources).help(inputs, Path(work))


class _Helper:
    def __init__(self, split: Split, request: SplitRequest, storage: ObjectStorage, resources: Resources) -> None:
        self._split, self._request, self._storage, self._resources = split, request, storage, resources
        self._is_lost = False

    def help(self, inputs: Inputs, work_dir: Path) -> int:
        log, count = self._resources.log, 0
        encoder = self._encoder(inputs, work_dir)
        chunks = encoder.chunks(self._request.chunk_s)
        if plan_sha256(self._request.item, inputs, chunks, self._resources.settings) != self._request.plan:
            log("this worker does not help: its ffmpeg, its fonts or its version differ from those of the step's own")
            return 0
        worker = ChunkWorker(
            self._split,
            self._request,
            encoder,
            chunks,
            self._storage,
            self._resources.worker,
            log,
            helps=True,
            on_lost=self._lose,
        )
        try:
            while made := worker.encode_next():
                count += 1
                made.path.unlink()
        except JobCancelledError:
            if not self._is_lost:
                raise
            log("the chunk in hand is no longer needed")
        log(f"encoded {counted(count, 'chunk')}")
        return count

    def _lose(self) -> None:
        """The step has ended, or another worker has taken the chunk over."""
        self._is_lost = True
        self._resources.cancel.cancel()

    def _encoder(self, inputs: Inputs, work_dir: Path) -> AnyChunkEncoder:
        """With the context that a step's own job has, as far as a picture needs it."""
        settings = self._resources.settings
        context, _ = open_source(inputs.source, work_dir, settings, inputs.extra)
        limits = ffmpeg_limits(settings, context.info.duration_s)
        runner = Runner(ffmpeg_binary(settings.ffmpeg_path), limits, self._resources.cancel)
        context = replace(context, black_bars=BlackBarMeter(context, runner.run), read_text=caption_reader(settings))
        encoder = chunk_encoder(context, self._request.item, runner)
        assert encoder is not None, "only such items are divided"
        return encoder
