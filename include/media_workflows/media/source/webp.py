"""Reader of animated WebP (a RIFF file), which PyAV's ffmpeg does not decode, for verification."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import av
from av.error import FFmpegError

from media_workflows.domain.media_info import MediaInfo, VideoStream
from media_workflows.errors import UnreadableSourceError
from media_workflows.media.source import sniff

_FRAME_HEADER_BYTES = 16
_ALPHA_FLAG = 0x10
_HEAD_BYTES = 64  # the ANIM chunk of an animation follows the header


def probe_animation(path: Path) -> MediaInfo:
    """The media info of an animated WebP; its first frame is decoded. Raises UnreadableSourceError."""
    try:
        return _described(path.read_bytes())
    except (struct.error, FFmpegError, IndexError) as error:
        raise UnreadableSourceError("the file is not a readable animated WebP: {cause}", cause=error) from error


def is_still(path: Path) -> bool:
    """Whether a WebP holds one picture: the encoder writes that for an animation of equal frames."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return head[:4] == b"RIFF" and not sniff.is_animated_webp(head)


def frame_durations_ms(data: bytes) -> list[int]:
    """The display time of each frame, in milliseconds."""
    return [int.from_bytes(body[12:15], "little") for name, body in _chunks(data[12:]) if name == b"ANMF"]


def _described(data: bytes) -> MediaInfo:
    frames = [body for name, body in _chunks(data[12:]) if name == b"ANMF"]
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or not frames:
        raise UnreadableSourceError("the file is not an animated WebP")
    width, height = _decoded_size(frames[0])
    duration_s = sum(frame_durations_ms(data)) / 1000
    video = VideoStream(
        index=0,
        codec="webp",
        width=width,
        height=height,
        display_width=width,
        display_height=height,
        rotation=0,
        fps=round(len(frames) / duration_s, 3) if duration_s else 0.0,
        pixel_format="yuv420p",
    )
    bitrate = round(len(data) * 8 / duration_s) if duration_s else 0
    return MediaInfo(container="webp", duration_s=duration_s, size_bytes=len(data), bitrate_bps=bitrate, video=video)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name, body) of each RIFF chunk; a chunk cut short raises struct.error."""
    position = 0
    while position + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        body = data[position + 8 : position + 8 + size]
        if len(body) < size:
            raise struct.error(f"chunk {name!r} is cut short")
        yield name, body
        position += 8 + size + size % 2


def _decoded_size(frame: bytes) -> tuple[int, int]:
    """The width and height in pixels of an animation frame, decoded as a still picture."""
    decoder = av.CodecContext.create("webp", "r")
    for picture in decoder.decode(av.Packet(_still(frame))):
        return picture.width, picture.height
    raise UnreadableSourceError("the first frame of the animated WebP does not decode")


def _still(frame: bytes) -> bytes:
    """A still WebP of the frame's picture chunks; alpha requires the extended header."""
    picture = frame[_FRAME_HEADER_BYTES:]
    if any(name == b"ALPH" for name, _ in _chunks(picture)):
        size = frame[6:12]  # width - 1 and height - 1, 24 bits each, as the extended header has them
        picture = struct.pack("<4sIB3x", b"VP8X", 10, _ALPHA_FLAG) + size + picture
    return struct.pack("<4sI4s", b"RIFF", len(picture) + 4, b"WEBP") + picture
