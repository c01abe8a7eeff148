"""The windows that are probed: where they lie, and what they cost."""

from __future__ import annotations

import itertools

import pytest

from media_workflows.media.jobs.sample import Part
from media_workflows.media.jobs.target_vmaf.windows import LEAST_PROBES, MOST_PROBES, SourceRate, most_probes, windows

LENGTHS_S = [0.04, 1, 3, 4, 5, 8, 12, 30, 61.7, 120, 600, 7200, 36_000]


def ends_s(parts: tuple[Part, ...]) -> list[float]:
    return [moment for part in parts for moment in (part.start_s, part.start_s + part.length_s)]


@pytest.mark.parametrize("length_s", LENGTHS_S)
@pytest.mark.parametrize("rate", [SourceRate(), SourceRate([100] * 5000, [7.0 * n for n in range(5000)])])
def test_windows_lie_in_the_range_one_after_the_other(length_s: float, rate: SourceRate) -> None:
    found = windows(Part(10, length_s), rate)
    assert ends_s(found) == sorted(ends_s(found))
    assert found[0].start_s >= 10
    assert found[-1].start_s + found[-1].length_s <= 10 + length_s + 1e-9


@pytest.mark.parametrize("length_s", LENGTHS_S)
def test_the_cost_is_bounded(length_s: float) -> None:
    found = windows(Part(0, length_s), SourceRate())
    probed_s = sum(part.length_s for part in found)
    most = most_probes(found, length_s)
    assert probed_s <= 9
    assert len(found) <= 6
    assert LEAST_PROBES <= most <= MOST_PROBES
    # A probe is decoded, encoded and measured: half as much again as an encode of as many seconds.
    assert length_s < 120 or 1.5 * probed_s * most <= 0.1 * length_s


def test_a_short_source_is_probed_in_full() -> None:
    assert windows(Part(0, 3), SourceRate([9, 9, 9], [0.0])) == (Part(0, 3),)
    assert windows(Part(2, 0), SourceRate()) == (Part(2, 0),)


def test_windows_are_spread_over_the_source() -> None:
    found = windows(Part(0, 600), SourceRate())
    assert [int(part.start_s // 100) for part in found] == [0, 1, 2, 3, 4, 5]


def test_a_window_is_where_its_part_is_as_complex_as_on_average() -> None:
    """In each of three parts of 20 s, ten quiet seconds, one in between, and nine busy ones."""
    part = [100] * 10 + [500] + [1000] * 9
    found = windows(Part(0, 60), SourceRate(part * 3))
    assert [round(one.start_s) for one in found] == [10, 30, 50]


def test_a_window_starts_right_after_a_key_frame() -> None:
    key_frames_s = [4.0 * n for n in range(15)]
    found = windows(Part(0, 60), SourceRate([100] * 60, key_frames_s))
    assert [round(one.start_s % 4, 4) for one in found] == [0.001] * 3


def test_a_part_without_a_key_frame_is_probed_all_the_same() -> None:
    found = windows(Part(0, 60), SourceRate([100] * 60, [0.0]))
    assert len(found) == 3
    assert all(early.start_s + early.length_s <= late.start_s for early, late in itertools.pairwise(found))


def test_windows_of_a_slow_source_hold_some_frames() -> None:
    found = windows(Part(0, 600), SourceRate([1] * 600, [float(second) for second in range(600)], fps=1))
    assert [part.length_s for part in found] == [8.0] * 6
    assert windows(Part(0, 20), SourceRate(fps=1)) == (Part(0, 20),)
