"""Whether a file is of the format of an output, by its demuxer and its first bytes."""

from __future__ import annotations

import pytest

from media_workflows.domain.jobs.containers import AUDIO_CODECS, file_format
from media_workflows.media.source.formats import is_format

MOV, MATROSKA = "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"
ISO, QUICKTIME = b"\0\0\0\x20ftypisom", b"\0\0\0\x14ftypqt  "
WEBM, MKV = b"\x1aE\xdf\xa3\x9fB\x82\x84webm", b"\x1aE\xdf\xa3\x9fB\x82\x88matroska"


@pytest.mark.parametrize(
    ("container", "start", "formats"),
    [
        (MOV, ISO, {"mp4", "m4a", "mov"}),
        (MOV, QUICKTIME, {"mov"}),
        (MOV, b"\0\0\0\x08wide\0\0\0\0mdat", {"mov"}),
        (MATROSKA, MKV, {"mkv"}),
        (MATROSKA, WEBM, {"mkv", "webm"}),
        ("mpegts", b"G@", {"ts"}),
        ("ogg", b"OggS", {"ogg"}),
        *((name, b"", {name}) for name in ("flv", "mxf", "mp3", "flac", "wav")),
        ("avi", b"RIFF", set()),
        ("aac", b"", set()),
    ],
)
def test_formats(container: str, start: bytes, formats: set[str]) -> None:
    known = {file_format(name) for name in AUDIO_CODECS} - {"m3u8"}
    assert {name for name in known if is_format(container, start, name)} == formats
