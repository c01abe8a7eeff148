"""Options of the audio encoders, from what a recipe asks."""

from __future__ import annotations

from typing import Any

from media_workflows.model.jobs.streams import AudioParameters
from media_workflows.model.media_info import AudioStream

_ENCODERS = {
    "aac": "aac",
    "mp3": "libmp3lame",
    "mp2": "mp2",
    "ac3": "ac3",
    "eac3": "eac3",
    "flac": "flac",
    "opus": "libopus",
    "vorbis": "libvorbis",
    "pcm": "pcm_s16le",
}
_MP3_RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_FLV_MP3_RATES_HZ = (11025, 22050, 44100)
_MXF_RATE_HZ = 48_000  # the one rate MXF holds
# The most channels of a codec; those that are not here take eight.
_MOST_CHANNELS = {"mp3": 2, "mp2": 2, "ac3": 6, "eac3": 6}
_EIGHT = 8


def options(parameters: AudioParameters, audio: AudioStream, container: str) -> dict[str, Any]:
    """The encoder and all it is told."""
    asked: dict[str, Any] = {"c:a": _ENCODERS[parameters.codec]}
    if parameters.bitrate_kbps:
        asked["b:a"] = f"{parameters.bitrate_kbps}k"
    if channels := _channels(parameters, audio):
        asked["ac"] = channels
    if rate := _sample_rate_hz(parameters, audio, container):
        asked["ar"] = rate
    return asked


def _channels(parameters: AudioParameters, audio: AudioStream) -> int:
    """0 = as the source. Opus and Vorbis are told always: they know one order of channels, not the source's."""
    most = _MOST_CHANNELS.get(parameters.codec, _EIGHT)
    if parameters.channels or parameters.codec in ("opus", "vorbis") or audio.channels > most:
        return min(parameters.channels or audio.channels, most)
    return 0


def _sample_rate_hz(parameters: AudioParameters, audio: AudioStream, container: str) -> int:
    """The asked rate, or the nearest one MP3 (and MP3 in FLV) has. 0 = as the source."""
    if container == "mxf":
        return _MXF_RATE_HZ
    if parameters.codec != "mp3":
        return parameters.sample_rate_hz
    wanted = parameters.sample_rate_hz or audio.sample_rate_hz
    return min(_FLV_MP3_RATES_HZ if container == "flv" else _MP3_RATES_HZ, key=lambda rate: abs(rate - wanted))
