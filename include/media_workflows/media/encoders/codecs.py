"""Encoder options of a rendition, and the codecs that a container supports for a copy."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters
from media_workflows.domain.media_info import AudioStream, VideoStream
from media_workflows.errors import MediaError
from media_workflows.media.encoders import audio as audio_encoders
from media_workflows.media.encoders import hardware
from media_workflows.media.encoders import video as video_encoders

# Codecs that `codec: copy` may put into a container. mkv, absent here, supports all.
_ISO_VIDEO = {"h264", "hevc", "av1", "vp9", "mpeg4", "mpeg2video", "vvc", "mjpeg"}
_ISO_AUDIO = {"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac", "mp2"}
_TS_VIDEO, _TS_AUDIO = {"h264", "hevc", "mpeg2video", "mpeg4", "vvc"}, {"aac", "mp3", "mp2", "ac3", "eac3"}
_PCM = {"pcm_s16le", "pcm_s24le", "pcm_s32le"}
_TAKES: dict[str, set[str]] = {
    "mp4": _ISO_VIDEO | _ISO_AUDIO,
    "mov": {"h264", "hevc", "mpeg4", "mpeg2video", "mjpeg", "prores", "aac", "mp3", "ac3", "eac3", "alac"} | _PCM,
    "ts": _TS_VIDEO | _TS_AUDIO,
    "hls": {"h264", "hevc", "av1", "aac", "mp3", "ac3", "eac3"},
    "flv": {"h264", "hevc", "flv1", "aac", "mp3"},
    "webm": {"vp8", "vp9", "av1", "opus", "vorbis"},
    "mxf": {"mpeg2video", "dnxhd", "pcm_s16le", "pcm_s24le"},
    "m4a": {"aac", "alac"},
    "mp3": {"mp3"},
    "flac": {"flac"},
    "ogg": {"opus", "vorbis", "flac"},
    "wav": _PCM | {"pcm_u8", "pcm_f32le"},
}


def video_options(parameters: VideoParameters, video: VideoStream, container: str) -> dict[str, Any]:
    """Output options of the video stream. Raises MediaError when a copy does not fit the container."""
    codec = parameters.codec
    if codec == "copy":
        _require_fit(video.codec, container, "video")
    is_h265 = video.codec == "hevc" if codec == "copy" else codec == "h265"
    # Apple players show nothing for hev1, ffmpeg's default tag.
    tag = {"tag:v": "hvc1"} if is_h265 and container in ("mp4", "mov", "hls") else {}
    return {**({"c:v": "copy"} if codec == "copy" else _encoders(parameters).options(parameters, video)), **tag}


def pixel_format(parameters: VideoParameters) -> str:
    """The pixel format of the encoder's input."""
    return str(_encoders(parameters).pixel_format(parameters))


def _encoders(parameters: VideoParameters) -> ModuleType:
    return video_encoders if parameters.encoder == "software" else hardware


def audio_options(parameters: AudioParameters, audio: AudioStream, container: str) -> dict[str, Any]:
    """Output options of an audio stream. Raises MediaError when a copy does not fit the container."""
    if parameters.codec == "copy":
        _require_fit(audio.codec, container, "audio")
        return {"c:a": "copy"}
    return audio_encoders.options(parameters, audio, container)


def can_hold(container: str, codec: str) -> bool:
    """Whether `codec: copy` may put a stream of this codec into a container."""
    return container not in _TAKES or codec in _TAKES[container]


def _require_fit(codec: str, container: str, type_: str) -> None:
    if not can_hold(container, codec):
        raise MediaError(
            "the {type} of the source is {codec}, which {container} cannot hold as it is; choose a codec other than "
            "'copy'",
            type=type_,
            codec=codec,
            container=container,
        )
