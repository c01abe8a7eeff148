"""`source.*`: the variables that describe the source of a run, and their values for one object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TypeAlias

from media_workflows.domain.conditions.variables import Value, ValueType, Variable
from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.naming import source_directory

BOOLEAN, INTEGER, NUMBER = ValueType.BOOLEAN, ValueType.INTEGER, ValueType.NUMBER
TEXT, TEXTS, TEXT_MAP = ValueType.TEXT, ValueType.TEXTS, ValueType.TEXT_MAP


@dataclass(frozen=True)
class SourceProperties:
    """What was read of a source: the object's head, and its tags and media info; None = not read."""

    key: str
    size_bytes: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] | None = None
    info: MediaInfo | None = None


Read: TypeAlias = Callable[[SourceProperties], Value | None]


def _of_info(read: Callable[[MediaInfo], Value | None]) -> Read:
    return lambda properties: None if properties.info is None else read(properties.info)


def _of_video(read: Callable[[VideoStream], Value | None]) -> Read:
    return _of_info(lambda info: None if info.video is None else read(info.video))


def _of_audio(read: Callable[[AudioStream], Value | None]) -> Read:
    return _of_info(lambda info: None if info.main_audio is None else read(info.main_audio))


def _extension(key: str) -> str:
    return PurePosixPath(key).suffix.removeprefix(".").lower()


def _container(properties: SourceProperties) -> str | None:
    """ffmpeg names some families of formats at once, as 'mov,mp4,m4a': the extension decides which is meant."""
    if properties.info is None:
        return None
    names = properties.info.container.split(",")
    return extension if (extension := _extension(properties.key)) in names else names[0]


def _bitrate_kbps(info: MediaInfo) -> float | None:
    return info.bitrate_bps / 1000 or None


# Every variable of the namespace: its name, type, unit, meaning, and how it is read (None = unknown for this file).
_REGISTERED: tuple[tuple[str, ValueType, str, str, Read], ...] = (
    ("key", TEXT, "", "key of the object", lambda source: source.key),
    ("name", TEXT, "", "file name with extension: `a.mp4` of `in/a.mp4`",
     lambda source: PurePosixPath(source.key).name),
    ("directory", TEXT, "", "directory with the last slash: `in/` of `in/a.mp4`; empty at the top of the bucket",
     lambda source: source_directory(source.key)),
    ("extension", TEXT, "", "extension in lower case, without the dot: `mp4`", lambda source: _extension(source.key)),
    ("size_bytes", INTEGER, "bytes", "size of the object", lambda source: source.size_bytes),
    ("metadata", TEXT_MAP, "", "user metadata of the object; names in lower case",
     lambda source: dict(source.metadata)),
    ("tags", TEXT_MAP, "", "tags of the object", lambda source: None if source.tags is None else dict(source.tags)),
    ("container", TEXT, "", "ffmpeg's name of the container: `mp4`, `mov`, `matroska`, `mpegts`, `asf`; where one name "
     "stands for several formats, the one that the extension names", _container),
    ("duration_s", NUMBER, "seconds", "duration", _of_info(lambda info: info.duration_s or None)),
    ("bitrate_kbps", NUMBER, "kbit/s", "bitrate of the whole file", _of_info(_bitrate_kbps)),
    ("has_video", BOOLEAN, "", "has a video track; a cover picture is none",
     _of_info(lambda info: info.video is not None)),
    ("has_audio", BOOLEAN, "", "has an audio track that can be decoded",
     _of_info(lambda info: info.main_audio is not None)),
    ("width", INTEGER, "pixels", "width of the video as displayed, after rotation and pixel aspect",
     _of_video(lambda video: video.display_width)),
    ("height", INTEGER, "pixels", "height of the video as displayed", _of_video(lambda video: video.display_height)),
    ("short_edge", INTEGER, "pixels", "the smaller of width and height: 1080 of 1920x1080 and of 1080x1920",
     _of_video(lambda video: min(video.display_width, video.display_height))),
    ("long_edge", INTEGER, "pixels", "the larger of width and height",
     _of_video(lambda video: max(video.display_width, video.display_height))),
    ("fps", NUMBER, "frames/s", "average frame rate", _of_video(lambda video: video.fps or None)),
    ("is_vfr", BOOLEAN, "", "the frame rate varies: more than 1 % of the frames are shown longer or shorter than "
     "the others; unknown where the times of the frames are not read, as of fragmented MP4, large Matroska "
     "files and more than 500,000 frames", _of_video(lambda video: video.is_vfr)),
    ("video_codec", TEXT, "", "codec of the video: `h264`, `hevc`, `av1`, `vp9`, `mpeg2video`",
     _of_video(lambda video: video.codec)),
    ("bit_depth", INTEGER, "bits", "bits of a colour component", _of_video(lambda video: video.bit_depth)),
    ("is_hdr", BOOLEAN, "", "the video is HDR10, HLG or Dolby Vision", _of_video(lambda video: video.hdr != "")),
    ("interlaced", BOOLEAN, "", "the video is interlaced", _of_video(lambda video: video.is_interlaced)),
    ("rotation", INTEGER, "degrees", "rotation that a player applies, counter-clockwise: 0, 90, 180 or 270",
     _of_video(lambda video: video.rotation % 360)),
    ("audio_codec", TEXT, "", "codec of the main audio track: `aac`, `ac3`, `mp3`, `opus`",
     _of_audio(lambda audio: audio.codec)),
    ("channels", INTEGER, "", "channels of the main audio track", _of_audio(lambda audio: audio.channels or None)),
    ("audio_tracks", INTEGER, "", "number of audio tracks", _of_info(lambda info: len(info.audio))),
    ("languages", TEXTS, "", "languages of the audio tracks as the file names them, as a rule by ISO 639-2: `eng`, "
     "`zho`; each once, without tracks that name none",
     _of_info(lambda info: list(dict.fromkeys(track.language for track in info.audio if track.language)))),
    ("subtitle_tracks", INTEGER, "", "number of subtitle tracks", _of_info(lambda info: len(info.subtitles))),
)  # fmt: skip

SOURCE = tuple(Variable(f"source.{name}", type_, meaning, unit) for name, type_, unit, meaning, _ in _REGISTERED)
METADATA, TAGS = "source.metadata", "source.tags"


def source_values(properties: SourceProperties) -> dict[str, Value]:
    """The values of `source.*` that are known."""
    found = ((f"source.{name}", read(properties)) for name, *_, read in _REGISTERED)
    return {name: value for name, value in found if value is not None}
