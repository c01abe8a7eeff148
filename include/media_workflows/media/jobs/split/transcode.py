"""`TranscodeChunks`: a transcode made of chunks, in MP4 or MOV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ffmpeg

from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.encoders.video import gop_frames
from media_workflows.media.ffmpeg.run import OnProgress
from media_workflows.media.filters.build_context import BuildContext, FrameRange
from media_workflows.media.filters.source_sound import kept_audio
from media_workflows.media.filters.video_frames import constant_rate
from media_workflows.media.jobs import transcode
from media_workflows.media.jobs.split.assemble import require_edges
from media_workflows.media.jobs.split.chunks import Chunk
from media_workflows.media.jobs.split.encoder import ChunkEncoder, ignored
from media_workflows.media.plan.planned import ItemPlan, build_plan

_WITHOUT_PICTURE: dict[str, Any] = {"watermarks": [], "mosaics": [], "burned_in_subtitles": None}


@dataclass(frozen=True)
class TranscodeChunks(ChunkEncoder[TranscodeItem]):
    """Each chunk is encoded by the builder of the whole, without the sound."""

    def chunk(self, chunk: Chunk, on_progress: OnProgress = ignored) -> Path:
        picture = self.item.resolved_parameters.model_copy(update={"audio": None})
        part = self.item.model_copy(update={"parameters": picture})
        context = replace(self.context, frames=chunk.frames)
        path = self._made(context, part, f"chunk{chunk.number:03d}", chunk.duration_s, on_progress)
        self._require_frames(chunk, [path])
        return path

    def whole(self, plan: ItemPlan, on_progress: OnProgress = ignored) -> Sequence[Path]:
        """The sound: in chunks, each would begin with an encoder's delay."""
        if not kept_audio(self.item.resolved_parameters.audio, self.context.info):
            return []
        sound = self.item.resolved_parameters.model_copy(update={"video": None})
        part = self.item.model_copy(update={"parameters": sound, **_WITHOUT_PICTURE})
        return [self._made(self.context, part, "sound", self.context.info.duration_s, on_progress)]

    def assemble(self, chunks: Sequence[Chunk], parts: Sequence[Path], sounds: Sequence[Path], plan: ItemPlan) -> None:
        container, work_dir = self.item.resolved_parameters.container, self.context.work_dir
        picture, output = work_dir / f"picture.{container}", plan.files[0].path
        edges_s = self._joined(chunks, parts, picture)
        streams = [ffmpeg.input(f"file:{picture.resolve()}")["v"]]
        streams += [ffmpeg.input(f"file:{sound.resolve()}")["a"] for sound in sounds]
        # The times of both files count from the start of the source: copyts keeps them.
        options = {"c": "copy", "copyts": None, "format": container, "movflags": "+faststart"}
        self.runner.run(ffmpeg.output(*streams, f"file:{output.resolve()}", **options), work_dir)
        picture.unlink()
        require_edges(output, edges_s)

    def _made(
        self, context: BuildContext, part: TranscodeItem, name: str, duration_s: float, on_progress: OnProgress
    ) -> Path:
        """Encode a part of the item by the builder of the whole."""
        work_dir = self.context.work_dir / name
        plan = build_plan(transcode.build, replace(context, work_dir=work_dir), {0: part})
        for error in plan.failures.values():
            raise error
        for graph in plan.graphs:
            asked = graph.global_args(*FrameRange.GLOBAL_OPTIONS) if context.frames else graph
            self._run(asked, plan.assets, work_dir, duration_s, on_progress)
        return plan.items[0].files[0].path

    @property
    def _parameters(self) -> VideoParameters:
        parameters = self.item.resolved_parameters.video
        assert parameters is not None, "`chunks` has refused others"
        return parameters

    @property
    def _rate(self) -> str:
        return constant_rate(self._parameters, self._video, segmented=self.item.burned_in_subtitles is not None)

    def _start_before(self, number: int) -> int:
        """At whole GOPs."""
        gop = max(1, gop_frames(self._parameters, self._video))
        return number // gop * gop
