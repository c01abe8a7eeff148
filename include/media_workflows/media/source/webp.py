"""Reader of animated WebP, which PyAV's ffmpeg does not decode. For verification: as a source it is refused."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from media_workflows.domain.media_info import MediaInfo, VideoStream
from media_workflows.errors import UnreadableSourceError
from media_workflows.media.source import sniff

_HEAD_BYTES = 64  # the ANIM chunk of an animation follows the header


def is_still(path: Path) -> bool:
    """Whether a WebP holds one picture: the encoder writes that for an animation of equal frames."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return head[:4] == b"RIFF" and not sniff.is_animated_webp(head)


def probe_animation(path: Path) -> MediaInfo:
    """The media info of an animated WebP; all its frames are decoded. Raises UnreadableSourceError."""
    try:
        with Image.open(path, formats=("WEBP",)) as picture:
            frames: int = getattr(picture, "n_frames", 1)
            picture.seek(frames - 1)
            picture.load()
            duration_s = (picture.info["timestamp"] + picture.info["duration"]) / 1000
            width, height = picture.size
    except (OSError, EOFError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadableSourceError("the file is not a readable animated WebP: {cause}", cause=error) from error
    video = VideoStream(
        index=0,
        codec="webp",
        width=width,
        height=height,
        display_width=width,
        display_height=height,
        rotation=0,
        fps=round(frames / duration_s, 3) if duration_s else 0.0,
        pixel_format="yuv420p",
    )
    size_bytes = path.stat().st_size
    bitrate = round(size_bytes * 8 / duration_s) if duration_s else 0
    return MediaInfo(container="webp", duration_s=duration_s, size_bytes=size_bytes, bitrate_bps=bitrate, video=video)
