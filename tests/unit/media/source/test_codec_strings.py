"""Codec strings from configuration records and from Annex B parameter sets, against known good strings."""

from __future__ import annotations

import pytest

from media_workflows.media.source.codec_strings import Coding, described

AVCC = bytes.fromhex("0164001fffe1001a6764001facd9")
AVC_ANNEX_B = bytes.fromhex("0000000109f0000000016764001facd940d80000000168ebe3cb")
HVCC = bytes.fromhex("010220000000b0000000000096f000fcfdfafa00000303a0")
# VPS, then an SPS whose profile bytes carry emulation prevention (00 00 03).
HEVC_ANNEX_B = bytes.fromhex(
    "0000000140010c01ffff01600000030090000003000003003c9598090000000142010101600000030090000003000003003ca00a08"
)


@pytest.mark.parametrize(
    ("coding", "string"),
    [
        (Coding("h264", "avc1", AVCC), "avc1.64001f"),
        (Coding("h264", "avc3", AVCC), "avc3.64001f"),
        (Coding("h264", "\x1b\0\0\0", AVC_ANNEX_B), "avc1.64001f"),
        (Coding("hevc", "hev1", HVCC), "hev1.2.4.L150.B0"),
        (Coding("hevc", "\0\0\0\0", HVCC), "hvc1.2.4.L150.B0"),
        (Coding("hevc", "HEVC", HEVC_ANNEX_B), "hvc1.1.6.L60.90"),
        (Coding("av1", "av01", bytes.fromhex("81094c000a0e")), "av01.0.09M.10"),
        (Coding("av1", "AV01", b"", "Main", level=8), "av01.0.08M.08"),
        (Coding("vp9", "", b"", "Profile 0", width=1920, height=1080, fps=30), "vp09.00.40.08"),
        (Coding("vp9", "", b"", "Profile 2", bit_depth=10, width=3840, height=2160, fps=60), "vp09.02.51.10"),
        (Coding("vp9", "vp09", b"", "Profile 0", level=31), "vp09.00.31.08"),
        (Coding("aac", "mp4a", bytes.fromhex("1190")), "mp4a.40.2"),
        (Coding("aac", "mp4a", bytes.fromhex("2b92")), "mp4a.40.5"),
        (Coding("aac", "mp4a", bytes.fromhex("f946")), "mp4a.40.42"),
        (Coding("aac", "", b"", "HE-AACv2"), "mp4a.40.29"),
        (Coding("mp3", "", b""), "mp4a.40.34"),
        (Coding("ac3", "", b""), "ac-3"),
        (Coding("eac3", "", b""), "ec-3"),
        (Coding("opus", "", b""), "opus"),
        (Coding("flac", "", b""), "fLaC"),
    ],
)
def test_string(coding: Coding, string: str) -> None:
    assert described(coding) == string


@pytest.mark.parametrize("codec", ["h264", "hevc", "av1", "pcm_s16le"])
def test_no_string_is_better_than_a_wrong_one(codec: str) -> None:
    assert described(Coding(codec, "", b"")) == ""
    assert described(Coding(codec, "", b"\x01\x64")) == ""
