"""`SplitRenditions`: the part of a step's own task in renditions that several workers encode.

It plans the chunks, starts helpers, encodes chunks itself while there are free ones, waits for the others', and puts
all together. So it never depends on a helper. Chunks that are done survive a retry of the step.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self

from sqlalchemy.exc import SQLAlchemyError

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.notice import Notice
from media_workflows.domain.split import ChunkState, percent_of, split_notice
from media_workflows.errors import (
    EncodeError,
    LimitExceededError,
    MediaWorkflowsError,
    SourceGoneError,
    StorageError,
)
from media_workflows.execution.repeated import repeated
from media_workflows.execution.running_step import RunningStep
from media_workflows.execution.split.chunk_worker import NOT_RENEWED, RENEW_INTERVAL_S, ChunkWorker
from media_workflows.execution.split.request import SplitRequest, plan_sha256
from media_workflows.media.ffmpeg.progress import Progress
from media_workflows.media.ffmpeg.run import Runner
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.request import MakeDivided
from media_workflows.media.jobs.split.chunks import Chunk
from media_workflows.media.jobs.split.decision import chosen_chunks, chunk_length_s, expected_encode_s
from media_workflows.media.jobs.split.encoders import AnyChunkEncoder, chunk_encoder
from media_workflows.media.jobs.split.not_split import NotSplitError
from media_workflows.media.plan.planned import ItemPlan
from media_workflows.storage.inputs import Inputs
from media_workflows.storage.removal import remove_below
from media_workflows.store import splits as store
from media_workflows.store import unpublished
from media_workflows.store.engine import transaction
from media_workflows.store.splits import Split

_WAIT_S = 1.0  # between two looks at what the others have done
_REPORT_INTERVAL_S = 2.0


class SplitRenditions:
    """`JobRequest.divide` of one try of a step. Afterwards nothing of it is left, unless a retry may go on with it."""

    def __init__(self, step: RunningStep, inputs: Inputs) -> None:
        self._step, self._inputs = step, inputs
        self._splits: list[Split] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Done chunks are kept for the next try after what passes and after a kill; housekeeping takes what is left."""
        if error is None or (isinstance(error, MediaWorkflowsError) and not error.retryable):
            for split in self._splits:
                self._remove(split)

    def __call__(self, context: BuildContext, item: JobItem[Any], runner: Runner) -> MakeDivided | None:
        """See `Divide`."""
        settings, bucket = self._step.settings, self._step.request.output.bucket
        encoder = chunk_encoder(context, item, runner)
        if encoder is None:
            return None
        chunks = chosen_chunks(
            encoder, bucket, settings, lambda: expected_encode_s(context, encoder.item, settings, runner.cancellation)
        )
        return partial(self._make, encoder, chunks) if chunks else None

    def _make(self, encoder: AnyChunkEncoder, chunks: Sequence[Chunk], plan: ItemPlan) -> Sequence[Notice]:
        """See `MakeDivided`."""
        split, request = self._opened(encoder, chunks)
        step = self._step
        worker = ChunkWorker(split, request, encoder, chunks, step.storage, step.worker, step.log)
        making = _Making(step, worker)
        try:
            with making.helpers_counted(), repeated(making.keep, RENEW_INTERVAL_S, step.log, NOT_RENEWED):
                self._start_helpers(split, making.states())
                sounds = encoder.whole(plan, lambda _: making.report())
                parts, states = making.parts()
                encoder.assemble(chunks, parts, sounds, plan)
        except (NotSplitError, EncodeError, LimitExceededError) as error:
            step.log(f"{'not made' if isinstance(error, LimitExceededError) else 'made by one encode'}: {error}")
            self._remove(split)  # helpers need not go on
            raise
        return [split_notice(states)]

    def _opened(self, encoder: AnyChunkEncoder, chunks: Sequence[Chunk]) -> tuple[Split, SplitRequest]:
        step, key, item = self._step, self._step.request.step, encoder.item
        plan = plan_sha256(item, self._inputs, chunks, step.settings)
        chunk_s = chunk_length_s(encoder.context.info.duration_s, step.settings)
        request = SplitRequest.of(item, self._inputs.objects, step.provenance, chunk_s, plan)
        bucket, directory = step.request.output.bucket, f"{key.unpublished}chunks/{key.instance}/{plan[:16]}/"
        with transaction() as session:
            unpublished.note_buckets(session, key.workflow_id, key.run_id, {bucket})  # what housekeeping looks at
            lengths_s = [chunk.duration_s for chunk in chunks]
            split = store.open_split(
                session, key, plan, request.model_dump(mode="json"), (bucket, directory), lengths_s
            )
        self._splits.append(split)
        return split, request

    def _start_helpers(self, split: Split, states: Sequence[ChunkState]) -> None:
        """One less than there are chunks to encode: this task encodes, too. Without helpers it goes on alone."""
        missing = sum(not chunk.done for chunk in states)
        self._step.log(f"encoding in {len(states)} chunks, of which {len(states) - missing} are done")
        count = min(self._step.settings.split_helpers, missing - 1)
        if self._step.start_helpers is None or count < 1:
            return
        try:
            self._step.start_helpers(split.id, count)
        except MediaWorkflowsError as error:
            self._step.log(f"no helpers: {error}")

    def _remove(self, split: Split) -> None:
        """The record first: what a helper finishes later, it removes itself."""
        try:
            with transaction() as session:
                store.end_split(session, split.id)
            remove_below(self._step.storage, split.bucket, split.directory)
        except (StorageError, SQLAlchemyError) as error:
            self._step.log(f"{split.directory} could not be emptied; the daily housekeeping will do it: {error}")


class _Making:
    """The chunks of one rendition on their way. `own` are those that this process has encoded."""

    def __init__(self, step: RunningStep, worker: ChunkWorker) -> None:
        self._step, self._worker, self._split_id = step, worker, worker.split.id
        self.own: dict[int, Path] = {}
        self._reported_at = float("-inf")
        self._began: tuple[float, float] | None = None  # when, and at how many per cent

    def keep(self) -> None:
        """Helpers go on as long as this task runs."""
        with transaction() as session:
            store.owner_seen(session, self._split_id)

    @contextmanager
    def helpers_counted(self) -> Iterator[None]:
        """What others have spent on finished chunks is used by the step, also where nothing is made of them."""
        try:
            yield
        finally:
            try:
                spent_s = sum(chunk.cpu_s for chunk in self.states() if chunk.number not in self.own)
                self._step.meter.helpers_cpu_s += spent_s
            except SQLAlchemyError as error:  # not in place of what ended the split
                self._step.log(f"the processor time of helpers could not be read, and is not counted: {error}")

    def states(self) -> list[ChunkState]:
        with transaction() as session:
            return store.chunks_of(session, self._split_id)

    def parts(self) -> tuple[list[Path], list[ChunkState]]:
        """The files of all chunks, and who made them."""
        while True:
            while made := self._worker.encode_next(lambda _: self.report()):
                self.own[made.number] = made.path
            states = self.states()
            if all(chunk.done for chunk in states) and (parts := self._fetched(states)):
                return parts, states
            self._step.cancel.check()
            self._step.require_not_cancelled()
            self.report()
            time.sleep(_WAIT_S)

    def _fetched(self, states: Sequence[ChunkState]) -> list[Path] | None:
        """None = an object was removed by someone, and its chunk has to be encoded again."""
        parts = []
        for chunk in states:
            if chunk.number in self.own:
                parts.append(self.own[chunk.number])
                continue
            assert chunk.key is not None, "all are done"
            name = f"fetched{chunk.number:03d}{PurePosixPath(chunk.key).suffix}"
            path = self._worker.encoder.context.work_dir / name
            try:
                self._step.storage.download(self._worker.split.bucket, chunk.key, chunk.etag, None, path)
            except SourceGoneError:
                self._step.log(f"chunk {chunk.number + 1} was removed from the storage: it is encoded again")
                with transaction() as session:
                    store.lose_chunk(session, self._split_id, chunk.number)
                return None
            parts.append(path)
        return parts

    def report(self) -> None:
        """The progress of the step: that of all chunks."""
        now = time.monotonic()
        if now - self._reported_at < _REPORT_INTERVAL_S:
            return
        self._reported_at = now
        mine, percent = self._worker.number, self._worker.percent
        chunks = [
            chunk.model_copy(update={"percent": percent}) if chunk.number == mine else chunk for chunk in self.states()
        ]
        reached = percent_of(chunks)
        self._began = self._began or (now, reached)
        began_at, began_percent = self._began
        gained = reached - began_percent
        eta_s = (now - began_at) * (100 - reached) / gained if gained > 0 else None
        self._step.progress(Progress(percent=round(reached, 1), eta_s=eta_s and round(eta_s, 1)))
