"""Which lines of ffmpeg's log count as words of a decoder, and which as damage."""

from __future__ import annotations

import pytest

from media_workflows.media.ffmpeg.decode_log import DecodeLog


@pytest.mark.parametrize(
    ("line", "lines", "damages"),
    [
        ("[h264 @ 0x55cdd4106000] error while decoding MB 12 3, bytestream -7", 1, 1),
        ("[dec:hevc @ 0x55cd] Decoding error: Invalid data found when processing input", 1, 1),
        ("[h264 @ 0x55cdd4106000] co located POCs unavailable", 1, 0),
        # Of a clean source: quality control must not search it for damage by a second decode.
        ("[swscaler @ 0x7f1fa607ecc0] deprecated pixel format used, make sure you did set range correctly", 0, 0),
        ("[Parsed_ebur128_3 @ 0x5581] Summary:", 0, 0),
    ],
)
def test_lines_of_decoders_and_of_what_is_behind_them(line: str, lines: int, damages: int) -> None:
    log = DecodeLog()
    log.feed(line)
    assert (log.lines, log.count) == (lines, damages)
