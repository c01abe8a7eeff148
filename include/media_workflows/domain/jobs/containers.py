"""The codecs that each container supports (the vendor's), and its file extension."""

from __future__ import annotations

from typing import Literal

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters

Container = Literal["mp4", "mov", "mkv", "webm", "ts", "flv", "hls", "mxf", "m4a", "mp3", "flac", "ogg", "wav"]

VIDEO_CODECS: dict[str, frozenset[str]] = {
    "mp4": frozenset({"h264", "h265", "h266", "av1", "copy"}),
    "mov": frozenset({"h264", "h265", "prores", "copy"}),
    "mkv": frozenset({"h264", "h265", "h266", "av1", "vp8", "vp9", "prores", "copy"}),
    "webm": frozenset({"vp8", "vp9", "av1", "copy"}),
    "ts": frozenset({"h264", "h265", "copy"}),
    "flv": frozenset({"h264", "h265", "copy"}),
    "hls": frozenset({"h264", "h265", "av1", "copy"}),
    "mxf": frozenset({"mpeg2", "dnxhd", "copy"}),
}
AUDIO_CODECS: dict[str, frozenset[str]] = {
    "mp4": frozenset({"aac", "he-aac", "mp3", "mp2", "ac3", "eac3", "flac", "opus", "copy"}),
    "mov": frozenset({"aac", "he-aac", "mp3", "ac3", "eac3", "pcm", "copy"}),
    "mkv": frozenset({"aac", "he-aac", "mp3", "mp2", "ac3", "eac3", "flac", "opus", "vorbis", "pcm", "copy"}),
    "webm": frozenset({"opus", "vorbis", "copy"}),
    "ts": frozenset({"aac", "he-aac", "mp3", "mp2", "ac3", "eac3", "copy"}),
    "flv": frozenset({"aac", "mp3", "copy"}),
    "hls": frozenset({"aac", "he-aac", "mp3", "ac3", "eac3", "copy"}),
    "mxf": frozenset({"pcm", "copy"}),
    "m4a": frozenset({"aac", "he-aac", "copy"}),
    "mp3": frozenset({"mp3", "copy"}),
    "flac": frozenset({"flac", "copy"}),
    "ogg": frozenset({"opus", "vorbis", "flac", "copy"}),
    "wav": frozenset({"pcm", "copy"}),
}
# The containers that support several audio tracks.
MANY_TRACKS = frozenset({"mp4", "mov", "mkv", "ts", "mxf"})
# The containers that hold text subtitles, and their codec there.
TEXT_CODECS = {"mkv": "subrip", "mp4": "mov_text", "mov": "mov_text", "webm": "webvtt"}
_FILE_FORMATS = {"hls": "m3u8"}  # {format} when it is not the container's own name


def file_format(container: str) -> str:
    """The file extension of a container."""
    return _FILE_FORMATS.get(container, container)


def codec_problem(
    container: str, video: VideoParameters | None, audio: AudioParameters | None
) -> InvalidValueError | None:
    """Why the container does not support these streams; None = it does."""
    if video is not None and container not in VIDEO_CODECS:
        return invalid("container '{container}' is audio only: leave out `video`", container=container)
    if video is None and container == "mxf":
        return invalid("container 'mxf' requires a video: set `video`, or choose 'wav' for audio alone")
    for kind, stream, rules in (("video", video, VIDEO_CODECS), ("audio", audio, AUDIO_CODECS)):
        if stream is not None and stream.codec not in rules[container]:
            return invalid(
                "container '{container}' supports the {kind} codecs {choices}; got '{codec}'",
                container=container,
                kind=kind,
                choices=", ".join(sorted(rules[container])),
                codec=stream.codec,
            )
    if audio is not None and audio.tracks == "all" and container not in MANY_TRACKS:
        return invalid(
            "container '{container}' supports one audio track only: leave out `tracks`, or choose one of: {choices}",
            container=container,
            choices=", ".join(sorted(MANY_TRACKS)),
        )
    return None
