"""What the sound of an output must be: its form, and where in which file it comes from. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.media_info import AudioStream, MediaInfo
from media_workflows.media.encoders import audio as audio_encoders
from media_workflows.media.source.formats import JUMPING_CONTAINERS, is_one_of

# dB that a codec may change a channel's level below 4 kHz, by kbit/s for each channel.
_TOLERANCES_DB = ((64, 3.0), (32, 4.0), (0, 8.0))
_UNKNOWN_KBPS = 48  # an encoder's own choice
_JOIN_SLACK_S = 0.5


@dataclass(frozen=True)
class SoundPiece:
    """Sound of a file from `source_s` on, `length_s` seconds of it, which begins at `output_s` in the output.

    `slack_s` is how far it may be shifted. `checks_start` and `checks_end`: nothing lies before or behind it.
    """

    path: Path
    track: AudioStream
    source_s: float
    output_s: float
    length_s: float
    slack_s: float = 0.0
    checks_start: bool = True
    checks_end: bool = True


@dataclass(frozen=True)
class SoundExpectation:
    """One sound track of an output. 0 = as the encoder chooses, not checked.

    `by_way_of` is a layout that the sound is mixed to before it gets that of the output ('' = none).
    """

    channels: int
    layouts: frozenset[str]
    sample_rate_hz: int
    tolerance_db: float
    pieces: tuple[SoundPiece, ...]
    by_way_of: str = ""
    is_copy: bool = False


_LAYOUTS = {1: frozenset({"mono"}), 2: frozenset({"stereo"}), 6: frozenset({"5.1", "5.1(side)"})}


def expected_sound(
    parameters: AudioParameters, track: AudioStream, container: str, pieces: Sequence[SoundPiece], by_way_of: str = ""
) -> SoundExpectation:
    """What a track becomes by these parameters."""
    if parameters.codec == "copy":
        return SoundExpectation(0, frozenset(), 0, _TOLERANCES_DB[0][1], tuple(pieces), is_copy=True)
    channels, rate_hz = audio_encoders.form(parameters, track, container)
    if by_way_of:
        channels, rate_hz = parameters.channels, 0
    layouts = _LAYOUTS.get(parameters.channels, frozenset[str]())
    kbps = (parameters.bitrate_kbps or _UNKNOWN_KBPS * channels) / (channels or track.channels or 1)
    if parameters.codec in ("flac", "pcm"):
        kbps = _TOLERANCES_DB[0][0]
    tolerance_db = next(tolerance for least, tolerance in _TOLERANCES_DB if kbps >= least)
    return SoundExpectation(channels, layouts, rate_hz, tolerance_db, tuple(pieces), by_way_of)


def whole(path: Path, info: MediaInfo, track: AudioStream) -> SoundPiece:
    """All the sound of a track."""
    return SoundPiece(path, track, 0.0, 0.0, info.duration_s, start_slack_s(info, track))


def start_slack_s(info: MediaInfo, track: AudioStream) -> float:
    """Of these containers, ffmpeg counts the time from where the streams begin that are read."""
    return track.start_s if is_one_of(info.container, JUMPING_CONTAINERS) else 0.0


def joined_pieces(pieces: Sequence[SoundPiece | None], lengths_s: Sequence[float]) -> list[SoundPiece]:
    """Pieces one behind the other (None = silence), each checked in its middle, the outer ones at their ends."""
    found = []
    for number, piece in enumerate(pieces):
        if piece is not None:
            found.append(
                SoundPiece(
                    piece.path,
                    piece.track,
                    piece.source_s,
                    sum(lengths_s[:number]),
                    piece.length_s,
                    piece.slack_s + number * _JOIN_SLACK_S,
                    checks_start=number == 0,
                    checks_end=number == len(pieces) - 1,
                )
            )
    return found
