"""What the head of a file gives away, and which texts the font can draw."""

from __future__ import annotations

from pathlib import Path

import pytest

from media_workflows.errors import MissingGlyphError
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT, font_path, missing_glyphs, named_characters
from media_workflows.media.source.formats import DEMUXERS, PROTOCOLS, is_one_of, open_options
from media_workflows.media.source.sniff import is_picture, is_playlist
from media_workflows.media.source.timeline import tolerance_s


@pytest.mark.parametrize(
    "head",
    [
        b"#EXTM3U\n#EXT-X-VERSION:3",
        b"\xef\xbb\xbf#EXTM3U",
        b"\n  ffconcat version 1.0\n",
        b'<?xml version="1.0"?>\n<MPD xmlns="x">',
        b"<SmoothStreamingMedia MajorVersion",
        b"[playlist]\nFile1=",
        b"v=0\r\no=- 0 0 IN IP4",
    ],
)
def test_playlists(head: bytes) -> None:
    assert is_playlist(head)


@pytest.mark.parametrize("head", [b"\0\0\0\x18ftypmp42", b"RIFF\0\0\0\0WAVE", b"ID3\x03", b"1\n00:00:00,000"])
def test_media_and_subtitles_are_no_playlists_nor_pictures(head: bytes) -> None:
    assert not is_playlist(head)
    assert not is_picture(head)


@pytest.mark.parametrize(
    "head", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypheic", b"GIF89a"]
)
def test_pictures(head: bytes) -> None:
    assert is_picture(head)


def test_allow_lists() -> None:
    assert open_options() == {"format_whitelist": ",".join(DEMUXERS), "protocol_whitelist": ",".join(PROTOCOLS)}
    assert is_one_of("mov,mp4,m4a", frozenset({"mov"}))
    assert not is_one_of("hls", frozenset(DEMUXERS))


@pytest.mark.parametrize(("duration_s", "tolerance"), [(1, 0.5), (30, 0.6), (3600, 5.0)])
def test_tolerance(duration_s: float, tolerance: float) -> None:
    assert tolerance_s(duration_s) == pytest.approx(tolerance)


def test_the_bundled_font_draws_chinese() -> None:
    assert font_path("") == BUNDLED_FONT
    assert missing_glyphs([BUNDLED_FONT], "中文水印\n\t") == []


def test_missing_glyphs_are_named_once() -> None:
    missing = missing_glyphs([BUNDLED_FONT], "\U0001f600中\U0001f600")
    assert named_characters(missing).count("U+1F600") == 1


def test_a_font_that_is_none_is_an_error(tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttf"
    bad.write_bytes(b"no font")
    with pytest.raises(MissingGlyphError, match="cannot be read"):
        missing_glyphs([bad], "a")
