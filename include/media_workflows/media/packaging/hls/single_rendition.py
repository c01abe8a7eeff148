"""HLS of a transcode: one playlist and its segments, with their published names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.media_info import VideoStream
from media_workflows.errors import MediaError
from media_workflows.media.filters.video_frames import streaming_rate
from media_workflows.media.packaging.hls.media_playlist import read_playlist
from media_workflows.media.packaging.muxing import Segments, hls_options, interleave_options
from media_workflows.media.packaging.muxing import key_frame_options as closed_key_frames
from media_workflows.media.packaging.renditions import ANYTHING, longest_number, planned_segments, relative_uri
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.naming import NumberFormat

_FRAGMENTED_SOURCES = frozenset({"hevc", "av1"})  # by ffmpeg's names: only fragmented MP4 plays everywhere


def fitted(parameters: TranscodeParameters, video: VideoStream | None) -> TranscodeParameters:
    """The parameters with the frame rate and segment type that HLS requires, where they set none.

    Raises MediaError for a copy that the requested segments cannot hold.
    """
    if parameters.container != "hls" or parameters.video is None or video is None:
        return parameters
    if parameters.copies_video and video.codec in _FRAGMENTED_SOURCES:
        if video.codec == "av1" and parameters.segment_type and parameters.segment_container == "ts":
            raise MediaError("the source's video is av1, which MPEG-TS segments cannot hold: leave out segment_type")
        return parameters.model_copy(update={"segment_type": parameters.segment_type or "mp4"})
    return parameters.model_copy(update={"video": streaming_rate(parameters.video, video)})


def muxer_options(parameters: TranscodeParameters, index: int, fps: float) -> dict[str, Any]:
    """Options for a complete (VOD) playlist with local names."""
    segments = Segments(
        container=parameters.segment_container,
        single_file=parameters.segments.endswith("byterange"),
        length_s=parameters.segment_s,
    )
    return hls_options(segments, f"item{index}") | interleave_options(segments.container, fps)


def key_frame_options(parameters: TranscodeParameters, encoder_options: Mapping[str, Any]) -> dict[str, Any]:
    """Options for a key frame at each segment's start."""
    if parameters.container != "hls" or parameters.video is None or parameters.copies_video:
        return {}
    return closed_key_frames(parameters.video, parameters.segment_s, encoder_options)


@dataclass(frozen=True)
class SegmentSeries:
    """`Finish` of a transcode to HLS: the segments, whose number is known only after the encode; `last` at most."""

    manifest: PlannedFile
    pattern: str
    variables: Mapping[str, str]
    number_format: NumberFormat
    last: str
    independent: bool = True

    def foreseen(self) -> Sequence[PlannedFile]:
        """One file that stands for all segments, without a number."""
        return [replace(self.file(self.manifest.path, self.variables), longest={"number": self.last})]

    def file(self, path: Path, variables: Mapping[str, str]) -> PlannedFile:
        """A segment or the initialization section."""
        return PlannedFile(path, self.pattern, variables, ANYTHING, role="segment")

    def __call__(self, source_key: str) -> Sequence[PlannedFile]:
        """The segments; writes their published names into the playlist."""
        playlist = replace(read_playlist(self.manifest.path), independent=self.independent)
        files = planned_segments(playlist, self.manifest.path.parent, self._segment, self.number_format)
        names = {uri: relative_uri(file, self.manifest, source_key) for uri, file in files.items()}
        self.manifest.path.write_text(playlist.text(names.__getitem__), encoding="utf-8")
        return list(files.values())

    def _segment(self, number: str, path: Path) -> PlannedFile:
        file_format = path.suffix.removeprefix(".")
        return self.file(path, {**self.variables, "format": file_format, "number": number})


def segments(item: TranscodeItem, manifest: PlannedFile) -> SegmentSeries:
    """The series of a resolved item's segments."""
    variables = {**manifest.variables, "format": item.resolved_parameters.segment_container}
    # A copied key frame may start an open GOP, which depends on earlier frames.
    independent = not item.resolved_parameters.copies_video
    last = _last_number(item, manifest.expects.duration_s or 0.0)
    return SegmentSeries(manifest, item.segment_pattern, variables, item.number_format, last, independent)


def _last_number(item: TranscodeItem, duration_s: float) -> str:
    made = item.resolved_parameters
    single_file = made.segments.endswith("byterange")
    return longest_number(
        item.number_format, duration_s, made.segment_s, made.segment_container, single_file=single_file
    )
