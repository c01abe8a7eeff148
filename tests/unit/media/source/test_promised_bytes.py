"""What headers promise, by hand-made bytes; real muxers' files are in tests/integration/media/test_cut_sources.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from media_workflows.media.source.mp3_header import has_frame_count
from media_workflows.media.source.promised_bytes import flv_bytes, has_open_size, promised_bytes

EBML = bytes.fromhex("1A45DFA3 80")
SEGMENT, OPEN = bytes.fromhex("18538067"), bytes.fromhex("01FFFFFFFFFFFFFF")
CLUSTER, FRAME = bytes.fromhex("1F43B675"), b"\xff\xfb\x90\x00"


def page(body: bytes) -> bytes:
    return b"OggS\0" + bytes(21) + bytes([1, len(body)]) + body


@pytest.mark.parametrize(
    ("data", "promised"),
    [
        (b"RIFF" + (1000).to_bytes(4, "little") + b"WAVE", 1008),
        (b"RIFF\xff\xff\xff\xffWAVE", 0),
        (b"RF64\xff\xff\xff\xffWAVEds64" + (28).to_bytes(4, "little") + (5000).to_bytes(8, "little"), 5008),
        (b"FORM" + (1000).to_bytes(4, "big") + b"AIFF", 1008),
        (EBML + SEGMENT + b"\x43\xe8", 5 + 4 + 2 + 1000),
        (EBML + SEGMENT + OPEN + CLUSTER + b"\x43\xe8" + bytes(10), 5 + 12 + 6 + 1000),
        (EBML + SEGMENT + OPEN + CLUSTER + OPEN + bytes(10), 0),  # as browsers record
        (page(bytes(50)) * 3, 0),
        (page(bytes(50)) * 2 + page(bytes(50))[:40], 2 * 78 + 78),
        (page(bytes(50)) * 2 + b"TAG and more", 0),
        (b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\xff\xffmdat", 0),  # padded mdat: the sample tables decide
        (b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08moof" + b"\0\0\xff\xffmdat", 24 + 0xFFFF),
        (b"no media", 0),
        (b"", 0),
    ],
)
def test_promised_bytes(tmp_path: Path, data: bytes, promised: int) -> None:
    (path := tmp_path / "a").write_bytes(data)
    assert promised_bytes(path) == promised


@pytest.mark.parametrize(
    ("data", "counts"),
    [
        (FRAME + bytes(32) + b"Xing" + bytes([0, 0, 0, 1, 0, 0, 1, 0]), True),
        (FRAME + bytes(32) + b"Info" + bytes([0, 0, 0, 2, 0, 0, 1, 0]), False),  # bytes only
        (FRAME + bytes(32) + b"VBRI" + bytes(10) + (500).to_bytes(4, "big"), True),
        (b"ID3\x04\0\0\0\0\x01\x00" + bytes(128) + FRAME + b"Xing" + bytes([0, 0, 0, 3, 0, 0, 1, 0]), True),
        (FRAME + bytes(400), False),
        (b"", False),
    ],
)
def test_frame_counts_of_mp3(tmp_path: Path, data: bytes, counts: bool) -> None:
    (path := tmp_path / "a.mp3").write_bytes(data)
    assert has_frame_count(path) == counts


def test_open_sizes_and_hints(tmp_path: Path) -> None:
    (avi := tmp_path / "a.avi").write_bytes(b"RIFF\xff\xff\xff\xffAVI ")
    (flv := tmp_path / "a.flv").write_bytes(b"FLV\x01" + b"\x00\x08filesize\x00" + bytes.fromhex("408F400000000000"))
    assert has_open_size(avi)
    assert not has_open_size(flv)
    assert (flv_bytes(flv), flv_bytes(avi)) == (1000, 0)
