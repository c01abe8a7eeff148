"""`SoundSegment`: a time range of a file's audio track and its position in an output. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from media_workflows.domain.media_info import AudioStream, MediaInfo
from media_workflows.media.source.formats import JUMPING_CONTAINERS, is_one_of

CONCAT_SLACK_S = 0.5  # a clip's sound and picture rarely end together


@dataclass(frozen=True)
class SoundSegment:
    """A segment: `length_s` seconds of a track from `source_s` on, which begin at `output_s` in the output.

    `slack_s` is how far it may be shifted. `checks_start` and `checks_end`: no other sound lies before or after it.
    """

    path: Path
    track: AudioStream
    source_s: float
    output_s: float
    length_s: float
    slack_s: float = 0.0
    checks_start: bool = True
    checks_end: bool = True


def whole_track(path: Path, info: MediaInfo, track: AudioStream) -> SoundSegment:
    """The segment that holds all the sound of a track."""
    return SoundSegment(path, track, 0.0, 0.0, info.duration_s, start_slack_s(info, track))


def start_slack_s(info: MediaInfo, track: AudioStream) -> float:
    """The shift of a track that starts late: in these containers ffmpeg counts time from the streams that it reads."""
    return track.start_s if is_one_of(info.container, JUMPING_CONTAINERS) else 0.0


def concatenated(segments: Sequence[SoundSegment | None], lengths_s: Sequence[float]) -> list[SoundSegment]:
    """The segments of concatenated clips (None = silence). Only the first start and the last end can be checked."""
    found = []
    for number, segment in enumerate(segments):
        if segment is not None:
            found.append(
                replace(
                    segment,
                    output_s=sum(lengths_s[:number]),
                    slack_s=segment.slack_s + number * CONCAT_SLACK_S,
                    checks_start=number == 0,
                    checks_end=number == len(segments) - 1,
                )
            )
    return found
