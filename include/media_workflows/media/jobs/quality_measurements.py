"""What a quality control measures: the detectors' files, the packets' times and the header of the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from media_workflows.domain.features import Span
from media_workflows.domain.jobs.quality_control import QualityControlParameters
from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.media.ffmpeg.filter_metadata import (
    BLACK,
    FROZEN,
    GATE_LUFS,
    R128,
    SILENCE,
    decibels,
    metadata_lines,
    spans,
)
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.source.formats import JUMPING_CONTAINERS, is_one_of

_SHORTEST_S = 0.5  # of sound with a loudness: a block has 0.4 s, and `ebur128` reports every 0.1 s


@dataclass(frozen=True)
class Decoded:
    """What is decoded, None = not: the main video and audio track, if an item measures it.

    The detectors write to `picture_file` and `sound_file`, by name in the work directory.
    """

    video: VideoStream | None
    audio: AudioStream | None
    picture_file: Path
    sound_file: Path

    @property
    def start_s(self) -> float:
        """Where the first of them begins."""
        return min((stream.start_s for stream in (self.video, self.audio) if stream), default=0.0)


def decoded(context: BuildContext, parameters: QualityControlParameters, index: int) -> Decoded:
    """What the items that are on make the item at `index` decode."""
    needs_video = parameters.black_screen or parameters.video_duplicated_frame
    needs_audio = parameters.no_voice or parameters.low_voice or parameters.high_voice
    return Decoded(
        context.info.video if needs_video else None,
        context.info.main_audio if needs_audio else None,
        Path(f"item{index}_picture.txt"),
        Path(f"item{index}_sound.txt"),
    )


@dataclass(frozen=True)
class Measurements:
    """All that items are judged by, in seconds of the source. `video` and `audio`: None = it has none to measure.

    `integrated_lufs` is at least `GATE_LUFS`; None = too short to have a loudness. `end_s` is where the data ends.
    """

    info: MediaInfo
    video: Span | None
    audio: Span | None
    black: Sequence[Span]
    frozen: Sequence[Span]
    silent: Sequence[Span]
    integrated_lufs: float | None
    true_peak_dbtp: float | None
    end_s: float
    is_cut: bool

    @property
    def lacks_video(self) -> bool:
        """Whether the source has no picture at all. A cover is a picture of the file, not of its time."""
        return self.info.video is None and not self._undecodable("video")

    @property
    def lacks_audio(self) -> bool:
        """Whether the source has no sound at all."""
        return not self.info.audio and not self._undecodable("audio")

    def _undecodable(self, type_: Literal["video", "audio"]) -> bool:
        return any(stream.type == type_ for stream in self.info.other)


def measurements(context: BuildContext, source: Decoded) -> Measurements:
    """Read what the detectors have found. Reads the source's packets once more, without decoding."""
    info = context.info
    # In these containers ffmpeg counts time from the start of the streams that it reads.
    offset_s = source.start_s if is_one_of(info.container, JUMPING_CONTAINERS) else 0.0
    picture = list(metadata_lines(context.work_dir / source.picture_file))
    sound = list(metadata_lines(context.work_dir / source.sound_file))
    video, audio = (_span(context, stream.index) if stream else None for stream in (info.video, info.main_audio))
    last = dict(sound)
    return Measurements(
        info=info,
        video=video,
        audio=audio,
        black=_found(picture, BLACK, video, offset_s),
        frozen=_found(picture, FROZEN, video, offset_s),
        silent=_found(sound, SILENCE, audio, offset_s),
        integrated_lufs=_lufs(last, audio),
        true_peak_dbtp=decibels(float(last.get(f"{R128}true_peak", "0"))),
        end_s=max((span.end_s for span in context.spans().values()), default=0.0),
        is_cut=context.is_cut(),
    )


def _span(context: BuildContext, index: int) -> Span:
    """The time of a stream's packets; the whole source where it has none."""
    found = context.spans().get(index)
    if found is None:
        return Span(start_s=0.0, end_s=context.info.duration_s)
    return Span(start_s=found.start_s, end_s=found.end_s)


def _found(lines: list[tuple[str, str]], prefix: str, stream: Span | None, offset_s: float) -> list[Span]:
    """The spans that a detector found. One that lasts to the end of the stream has no end in the file."""
    if stream is None:
        return []
    found = spans(lines, prefix, stream.end_s - offset_s)
    return [
        Span(start_s=round(max(0.0, span.start_s + offset_s), 3), end_s=round(span.end_s + offset_s, 3))
        for span in found
    ]


def _lufs(last: dict[str, str], audio: Span | None) -> float | None:
    """The integrated loudness; None = not measured, or too short to have one."""
    integrated = last.get(f"{R128}I")
    if integrated is None or audio is None or audio.end_s - audio.start_s < _SHORTEST_S:
        return None
    return round(max(GATE_LUFS, float(integrated)), 1)
