"""A frame rate that varies, as distinct from rounding and lost frames."""

from __future__ import annotations

import pytest

from media_workflows.media.source.frame_rates import MOST_FRAMES, rate_varies

STEADY = [number / 25 for number in range(300)]


@pytest.mark.parametrize(
    ("times_s", "varies"),
    [
        (STEADY, False),
        (STEADY[::-1], False),  # B frames: the order of the file is not that of the times
        ([round(number / 29.97, 3) for number in range(300)], False),  # Matroska's milliseconds
        ([round(number * 600 / 29.97) / 600 for number in range(300)], False),  # QuickTime's 1/600 s
        ([*STEADY[:100], *STEADY[105:]], False),  # lost frames, at one place
        ([*STEADY[:100], *STEADY[100::5]], True),
        ([number / 30 + (number * 7 % 3) / 120 for number in range(300)], True),
        ([0.0, 1.0], None),
        ([*STEADY, None], None),
        ([], None),
        ([0.0] * (MOST_FRAMES + 1), None),
    ],
)
def test_rates(times_s: list[float | None], varies: bool | None) -> None:
    assert rate_varies(times_s, 1 / 600) is varies


def test_times_that_count_frames_have_no_rounding() -> None:
    doubled = [number + (number > 50) * number for number in range(100)]
    assert rate_varies([float(number) / 25 for number in doubled], 1 / 25) is True
