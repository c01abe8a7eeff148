"""The segment index (`sidx`) of a fragmented MP4: the byte ranges of its segments (ISO/IEC 14496-12, 8.16.3)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from media_workflows.errors import OutputRejectedError
from media_workflows.media.packaging.hls.media_playlist import Segment


@dataclass(frozen=True)
class SegmentIndex:
    """Byte ranges 'first-last' of the initialization and the index, and the segments."""

    initialization: str
    index: str
    segments: tuple[Segment, ...]


def read_index(path: Path) -> SegmentIndex:
    """The index of a file. Raises OutputRejectedError when it has none."""
    with path.open("rb") as file:
        for offset, size, kind in _boxes(file):
            if kind == b"sidx":
                file.seek(offset)
                segments = tuple(_segments(file.read(size), path.name, offset + size))
                _require_inside(segments, path.stat().st_size)
                return SegmentIndex(f"0-{offset - 1}", f"{offset}-{offset + size - 1}", segments)
    raise OutputRejectedError(
        "ffmpeg reported success and wrote no segment index; run the job again, and report it with the source if it "
        "persists"
    )


def _require_inside(segments: tuple[Segment, ...], size_bytes: int) -> None:
    end = segments[-1].size_bytes + (segments[-1].offset or 0) if segments else 0
    if not 0 < end <= size_bytes:
        raise OutputRejectedError(
            "the segment index ends at byte {end} of {size_bytes}; run the job again, and report it with the source if "
            "it persists",
            end=end,
            size_bytes=size_bytes,
        )


def _boxes(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """(offset, size, kind) of the boxes before the media data."""
    offset = 0
    while len(head := file.read(8)) == 8:
        size, kind = struct.unpack(">I4s", head)
        if kind == b"mdat" or size < 8:
            return
        yield offset, size, kind
        offset += size
        file.seek(offset)


def _segments(box: bytes, name: str, end: int) -> Iterator[Segment]:
    """The segments of a box that ends at `end` of the file, from where their offsets count."""
    version, timescale = box[8], int.from_bytes(box[16:20], "big")
    width = 4 if version == 0 else 8
    first = int.from_bytes(box[20 + width : 20 + 2 * width], "big")
    table = box[20 + 2 * width :]
    count = int.from_bytes(table[2:4], "big")
    offset = end + first
    for size, duration, _sap in struct.iter_unpack(">III", table[4 : 4 + 12 * count]):
        yield Segment(name, size & 0x7FFF_FFFF, offset, duration / timescale)
        offset += size & 0x7FFF_FFFF
