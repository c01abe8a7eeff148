"""Offsets from the start and from the end of a video."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from media_workflows.domain.jobs.base import TimeRange, time_range


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (0, 0, (0, 10)),
        (2, 0, (2, 10)),
        (0, 3, (0, 3)),
        (2.5, 3, (2.5, 3)),
        (-3, 0, (7, 10)),
        (0, -3, (0, 7)),
        (-5, -3, (5, 7)),
        (2, -3, (2, 7)),
        (-5, 8, (5, 8)),
        (0, 99, (0, 10)),
        (-99, 0, (0, 10)),
    ],
)
def test_offsets(start: float, end: float, found: tuple[float, float]) -> None:
    assert time_range(start, end, 10) == found


@pytest.mark.parametrize(("start", "end"), [(10, 0), (11, 12), (0, -10), (0, -11), (8, -3), (-3, 7), (3, 3)])
def test_an_empty_range_is_reported(start: float, end: float) -> None:
    with pytest.raises(ValueError, match=r"empty in a video of 10\.000 s"):
        time_range(start, end, 10)


@pytest.mark.parametrize(("start", "end"), [(1, 1), (2, 1), (-1, -1), (-1, -2), (float("nan"), 0), (0, float("inf"))])
def test_what_no_video_can_satisfy_is_refused_at_once(start: float, end: float) -> None:
    with pytest.raises(ValidationError):
        TimeRange(start_offset_s=start, end_offset_s=end)
