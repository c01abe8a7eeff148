"""The arithmetic of the benchmarks of encodes."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from benchmarks.estimates import error_of, five_before
from benchmarks.ladder_auto import run as ladder_auto
from benchmarks.options import Options
from benchmarks.real_clips import Point, bytes_at, met, percent, saved

BASELINE = [Point(100, 60), Point(400, 80), Point(1600, 90)]


def test_bytes_at_a_quality() -> None:
    assert bytes_at(BASELINE, 80) == pytest.approx(400)
    assert bytes_at(BASELINE, 70) == pytest.approx(200)  # the logarithmic middle of 100 and 400
    assert bytes_at(reversed(BASELINE), 85) == pytest.approx(800)
    assert bytes_at([Point(100, 60), Point(200, 60)], 60) == pytest.approx(100)
    assert all(math.isnan(bytes_at(BASELINE, vmaf)) for vmaf in (59.9, 90.1))


def test_bytes_saved_at_equal_quality() -> None:
    assert saved([Point(round(size * 0.75), vmaf) for size, vmaf in BASELINE], BASELINE) == pytest.approx(0.25)
    assert saved(BASELINE, BASELINE) == pytest.approx(0)
    assert saved([Point(400, 70)], BASELINE) == pytest.approx(-1)  # twice the bytes: also where it is worse
    assert saved([Point(150, 70), Point(600, 95)], BASELINE) > 0
    assert math.isnan(saved([Point(10, 20), Point(20, 30)], BASELINE))


def test_a_sixth_clip_is_never_among_the_five() -> None:
    assert five_before(5, 20) == [0, 1, 2, 3, 4]
    assert five_before(0, 6) == [1, 2, 3, 4, 5]
    for number in range(20):
        found = five_before(number, 20)
        assert len(set(found)) == 5
        assert number not in found
    with pytest.raises(ValueError, match="5 runs are too few"):
        five_before(0, 5)


def test_what_misses_a_goal_is_counted() -> None:
    assert error_of(12.5, 10) == pytest.approx(0.25)
    assert error_of(5, 10) == pytest.approx(-0.5)
    assert met([-0.3, -0.25, 0, 0.25, 0.26, math.nan], (-0.25, 0.25)) == "3 of 6"
    assert [percent(math.nan), percent(0.204)] == ["n/a", "20%"]


def test_without_clips_there_is_no_table(tmp_path: Path) -> None:
    assert ladder_auto(Options()) == []
