"""Frame numbers of time codes: the examples of SMPTE ST 12-1 and of EBU practice."""

from __future__ import annotations

from fractions import Fraction

import pytest

from media_workflows.media.source.timecode import TimeCode, time_code

NTSC = Fraction(30_000, 1001)


@pytest.mark.parametrize(
    ("stated", "rate", "first", "dropped"),
    [
        ("10:00:00:00", Fraction(25), 900_000, 0),
        ("00:00:59;29", NTSC, 1799, 2),
        ("00:01:00;02", NTSC, 1800, 2),
        ("00:10:00;00", NTSC, 17_982, 2),
        ("01:00:00;00", NTSC, 107_892, 2),
        ("01:00:00:00", NTSC, 108_000, 0),
        ("00:01:00;04", Fraction(60_000, 1001), 3600, 4),
        ("00:01:00.02", NTSC, 1800, 2),
        ("00:00:01;00", Fraction(25), 25, 0),
        ("00:00:01:119", Fraction(120), 239, 0),
    ],
)
def test_the_first_frame_is_counted(stated: str, rate: Fraction, first: int, dropped: int) -> None:
    assert time_code(stated, rate) == TimeCode(rate, first, dropped)


@pytest.mark.parametrize("stated", ["", "nonsense", "00:61:00:00", "00:00:00:25", "1:2:3:4", "00:00:00:00'[x];"])
def test_what_is_no_time_code_starts_at_zero(stated: str) -> None:
    assert time_code(stated, Fraction(25)) == TimeCode(Fraction(25))


def test_a_source_without_a_rate_counts_25() -> None:
    assert time_code("00:00:02:00", Fraction(0)) == TimeCode(Fraction(25), 50)
