"""Options of the audio encoders, from an item's parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from media_workflows.domain.jobs.stream_limits import HE_AAC_CHANNEL_KBPS, TS_AAC_CHANNELS
from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.media_info import AudioStream
from media_workflows.domain.notice import Notice
from media_workflows.media.source.language_codes import written_language

ENCODERS = {
    "aac": "aac",
    "he-aac": "libfdk_aac",  # ffmpeg's own encoder has no spectral band replication
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
_HE_AAC_RATES_HZ = (32_000, 44_100, 48_000)
_CONTAINER_MP3_RATES_HZ = {"flv": (11025, 22050, 44100), "mp4": _MP3_RATES_HZ[3:], "mov": _MP3_RATES_HZ[3:]}
_MXF_RATE_HZ = 48_000  # the one rate MXF holds
# Vorbis gets a quality instead of a bitrate, because libvorbis refuses bitrates that do not fit the channels and sample
# rate: its qualities with their bitrates at 44.1 kHz stereo, by the Vorbis documentation.
_VORBIS_KBPS = {-1: 45, 0: 64, 1: 80, 2: 96, 3: 112, 4: 128, 5: 160, 6: 192, 7: 224, 8: 256, 9: 320}
# MPEG Layer II has these rates (ISO 11172-3); below 32 kHz those of ISO 13818-3.
_MP2_HIGH_RATE_HZ = 32_000
_MP2_KBPS = (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_MP2_LOW_KBPS = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MAX_KBPS_PER_CHANNEL = {"opus": 256, "he-aac": HE_AAC_CHANNEL_KBPS}  # the encoders refuse more
# The maximum number of channels of a codec; others support eight.
_MAX_CHANNELS = {"mp3": 2, "mp2": 2, "ac3": 6, "eac3": 6, "he-aac": 6}
_EIGHT = 8
# Layouts with a channel order in Opus and Vorbis (RFC 7845, 5.1.1.2; Vorbis I, 4.3.9); others are mixed to one.
_MAPPED_LAYOUTS = frozenset({"mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1"})


def options(parameters: AudioParameters, audio: AudioStream, container: str) -> dict[str, Any]:
    """The encoder and its options."""
    chosen: dict[str, Any] = {"c:a": ENCODERS[parameters.codec]}
    if parameters.codec == "he-aac":
        chosen["profile:a"] = "aac_he"
    chosen |= _bitrate(parameters, audio, container)
    if channels := _channels(parameters, audio, container):
        chosen["ac"] = channels
    if rate := _sample_rate_hz(parameters, audio, container):
        chosen["ar"] = rate
    return chosen


# Sample rates that an encoder supports; others are resampled to the nearest, which is not checked.
_RATES_HZ = {
    "aac": frozenset({7350, 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000}),
    "mp2": frozenset({16000, 22050, 24000, 32000, 44100, 48000}),
    "ac3": frozenset({32000, 44100, 48000}),
    "eac3": frozenset({32000, 44100, 48000}),
}
_OPUS_DECODED_HZ = 48_000
_USUAL_CHANNELS = frozenset({1, 2, 6, 8})  # encoders may choose another layout for other numbers


def form(parameters: AudioParameters, audio: AudioStream, container: str) -> tuple[int, int]:
    """Channels and sample rate (Hz) that a decoder finds in the output; 0 = as the encoder chooses."""
    channels = _channels(parameters, audio, container) or audio.channels
    rate = _sample_rate_hz(parameters, audio, container) or audio.sample_rate_hz
    if parameters.codec == "opus":
        rate = _OPUS_DECODED_HZ
    known_rates = _RATES_HZ.get(parameters.codec)
    return channels if channels in _USUAL_CHANNELS else 0, 0 if known_rates and rate not in known_rates else rate


def _bitrate(parameters: AudioParameters, audio: AudioStream, container: str) -> dict[str, Any]:
    """The requested bitrate, or the nearest that the codec supports."""
    kbps = parameters.bitrate_kbps
    if not kbps:
        return {}
    if parameters.codec == "vorbis":
        return {"q:a": _nearest(_VORBIS_KBPS, kbps)}
    if parameters.codec == "mp2":
        is_low = (parameters.sample_rate_hz or audio.sample_rate_hz) < _MP2_HIGH_RATE_HZ
        rates = _MP2_LOW_KBPS if is_low else _MP2_KBPS
        kbps = min(rates, key=lambda rate: abs(rate - kbps))
    if most_kbps := _MAX_KBPS_PER_CHANNEL.get(parameters.codec):
        kbps = min(kbps, most_kbps * (_channels(parameters, audio, container) or audio.channels))
    return {"b:a": f"{kbps}k"}


def _nearest(kbps_by_quality: dict[int, int], kbps: int) -> int:
    return min(kbps_by_quality, key=lambda quality: abs(kbps_by_quality[quality] - kbps))


def _channels(parameters: AudioParameters, audio: AudioStream, container: str) -> int:
    """The number of channels to set; 0 = as the source."""
    supported = _supported_channels(parameters, audio, container)
    needs_mix = parameters.codec in ("opus", "vorbis") and audio.channel_layout not in _MAPPED_LAYOUTS
    return supported if parameters.channels or needs_mix or supported < audio.channels else 0


def _supported_channels(parameters: AudioParameters, audio: AudioStream, container: str) -> int:
    """The requested number of channels, or the most that the codec supports in this container."""
    requested = parameters.channels or audio.channels
    if parameters.codec == "aac" and container == "ts" and requested >= _EIGHT:
        return TS_AAC_CHANNELS
    return min(requested, _MAX_CHANNELS.get(parameters.codec, _EIGHT))


def channel_notices(
    parameters: AudioParameters | None, tracks: Sequence[AudioStream], container: str
) -> Iterator[Notice]:
    """A notice for each number of channels that is mixed to fewer: the codec does not support it in this container."""
    if parameters is None or parameters.codec == "copy":
        return
    codec = parameters.codec
    mixed = {
        parameters.channels or track.channels: _supported_channels(parameters, track, container) for track in tracks
    }
    for channels, most in mixed.items():
        if most < channels:
            yield Notice(
                code="ChannelsMixed",
                message=f"{codec} in {container} has {most} channels at most: {channels} are mixed to {most}",
                parameters={"codec": codec, "container": container, "channels": channels, "most": most},
            )


def _sample_rate_hz(parameters: AudioParameters, audio: AudioStream, container: str) -> int:
    """The requested rate, or the nearest that MP3 (in this container) or HE-AAC supports. 0 = as the source."""
    if container == "mxf":
        return _MXF_RATE_HZ
    if parameters.codec not in ("mp3", "he-aac"):
        return parameters.sample_rate_hz
    requested = parameters.sample_rate_hz or audio.sample_rate_hz
    rates = _HE_AAC_RATES_HZ if parameters.codec == "he-aac" else _CONTAINER_MP3_RATES_HZ.get(container, _MP3_RATES_HZ)
    return min(rates, key=lambda rate: abs(rate - requested))


def label_options(
    parameters: AudioParameters, tracks: Sequence[AudioStream], first: int, container: str
) -> dict[str, str]:
    """Metadata options for language and name of the tracks, by default the source's; `first` is the first stream.

    The two name a stream in different ways, because ffmpeg-python accepts an option once.
    """
    labels: dict[str, str] = {}
    for number, track in enumerate(tracks):
        if language := written_language(parameters.language or track.language, container):
            labels[f"metadata:s:a:{number}"] = f"language={language}"
        if name := parameters.name or track.title:
            labels[f"metadata:s:{first + number}"] = f"title={name}"
    return labels


def disposition_options(tracks: Sequence[AudioStream]) -> dict[str, str]:
    """Options for whom encoded tracks are: ffmpeg drops it in filters. Without a default one the first becomes it."""
    has_default = any(track.is_default for track in tracks)
    found: dict[str, str] = {}
    for number, track in enumerate(tracks):
        flags = {
            "default": track.is_default or (number == 0 and not has_default),
            "visual_impaired": track.is_visual_impaired,
            "hearing_impaired": track.is_hearing_impaired,
            "comment": track.is_commentary,
        }
        found[f"disposition:a:{number}"] = "+".join(name for name, applies in flags.items() if applies) or "0"
    return found
