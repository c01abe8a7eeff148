"""Encoder options of a rendition, and which source codecs a container takes as they are."""

from __future__ import annotations

from typing import Any

from media_workflows.errors import MediaError
from media_workflows.model.jobs.streams import AudioParameters, VideoParameters
from media_workflows.model.media_info import AudioStream, VideoStream

_ENCODERS = {"h264": "libx264", "h265": "libx265", "aac": "aac", "mp3": "libmp3lame"}
_MP3_RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_FLV_MP3_RATES_HZ = (11025, 22050, 44100)

# Peak over average: enough for scene changes, little enough for players that buffer two seconds.
_PEAK = 1.5
_BUFFER_S = 2

# What `codec: copy` may put into a container. mkv, absent here, takes anything.
_ISO_VIDEO = {"h264", "hevc", "av1", "vp9", "mpeg4", "mpeg2video", "vvc", "mjpeg"}
_ISO_AUDIO = {"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac", "mp2"}
_TS_VIDEO, _TS_AUDIO = {"h264", "hevc", "mpeg2video", "mpeg4", "vvc"}, {"aac", "mp3", "mp2", "ac3", "eac3"}
_TAKES: dict[str, set[str]] = {
    "mp4": _ISO_VIDEO | _ISO_AUDIO,
    "mov": {"h264", "hevc", "mpeg4", "mpeg2video", "mjpeg", "prores", "aac", "mp3", "ac3", "eac3", "alac", "pcm_s16le"},
    "ts": _TS_VIDEO | _TS_AUDIO,
    "hls": {"h264", "hevc", "aac", "mp3", "ac3", "eac3"},
    "flv": {"h264", "flv1", "aac", "mp3"},
    "m4a": {"aac", "alac"},
    "mp3": {"mp3"},
}


def video_options(parameters: VideoParameters, video: VideoStream, container: str) -> dict[str, Any]:
    """Output options of the video stream. Raises MediaError when a copy does not fit the container."""
    codec = parameters.codec
    if codec == "copy":
        _require_fit(video.codec, container, "video")
    is_h265 = video.codec == "hevc" if codec == "copy" else codec == "h265"
    # Apple players show nothing for hev1, ffmpeg's default tag.
    tag = {"tag:v": "hvc1"} if is_h265 and container in ("mp4", "mov") else {}
    if codec == "copy":
        return {"c:v": "copy", **tag}
    encoder = {"c:v": _ENCODERS[codec], **tag}
    return {**encoder, **_rate_control(parameters), **_structure(parameters), **_timing(parameters)}


def _rate_control(parameters: VideoParameters) -> dict[str, Any]:
    """Constant quality as asked, an average with a bounded peak, or the encoder's own quality default."""
    if parameters.crf is not None:
        return {"crf": parameters.crf}
    if not parameters.bitrate_kbps:
        return {}
    average = parameters.bitrate_kbps
    return {"b:v": f"{average}k", "maxrate": f"{round(average * _PEAK)}k", "bufsize": f"{average * _BUFFER_S}k"}


def _structure(parameters: VideoParameters) -> dict[str, Any]:
    options: dict[str, Any] = {"g": parameters.gop_frames} if parameters.gop_frames else {}
    # 8-bit H.265 has one profile, main, and x265 chooses it: the H.264 names mean nothing to it.
    if parameters.profile != "default" and parameters.codec == "h264":
        options["profile:v"] = parameters.profile
    if parameters.codec == "h265":
        options["x265-params"] = "log-level=error"  # x265 logs past ffmpeg's own log level
    return options


def _timing(parameters: VideoParameters) -> dict[str, Any]:
    """A rate of 0 keeps every frame at its own time, which matters for phone clips of varying rate."""
    return {"fps_mode": "cfr"} if parameters.fps else {"fps_mode": "vfr", "enc_time_base": "filter"}


def audio_options(parameters: AudioParameters, audio: AudioStream, container: str) -> dict[str, Any]:
    """Output options of the audio stream. Raises MediaError when a copy does not fit the container."""
    if parameters.codec == "copy":
        _require_fit(audio.codec, container, "audio")
        return {"c:a": "copy"}
    options: dict[str, Any] = {"c:a": _ENCODERS[parameters.codec]}
    if parameters.bitrate_kbps:
        options["b:a"] = f"{parameters.bitrate_kbps}k"
    if channels := _channels(parameters, audio):
        options["ac"] = channels
    if rate := _sample_rate_hz(parameters, audio, container):
        options["ar"] = rate
    return options


def _channels(parameters: AudioParameters, audio: AudioStream) -> int:
    asked = parameters.channels or audio.channels
    return min(asked, 2) if parameters.codec == "mp3" else parameters.channels  # MP3 knows mono and stereo


def _sample_rate_hz(parameters: AudioParameters, audio: AudioStream, container: str) -> int:
    """The asked rate, or the nearest one MP3 (and MP3 in FLV) has. 0 = as the source."""
    if parameters.codec != "mp3":
        return parameters.sample_rate_hz
    wanted = parameters.sample_rate_hz or audio.sample_rate_hz
    return min(_FLV_MP3_RATES_HZ if container == "flv" else _MP3_RATES_HZ, key=lambda rate: abs(rate - wanted))


def _require_fit(codec: str, container: str, what: str) -> None:
    if container in _TAKES and codec not in _TAKES[container]:
        raise MediaError(
            f"the source's {what} is {codec}, which {container} cannot hold as it is; choose a codec other than 'copy'"
        )
