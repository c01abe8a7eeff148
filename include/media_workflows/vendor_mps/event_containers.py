"""The container of a file in one word, from the list of names that ffmpeg's demuxer has. Pure."""

from __future__ import annotations

from pathlib import PurePosixPath

from media_workflows.domain.media_info import MediaInfo

# The words of each demuxer; the first is that of a file whose extension is none of them.
_WORDS = {
    "mov": ("mp4", "mov", "m4v", "m4a", "3gp", "3g2", "mj2", "f4v", "qt"),
    "matroska": ("mkv", "webm", "mka"),
    "mpegts": ("ts", "mts", "m2ts"),
    "mpeg": ("mpg", "mpeg", "vob"),
    "asf": ("wmv", "asf", "wma"),
    "rm": ("rmvb", "rm", "ra"),
    "ogg": ("ogg", "ogv", "oga", "opus"),
}


def container_word(info: MediaInfo | None, key: str) -> str:
    """'mov,mp4,m4a,3gp,3g2,mj2' of 'in/a.mp4' -> 'mp4'; '' = not probed."""
    if info is None or not info.container:
        return ""
    names = info.container.split(",")
    words = _WORDS.get(names[0], tuple(names))
    extension = PurePosixPath(key).suffix.removeprefix(".").lower()
    return extension if extension in words else words[0]
