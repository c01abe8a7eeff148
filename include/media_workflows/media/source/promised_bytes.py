"""The file size stated by a container's header, which an aborted upload does not reach.

Field layouts: RIFF and RF64 (EBU Tech 3306), Sony Wave64, AIFF, ASF (Microsoft, section 3.2), FLV (Adobe, annex E),
EBML and Matroska (RFC 8794, RFC 9559), Ogg (RFC 3533), fragmented MP4 (ISO/IEC 14496-12). A program that writes to a
pipe cannot fill a size in afterwards and leaves it open: then no size is stated.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from av.container import InputContainer

from media_workflows.media.source import sniff

_HEAD_BYTES = 64 * 1024
_TAIL_BYTES = 256 * 1024  # more than three of the longest Ogg pages
_MAX_ELEMENTS = 200_000  # top-level boxes or clusters: days of material
_LAST_SAMPLES = 1000  # of a track's sample table, which ascends
_ASF_HEADER = bytes.fromhex("3026B2758E66CF11A6D900AA0062CE6C")
_ASF_FILE_PROPERTIES = bytes.fromhex("A1DCAB8C47A9CF118EE400C00C205365")
_W64_RIFF = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
_EBML, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675


def promised_bytes(path: Path) -> int:
    """The minimum file size by the header, in bytes; 0 where it states none."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        return next((found for read in _READERS if (found := read(head, file))), 0)


def sample_table_bytes(container: InputContainer) -> int:
    """The end of the last sample of an MP4 or MOV by its sample tables, in bytes; 0 without one."""
    ends = [
        max(entry.pos + entry.size for entry in stream.index_entries[-_LAST_SAMPLES:])
        for stream in (*container.streams.video, *container.streams.audio)
        if len(stream.index_entries)
    ]
    return max(ends, default=0)


def flv_bytes(path: Path) -> int:
    """`filesize` of an FLV's onMetaData; 0 without. Not reliable: some programs copy it from another file."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    found = re.search(rb"\x00\x08filesize\x00(.{8})", head, re.DOTALL) if head.startswith(b"FLV") else None
    size = struct.unpack(">d", found[1])[0] if found else 0.0
    return int(size) if 0 < size < 2**53 else 0


def has_open_size(path: Path) -> bool:
    """Whether an AVI or WAV was written to a pipe: its counts and durations are placeholders then."""
    with path.open("rb") as file:
        head = file.read(12)
    size = int.from_bytes(head[4:8], "little")
    return head[:4] == b"RIFF" and (size == 0 or size | 0xFFFF in (0x7FFF_FFFF, 0xFFFF_FFFF))


def _riff(head: bytes, _: BinaryIO) -> int:
    return sniff.riff_bytes(head) or 0


def _rf64(head: bytes, _: BinaryIO) -> int:
    if head[:4] not in (b"RF64", b"BW64") or head[12:16] != b"ds64":
        return 0
    return _closed(int.from_bytes(head[20:28], "little"), 8)


def _w64(head: bytes, _: BinaryIO) -> int:
    return _closed(int.from_bytes(head[16:24], "little"), 0) if head.startswith(_W64_RIFF) else 0


def _aiff(head: bytes, _: BinaryIO) -> int:
    return _closed(int.from_bytes(head[4:8], "big"), 8) if head[:4] == b"FORM" else 0


def _closed(size: int, header_bytes: int) -> int:
    """A size that was filled in, plus the bytes before its start; else 0."""
    return size + header_bytes if 0 < size < 2**62 and size & 0xFFFFFFFF != 0xFFFFFFFF else 0


def _asf(head: bytes, _: BinaryIO) -> int:
    at = head.find(_ASF_FILE_PROPERTIES) if head.startswith(_ASF_HEADER) else -1
    if at < 0 or len(head) < at + 92:
        return 0
    is_live = head[at + 88] & 1
    return 0 if is_live else int.from_bytes(head[at + 40 : at + 48], "little")


def _fragments(head: bytes, file: BinaryIO) -> int:
    """The end of the last box of a fragmented MP4. In others, the sample tables decide: `mdat` may be padded."""
    if head[4:8] not in (b"ftyp", b"styp"):
        return 0
    at, length, is_fragmented = 0, _length(file), False
    for _ in range(_MAX_ELEMENTS):
        file.seek(at)
        box = file.read(16)
        if len(box) < 8:
            return at + 8 if box and is_fragmented else 0
        size, kind = int.from_bytes(box[:4], "big"), box[4:8]
        size = int.from_bytes(box[8:16], "big") if size == 1 else size
        is_fragmented |= kind == b"moof"
        if size < 8:  # 0: up to the end of the file
            return 0
        at += size
        if at > length:
            return at if is_fragmented and kind in (b"moof", b"mdat") else 0
    return 0


def _matroska(head: bytes, file: BinaryIO) -> int:
    """The end of the segment, or where its size is open, that of the last cluster."""
    first = _element(file, 0)
    if first is None or first[0] != _EBML:
        return 0
    segment = _element(file, first[1] + first[2])
    if segment is None or segment[0] != _SEGMENT:
        return 0
    if not _is_open(segment):
        return segment[1] + segment[2]
    at, length = segment[1], _length(file)
    for _ in range(_MAX_ELEMENTS):
        element = _element(file, at)
        if element is None or _is_open(element):
            return 0
        at = element[1] + element[2]
        if at > length:
            return at if element[0] == _CLUSTER else 0
    return 0


_OPEN = -1


def _is_open(element: tuple[int, int, int]) -> bool:
    return element[2] == _OPEN


def _element(file: BinaryIO, at: int) -> tuple[int, int, int] | None:
    """An EBML element: its id, the offset and the length of its data."""
    file.seek(at)
    head = file.read(12)
    id_bytes = 9 - head[0].bit_length() if head and head[0] else 0
    if not 1 <= id_bytes <= 4 or len(head) <= id_bytes or not head[id_bytes]:
        return None
    size_bytes = 9 - head[id_bytes].bit_length()
    field = head[id_bytes : id_bytes + size_bytes]
    if len(field) < size_bytes:
        return None
    mask = (1 << 7 * size_bytes) - 1
    size = int.from_bytes(field, "big") & mask
    return int.from_bytes(head[:id_bytes], "big"), at + id_bytes + size_bytes, _OPEN if size == mask else size


def _ogg(head: bytes, file: BinaryIO) -> int:
    """The end of the last page, which a complete file holds."""
    if head[:4] != b"OggS":
        return 0
    length = _length(file)
    base = max(0, length - _TAIL_BYTES)
    file.seek(base)
    tail = file.read()
    at, pages = tail.find(b"OggS\x00"), 0
    while at >= 0 and tail[at : at + 5] == b"OggS\x00":
        header_end = at + 27 + (tail[at + 26] if len(tail) > at + 26 else len(tail))
        end = header_end + sum(tail[at + 27 : header_end])
        if end > len(tail):
            return base + end if pages else 0  # a complete page before it rules out a chance match
        at, pages = end, pages + 1
    return 0


def _length(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


_READERS: tuple[Callable[[bytes, BinaryIO], int], ...] = (_riff, _rf64, _w64, _aiff, _asf, _fragments, _matroska, _ogg)
