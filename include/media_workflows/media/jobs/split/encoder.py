"""`ChunkEncoder`: the parts of an item: chunks of its pictures, its sound as a whole, and all of it put together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from media_workflows.domain.media_info import VideoStream
from media_workflows.media.ffmpeg.decode_log import DecodeLog
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.ffmpeg.run import OnProgress, Runner, write_assets
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.split.assemble import join_pictures
from media_workflows.media.jobs.split.chunks import CHUNK_S, Chunk, Grid, grid_of, plan_chunks
from media_workflows.media.jobs.split.not_split import NotSplitError
from media_workflows.media.jobs.split.packets import readable_packets_of, require_frames
from media_workflows.media.jobs.split.suitability import SplitItem, why_not_split
from media_workflows.media.plan.planned import ItemPlan
from media_workflows.media.source.shown_frames import ShownFrames, shown_frames_of

ItemT = TypeVar("ItemT", bound=SplitItem)


def ignored(_: object) -> None:
    """Where no one follows the progress."""


@dataclass(frozen=True)
class ChunkEncoder(ABC, Generic[ItemT]):
    """Encodes the parts of an item in `context.work_dir`. Each chunk may be encoded by another process or machine."""

    context: BuildContext
    item: ItemT
    runner: Runner

    @abstractmethod
    def chunk(self, chunk: Chunk, on_progress: OnProgress = ignored) -> Path:
        """Encode the frames of a chunk, into one file.

        Raises NotSplitError when they are not those that were planned, and as `Runner.run` does.
        """

    @abstractmethod
    def whole(self, plan: ItemPlan, on_progress: OnProgress = ignored) -> Sequence[Path]:
        """Encode what is not made of chunks, at once: the sound. `plan` is that of the item.

        Raises NotSplitError when the source is damaged, and as `Runner.run` does.
        """

    @abstractmethod
    def assemble(self, chunks: Sequence[Chunk], parts: Sequence[Path], sounds: Sequence[Path], plan: ItemPlan) -> None:
        """Write the files of the plan from the encoded `parts` of all chunks, without another encode.

        Raises NotSplitError when they do not fit, and as `Runner.run` does.
        """

    @property
    @abstractmethod
    def _rate(self) -> str:
        """Frames per second of the output, as a filter has it; '' = variable."""

    @abstractmethod
    def _start_before(self, number: int) -> int:
        """See `plan_chunks`."""

    def chunks(self, chunk_s: float = CHUNK_S) -> list[Chunk]:
        """The plan, from an index of the source's frames. Raises NotSplitError."""
        if reason := why_not_split(self.item, self.context.info):
            raise NotSplitError(reason)
        if self.context.info.duration_s < 2 * chunk_s:
            raise NotSplitError("short")
        ticks = self._shown.ticks
        if len(ticks) < 2 or len(set(ticks)) < len(ticks):
            raise NotSplitError("frame_times")
        found = plan_chunks(self._grid, self._start_before, self._shown, self.context.info.duration_s, chunk_s)
        if not found:
            raise NotSplitError("few_key_frames")
        return found

    def _run(
        self,
        graph: Stream,
        assets: Mapping[Path, bytes],
        work_dir: Path,
        duration_s: float,
        on_progress: OnProgress,
    ) -> None:
        """Run an encode. Raises NotSplitError when the source is damaged: one encode has a notice of it."""
        work_dir.mkdir(parents=True, exist_ok=True)
        write_assets(assets)
        log = DecodeLog()
        self.runner.run(graph, work_dir, duration_s, on_progress, log)
        if log.count:
            raise NotSplitError("damaged", log.first)

    def _require_frames(self, chunk: Chunk, paths: Iterable[Path]) -> None:
        for path in paths:
            require_frames(chunk, self._grid, readable_packets_of(path))

    def _joined(self, chunks: Sequence[Chunk], parts: Sequence[Path], output: Path) -> Sequence[float]:
        """Write one video track of all chunks; returns its edges, in seconds. Raises NotSplitError."""
        made = [readable_packets_of(part) for part in parts]
        for chunk, found in zip(chunks, made, strict=True):
            require_frames(chunk, self._grid, found)
        return join_pictures(chunks, parts, made, output, self.runner.cancellation)

    @property
    def _video(self) -> VideoStream:
        video = self.context.info.video
        assert video is not None, "`chunks` has refused others"
        return video

    @cached_property
    def _shown(self) -> ShownFrames:
        return shown_frames_of(self.context.source, self._video.index)

    @cached_property
    def _grid(self) -> Grid:
        return grid_of(self._rate, self._video, self._shown, self.context.info.duration_s)
