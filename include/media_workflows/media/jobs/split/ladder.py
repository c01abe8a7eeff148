"""`LadderChunks`: a ladder whose pictures are made of chunks, each of which has the frames of all renditions."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import ffmpeg

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.media.ffmpeg.graph import Stream, merged
from media_workflows.media.ffmpeg.run import OnProgress
from media_workflows.media.filters.build_context import FrameRange
from media_workflows.media.filters.overlay.overlays import FRAME_TIME_EPSILON_S
from media_workflows.media.filters.video_frames import constant_rate, streaming_rate
from media_workflows.media.jobs.adaptive_dynamic_streaming import picture_encodes
from media_workflows.media.jobs.split.assemble import require_edges
from media_workflows.media.jobs.split.chunks import Chunk, segment_start
from media_workflows.media.jobs.split.encoder import ChunkEncoder, ignored
from media_workflows.media.packaging.muxing import forced_interval_s
from media_workflows.media.plan.planned import ItemPlan, Output, graph_of
from media_workflows.media.plan.rendition_encode import EncodedStream, RenditionEncode

_PART = {"format": "mp4", "map_chapters": -1}


@dataclass(frozen=True)
class LadderChunks(ChunkEncoder[AdaptiveDynamicStreamingItem]):
    """A chunk is one decode, however many renditions there are. What has no picture is encoded as ever."""

    def chunk(self, chunk: Chunk, on_progress: OnProgress = ignored) -> Path:
        """An archive of the renditions' tracks, by their places in the plan."""
        work_dir = self.context.work_dir / f"chunk{chunk.number:03d}"
        # A helper has no keys, and sound is measured over the whole.
        context = replace(
            self.context, work_dir=work_dir, frames=chunk.frames, loudness=lambda _: None, content_key=lambda _: None
        )
        encodes, assets = picture_encodes(context, self.item, float(chunk.start))
        paths = [work_dir / f"{number}.mp4" for number in range(len(encodes))]
        nodes = [
            one.stream.output(path.name, **one.options, **_PART, **self.context.output_options())
            for one, path in zip(encodes, paths, strict=True)
        ]
        graph = merged(nodes).global_args(*FrameRange.GLOBAL_OPTIONS)
        self._run(graph, assets, work_dir, chunk.duration_s, on_progress)
        self._require_frames(chunk, paths)
        return _packed(paths, work_dir.with_suffix(".zip"))

    def whole(self, plan: ItemPlan, on_progress: OnProgress = ignored) -> Sequence[Path]:
        """The sound of segments with pictures, each setting once; and the outputs without pictures, as planned."""
        work_dir = _work_dir(plan)
        sounds = _sounds(plan)
        paths = [self.context.work_dir / f"sound{number}.mp4" for number in range(len(sounds))]
        encodes = [
            Output(one.stream.output(f"file:{path.resolve()}", **one.options, **_PART, **self.context.output_options()))
            for one, path in zip(sounds, paths, strict=True)
        ]
        others = [one for one in plan.outputs if not (one.rendition and one.rendition.picture)]
        if encodes or others:
            self._run(graph_of([*others, *encodes]), plan.assets, work_dir, plan.duration_s, on_progress)
        return paths

    def assemble(self, chunks: Sequence[Chunk], parts: Sequence[Path], sounds: Sequence[Path], plan: ItemPlan) -> None:
        renditions = _with_pictures(plan)
        tracks = [_unpacked(part, self.context.work_dir / f"part{number}") for number, part in enumerate(parts)]
        nodes, pictures = [], []
        for number, rendition in enumerate(renditions):
            picture = self.context.work_dir / f"picture{number}.mp4"
            of_rendition = [paths[number] for paths in tracks]
            require_edges(picture, self._joined(chunks, of_rendition, picture))
            for path in of_rendition:
                path.unlink()
            nodes.append(rendition.of_encoded(_stream(picture, "v"), self._sound(rendition, sounds, plan)))
            pictures.append(picture)
        # The times of all files count from the start of the source: copyts keeps them.
        self.runner.run(merged(nodes).global_args("-copyts"), _work_dir(plan))
        for picture in pictures:
            picture.unlink()

    def _sound(self, rendition: RenditionEncode, sounds: Sequence[Path], plan: ItemPlan) -> Stream | None:
        """The encoded sound of a rendition's segments."""
        asked = rendition.sound
        if asked is None:
            return None
        return next(_stream(path, "a") for one, path in zip(_sounds(plan), sounds, strict=True) if one.same_as(asked))

    @property
    def _videos(self) -> list[VideoParameters]:
        return [stream.video for stream in self.item.resolved_parameters.streams if stream.video]

    @property
    def _rate(self) -> str:
        """That of all renditions."""
        return constant_rate(streaming_rate(self._videos[0], self._video), self._video, segmented=True)

    def _start_before(self, number: int) -> int:
        """At whole segments."""
        segment_s = self.item.resolved_parameters.segment_s
        intervals_s = {forced_interval_s(video, segment_s) for video in self._videos}
        lead_s = Fraction(str(FRAME_TIME_EPSILON_S)) if self.item.key_frames_s else Fraction(0)
        return segment_start(self._grid, Fraction(str(segment_s)), sorted(intervals_s), lead_s)(number)


def _work_dir(plan: ItemPlan) -> Path:
    """The directory that the plan's outputs are named in."""
    return plan.files[0].path.parent


def _with_pictures(plan: ItemPlan) -> list[RenditionEncode]:
    return [one.rendition for one in plan.outputs if one.rendition and one.rendition.picture]


def _sounds(plan: ItemPlan) -> list[EncodedStream]:
    """The distinct encodes of sound in the same segments as pictures."""
    found: list[EncodedStream] = []
    for rendition in _with_pictures(plan):
        if rendition.sound and not any(rendition.sound.same_as(one) for one in found):
            found.append(rendition.sound)
    return found


def _stream(path: Path, kind: str) -> Stream:
    return ffmpeg.input(f"file:{path.resolve()}")[kind]


def _packed(paths: Sequence[Path], archive: Path) -> Path:
    """One file of all, which are removed."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as made:
        for path in paths:
            made.write(path, path.name)
            path.unlink()
    return archive


def _unpacked(archive: Path, directory: Path) -> list[Path]:
    """The files of an archive in their order; it is removed."""
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        opened.extractall(directory)
    archive.unlink()
    return [directory / name for name in names]
