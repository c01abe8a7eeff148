"""Which codecs each container takes (reference 3.3) and what its files are called."""

from __future__ import annotations

from typing import Literal

from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters

Container = Literal["mp4", "mov", "mkv", "webm", "ts", "flv", "hls", "mxf", "m4a", "mp3", "flac", "ogg", "wav"]

VIDEO_CODECS: dict[str, frozenset[str]] = {
    "mp4": frozenset({"h264", "h265", "h266", "av1", "copy"}),
    "mov": frozenset({"h264", "h265", "copy"}),
    "mkv": frozenset({"h264", "h265", "h266", "av1", "vp8", "vp9", "copy"}),
    "webm": frozenset({"vp8", "vp9", "av1", "copy"}),
    "ts": frozenset({"h264", "h265", "copy"}),
    "flv": frozenset({"h264", "h265", "copy"}),
    "hls": frozenset({"h264", "h265", "av1", "copy"}),
    "mxf": frozenset({"mpeg2", "dnxhd", "copy"}),
}
AUDIO_CODECS: dict[str, frozenset[str]] = {
    "mp4": frozenset({"aac", "mp3", "mp2", "ac3", "eac3", "flac", "opus", "copy"}),
    "mov": frozenset({"aac", "mp3", "ac3", "eac3", "pcm", "copy"}),
    "mkv": frozenset({"aac", "mp3", "mp2", "ac3", "eac3", "flac", "opus", "vorbis", "pcm", "copy"}),
    "webm": frozenset({"opus", "vorbis", "copy"}),
    "ts": frozenset({"aac", "mp3", "mp2", "ac3", "eac3", "copy"}),
    "flv": frozenset({"aac", "mp3", "copy"}),
    "hls": frozenset({"aac", "mp3", "ac3", "eac3", "copy"}),
    "mxf": frozenset({"pcm", "copy"}),
    "m4a": frozenset({"aac", "copy"}),
    "mp3": frozenset({"mp3", "copy"}),
    "flac": frozenset({"flac", "copy"}),
    "ogg": frozenset({"opus", "vorbis", "flac", "copy"}),
    "wav": frozenset({"pcm", "copy"}),
}
# The containers that hold several audio tracks.
MANY_TRACKS = frozenset({"mp4", "mov", "mkv", "ts", "mxf"})
_FILE_FORMATS = {"hls": "m3u8"}  # {format} when it is not the container's own name


def file_format(container: str) -> str:
    """The file name's extension."""
    return _FILE_FORMATS.get(container, container)


def codec_fault(container: str, video: VideoParameters | None, audio: AudioParameters | None) -> str:
    """What keeps these streams out of the container; '' = nothing."""
    if video is not None and container not in VIDEO_CODECS:
        return f"container '{container}' is audio only: leave out `video`"
    if video is None and container == "mxf":
        return "container 'mxf' wants a video: give `video`, or choose 'wav' for sound alone"
    for kind, stream, rules in (("video", video, VIDEO_CODECS), ("audio", audio, AUDIO_CODECS)):
        if stream is not None and stream.codec not in rules[container]:
            return f"container '{container}' takes {kind} codec {sorted(rules[container])}, got '{stream.codec}'"
    if audio is not None and audio.tracks == "all" and container not in MANY_TRACKS:
        return f"container '{container}' holds one audio track: leave out `tracks`, or choose {sorted(MANY_TRACKS)}"
    return ""
