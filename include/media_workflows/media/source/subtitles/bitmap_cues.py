"""Bitmap subtitles (PGS) as pictures for OCR, read in a child process."""

from __future__ import annotations

import contextlib
import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError
from av.packet import Packet
from PIL import Image

from media_workflows.errors import LimitExceededError, MediaError
from media_workflows.media.source.formats import open_options
from media_workflows.media.source.isolated import isolated
from media_workflows.media.source.pyav import packets

READABLE_CODEC = "hdmv_pgs_subtitle"
_MAX_BYTES = 256 * 1024**2  # of all pictures of a track: a film of two hours has about 20 MiB
_LAST_S = 5.0  # of a picture that no later one replaces
_MARGIN_PX = 16  # around the text: detection misses letters at the edge
# Segments of a PGS packet: type (1 byte), size (2); US patent 20090185789, which describes the format.
_PALETTE, _COMPOSITION = 0x14, 0x16
_SEGMENT_HEAD, _PALETTE_HEAD, _ENTRY = 3, 2, 5  # bytes
_COLOURS = 256


@dataclass(frozen=True)
class BitmapCue:
    """A picture of text in PNG, white or grey on black, shown from `start_s` to `end_s` seconds of the file.

    `top` is that of the text as a share of the picture's height.
    """

    start_s: float
    end_s: float
    png: bytes
    top: float


@isolated
def read_bitmaps(path: Path, index: int) -> tuple[BitmapCue, ...]:
    """The pictures of the PGS track `index`. Raises MediaError, or LimitExceededError for too many pictures."""
    try:
        with av.open(str(path), mode="r", options=open_options(), metadata_errors="replace") as container:
            origin_s = (container.start_time or 0) / av.time_base
            stream = container.streams[index]
            made = _Track(origin_s)
            with contextlib.suppress(FFmpegError):  # the file counts as ended where the demuxer stops
                for packet in packets(container, stream):
                    made.add(packet)
            return tuple(made.cues())
    except FFmpegError as error:
        raise MediaError(
            "{track} cannot be read ({cause}): upload it again", track=f"subtitle track {index}", cause=error.strerror
        ) from None


class _Track:
    """The display sets so far: each lasts until the next one, which may be empty."""

    def __init__(self, origin_s: float) -> None:
        self._origin_s = origin_s
        self._palettes: dict[int, list[int]] = {}
        self._shown: list[BitmapCue] = []
        self._ends_s: list[float] = []
        self._bytes = 0

    def add(self, packet: Packet[Any]) -> None:
        if packet.pts is None or packet.time_base is None or not packet.size:
            return
        start_s = float(packet.pts * packet.time_base) - self._origin_s
        palette, height = self._read_segments(bytes(packet))
        with contextlib.suppress(FFmpegError):
            found = packet.stream.codec_context.decode2(packet)
            if found is None:
                return
            if len(self._ends_s) < len(self._shown):
                self._ends_s.append(start_s)
            rects = [one for one in found.rects if one.planes and one.width and one.height]
            if rects:
                self._show(rects, palette, start_s, height)

    def cues(self) -> Iterator[BitmapCue]:
        ends_s = [*self._ends_s, *(cue.start_s + _LAST_S for cue in self._shown[len(self._ends_s) :])]
        for cue, end_s in zip(self._shown, ends_s, strict=True):
            if end_s > cue.start_s:
                yield replace(cue, end_s=end_s)

    def _show(self, rects: list[Any], palette: list[int], start_s: float, height: int) -> None:
        top = min(one.y for one in rects)
        png = _png(rects, palette)
        self._bytes += len(png)
        if self._bytes > _MAX_BYTES:
            raise LimitExceededError(
                "the pictures of a subtitle track take more than {limit} MiB: convert it to text and upload it again",
                limit=_MAX_BYTES // 1024**2,
            )
        self._shown.append(BitmapCue(start_s, start_s, png, top / height if height else 1.0))

    def _read_segments(self, data: bytes) -> tuple[list[int], int]:
        """The palette in use and the picture's height, by the packet's segments; libav's binding has no palette."""
        used, height, at = 0, 0, 0
        while at + _SEGMENT_HEAD <= len(data):
            kind, size = struct.unpack_from(">BH", data, at)
            body = data[at + _SEGMENT_HEAD : at + _SEGMENT_HEAD + size]
            at += _SEGMENT_HEAD + size
            if kind == _PALETTE and body:
                self._palettes[body[0]] = _levels(body, self._palettes.get(body[0]))
            elif kind == _COMPOSITION and len(body) > 9:
                height, used = struct.unpack_from(">H", body, 2)[0], body[9]
        return self._palettes.get(used, [0] * _COLOURS), height


def _levels(body: bytes, known: list[int] | None) -> list[int]:
    """The brightness of each colour over black: its luma times its opacity."""
    levels = list(known or [0] * _COLOURS)
    for at in range(_PALETTE_HEAD, len(body) - _ENTRY + 1, _ENTRY):
        number, luma, _red, _blue, opacity = body[at : at + _ENTRY]
        levels[number] = luma * opacity // 255
    return levels


def _png(rects: list[Any], levels: list[int]) -> bytes:
    """The rectangles as one picture, each at its place."""
    left, top = min(one.x for one in rects), min(one.y for one in rects)
    right, bottom = max(one.x + one.width for one in rects), max(one.y + one.height for one in rects)
    size = (right - left + 2 * _MARGIN_PX, bottom - top + 2 * _MARGIN_PX)
    picture = Image.new("L", size)
    for one in rects:
        indices = Image.frombytes("L", (one.width, one.height), bytes(one.planes[0])[: one.width * one.height])
        picture.paste(indices.point(levels), (one.x - left + _MARGIN_PX, one.y - top + _MARGIN_PX))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
