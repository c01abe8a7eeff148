"""`SoundExpectation`: channels, sample rate and source segments of an output's audio track. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.media_info import AudioStream
from media_workflows.media.encoders import audio as audio_encoders
from media_workflows.media.filters.loudness import Normalised
from media_workflows.media.source.sound_segment import SoundSegment

# dB that a codec may change a channel's level below 4 kHz, by kbit/s for each channel.
_TOLERANCES_DB = ((64, 3.0), (32, 4.0), (0, 8.0))
_UNKNOWN_KBPS = 48  # an encoder's own choice


@dataclass(frozen=True)
class SoundExpectation:
    """One audio track of an output. 0 = the encoder chooses, not checked.

    `premix_layout` is a channel layout that the sound is mixed to before it gets that of the output ('' = none).
    `normalised` changes the level of the source's sound. `is_mixed`: by factors of the parameters, so that levels are
    not those of the source.
    """

    channels: int
    layouts: frozenset[str]
    sample_rate_hz: int
    tolerance_db: float
    segments: tuple[SoundSegment, ...]
    premix_layout: str = ""
    is_copy: bool = False
    normalised: Normalised | None = None
    is_mixed: bool = False


_LAYOUTS = {1: frozenset({"mono"}), 2: frozenset({"stereo"}), 6: frozenset({"5.1", "5.1(side)"}), 8: frozenset({"7.1"})}


def expected_sound(
    parameters: AudioParameters,
    track: AudioStream,
    container: str,
    segments: Sequence[SoundSegment],
    premix_layout: str = "",
    normalised: Normalised | None = None,
) -> SoundExpectation:
    """The output track that these parameters make of `track`, whose loudness may be normalised."""
    if parameters.codec == "copy":
        return SoundExpectation(0, frozenset(), 0, _TOLERANCES_DB[0][1], tuple(segments), is_copy=True)
    channels, rate_hz = audio_encoders.form(parameters, track, container)
    if premix_layout:
        channels, rate_hz = channels if parameters.channels else 0, 0
    layouts = _LAYOUTS.get(channels, frozenset[str]()) if parameters.channels else frozenset[str]()
    if parameters.codec == "he-aac" and channels == 1:
        # Mono with band replication may have parametric stereo: ffmpeg's decoder gives two channels for it.
        channels, layouts = 0, frozenset()
    kbps = (parameters.bitrate_kbps or _UNKNOWN_KBPS * channels) / (channels or track.channels or 1)
    if parameters.codec in ("flac", "pcm"):
        kbps = _TOLERANCES_DB[0][0]
    tolerance_db = next(tolerance for least, tolerance in _TOLERANCES_DB if kbps >= least)
    return SoundExpectation(
        channels,
        layouts,
        rate_hz,
        tolerance_db,
        tuple(segments),
        premix_layout,
        normalised=normalised,
        is_mixed=bool(parameters.channel_mix),
    )
