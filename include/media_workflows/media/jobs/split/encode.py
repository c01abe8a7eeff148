"""`ChunkEncoder`: the parts of a rendition: chunks of its picture, its sound as a whole, and all of it put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import ffmpeg

from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import VideoStream
from media_workflows.media.ffmpeg.decode_log import DecodeLog
from media_workflows.media.ffmpeg.run import write_assets
from media_workflows.media.ffmpeg.runner import OnProgress, Runner
from media_workflows.media.filters.build_context import BuildContext, FrameRange
from media_workflows.media.filters.source_sound import kept_audio
from media_workflows.media.jobs import transcode
from media_workflows.media.jobs.split.assemble import join_pictures, require_edges
from media_workflows.media.jobs.split.chunks import CHUNK_S, Chunk, Grid, grid_of, plan_chunks
from media_workflows.media.jobs.split.not_split import NotSplitError
from media_workflows.media.jobs.split.packets import chunk_packets_of, require_frames
from media_workflows.media.jobs.split.suitability import why_not_split
from media_workflows.media.plan.planned import build_plan
from media_workflows.media.source.shown_frames import ShownFrames, shown_frames_of

_WITHOUT_PICTURE: dict[str, Any] = {"watermarks": [], "mosaics": [], "burned_in_subtitles": None}


@dataclass(frozen=True)
class ChunkEncoder:
    """Encodes the parts of `item`, in `context.work_dir`. Each part may be encoded by another process or machine."""

    context: BuildContext
    item: TranscodeItem
    runner: Runner

    def chunks(self, chunk_s: float = CHUNK_S) -> list[Chunk]:
        """The plan, from an index of the source's frames. Raises NotSplitError."""
        if reason := why_not_split(self.item, self.context.info):
            raise NotSplitError(reason)
        if self.context.info.duration_s < 2 * chunk_s:
            raise NotSplitError("short")
        ticks = self._shown.ticks
        if len(ticks) < 2 or len(set(ticks)) < len(ticks):
            raise NotSplitError("frame_times")
        found = plan_chunks(self.item, self._video, self._shown, self.context.info.duration_s, chunk_s)
        if not found:
            raise NotSplitError("few_key_frames")
        return found

    @property
    def has_sound(self) -> bool:
        """Whether the rendition has sound, which is encoded as a whole."""
        return bool(kept_audio(self.item.resolved_parameters.audio, self.context.info))

    def chunk(self, chunk: Chunk, on_progress: OnProgress = lambda _: None) -> Path:
        """Encode the frames of a chunk. Raises NotSplitError when they are not those that were planned."""
        picture = self.item.resolved_parameters.model_copy(update={"audio": None})
        part = self.item.model_copy(update={"parameters": picture})
        context = replace(self.context, frames=chunk.frames)
        path, log = self._made(context, part, f"chunk{chunk.number:03d}", chunk.duration_s, on_progress)
        if log.count:
            raise NotSplitError("damaged", log.first)
        require_frames(chunk, self._grid, chunk_packets_of(path))
        return path

    def sound(self, on_progress: OnProgress = lambda _: None) -> Path:
        """Encode the sound as a whole: in chunks, each would begin with an encoder's delay."""
        sound = self.item.resolved_parameters.model_copy(update={"video": None})
        part = self.item.model_copy(update={"parameters": sound, **_WITHOUT_PICTURE})
        return self._made(self.context, part, "sound", self.context.info.duration_s, on_progress)[0]

    def assemble(self, chunks: Sequence[Chunk], parts: Sequence[Path], sound: Path | None, output: Path) -> None:
        """Put the encoded `parts` together, without another encode. Raises NotSplitError when they do not fit."""
        container, work_dir = self.item.resolved_parameters.container, self.context.work_dir
        made = [chunk_packets_of(part) for part in parts]
        for chunk, found in zip(chunks, made, strict=True):
            require_frames(chunk, self._grid, found)
        picture = work_dir / f"picture.{container}"
        edges = join_pictures(chunks, parts, made, picture, self.runner.cancellation)
        streams = [ffmpeg.input(f"file:{picture.resolve()}")["v"]]
        if sound:
            streams.append(ffmpeg.input(f"file:{sound.resolve()}")["a"])
        # The times of both files count from the start of the source: copyts keeps them.
        options = {"c": "copy", "copyts": None, "format": container, "movflags": "+faststart"}
        self.runner.run(ffmpeg.output(*streams, f"file:{output.resolve()}", **options), work_dir)
        picture.unlink()
        require_edges(output, edges)

    def _made(
        self, context: BuildContext, part: TranscodeItem, name: str, duration_s: float, on_progress: OnProgress
    ) -> tuple[Path, DecodeLog]:
        """Encode a part of the item by the builder of the whole."""
        work_dir = self.context.work_dir / name
        work_dir.mkdir(parents=True, exist_ok=True)
        plan = build_plan(transcode.build, replace(context, work_dir=work_dir), {0: part})
        for error in plan.failures.values():
            raise error
        write_assets(plan.assets)
        log = DecodeLog()
        for graph in plan.graphs:
            asked = graph.global_args(*FrameRange.GLOBAL_OPTIONS) if context.frames else graph
            self.runner.run(asked, work_dir, duration_s, on_progress, log)
        return plan.items[0].files[0].path, log

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
        return grid_of(self.item, self._video, self._shown, self.context.info.duration_s)
