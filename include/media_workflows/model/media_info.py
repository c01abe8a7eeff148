"""`MediaInfo`: what a media file holds, as the probe saw it."""

from __future__ import annotations

from media_workflows.model.base import Model


class VideoStream(Model):
    """`width` and `height` are coded pixels; the `display_*` ones are after pixel aspect and rotation."""

    index: int
    codec: str
    width: int
    height: int
    display_width: int
    display_height: int
    rotation: int
    fps: float
    pixel_format: str
    bitrate_bps: int = 0


class AudioStream(Model):
    """One audio track."""

    index: int
    codec: str
    sample_rate_hz: int
    channels: int
    bitrate_bps: int = 0


class MediaInfo(Model):
    """A file: container names as ffmpeg's demuxer gives them, duration in seconds, size in bytes."""

    container: str
    duration_s: float
    size_bytes: int
    bitrate_bps: int
    video: VideoStream | None = None
    audio: tuple[AudioStream, ...] = ()
