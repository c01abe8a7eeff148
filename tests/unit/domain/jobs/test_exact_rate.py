"""The exact rate of what people write as frames per second."""

from __future__ import annotations

from fractions import Fraction

import pytest

from media_workflows.domain.jobs.exact_rate import exact_rate


@pytest.mark.parametrize(
    ("fps", "rate"),
    [
        (23.976, "24000/1001"),
        (23.98, "24000/1001"),
        (29.97, "30000/1001"),
        (30_000 / 1001, "30000/1001"),
        (47.952, "48000/1001"),
        (59.94, "60000/1001"),
        (59.9401, "60000/1001"),
        (119.88, "120000/1001"),
        (0, "0"),
        (0.0001, "1/10000"),
        (0.999, "999/1000"),
        (12.5, "25/2"),
        *((whole, str(whole)) for whole in (1, 2, 5, 10, 24, 25, 30, 48, 50, 60, 120)),
        (29.9, "299/10"),
        (30.02, "1501/50"),
    ],
)
def test_broadcast_rates_are_fractions_and_others_are_as_written(fps: float, rate: str) -> None:
    assert exact_rate(fps) == Fraction(rate)
