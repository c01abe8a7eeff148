"""The adaptive bitrate preset (the vendor's)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingParameters, StreamParameters
from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters

Preset = tuple[int, str, AdaptiveDynamicStreamingParameters]


class _Rung(NamedTuple):
    height: int
    video_kbps: int


_LADDER = (_Rung(240, 256), _Rung(480, 512), _Rung(720, 512), _Rung(1080, 1024), _Rung(1440, 3072), _Rung(2160, 6144))
_FPS = 24


def _stream(rung: _Rung) -> StreamParameters:
    # The vendor gives no sample rate and channels: these are those of its transcode presets.
    audio = AudioParameters(codec="aac", bitrate_kbps=48, sample_rate_hz=44_100, channels=2)
    video = VideoParameters(codec="h264", fps=_FPS, bitrate_kbps=rung.video_kbps, height=rung.height)
    return StreamParameters(video=video, audio=audio)


def adaptive_presets() -> Iterator[Preset]:
    """(id, name, parameters) of each preset."""
    streams = [_stream(rung) for rung in _LADDER]
    hls = AdaptiveDynamicStreamingParameters(format="hls", streams=streams, disable_higher_video_resolution=True)
    yield 10, "HLS 240p to 2160p, no upscaling", hls
