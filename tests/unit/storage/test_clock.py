"""Times of the storage and ours: a slow answer is no other clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from media_workflows.storage.clock import NO_SKEW, clock_skew, on_server_clock

SENT = datetime(2026, 11, 29, 10, 0, 5, 700_000, UTC)


@pytest.mark.parametrize(
    ("dated_s", "received_s", "skew_s"),
    [
        (5, 5.8, 0),  # cut to its second
        (5, 40.0, 0),  # a slow answer, dated when it began
        (30, 40.0, 0),  # when the server got to it
        (6, 5.8, 0.2),  # it may be of a clock ahead
        (65, 6.0, 59),
        (4, 6.0, -0.7),
        (-55, 30.0, -59.7),
    ],
)
def test_the_least_skew_that_explains_the_date(dated_s: float, received_s: float, skew_s: float) -> None:
    minute = SENT.replace(second=0, microsecond=0)
    header = format_datetime(minute + timedelta(seconds=dated_s), usegmt=True)
    assert clock_skew(header, SENT, minute + timedelta(seconds=received_s)) == timedelta(seconds=skew_s)


def test_a_server_without_a_date_has_our_clock() -> None:
    assert clock_skew(None, SENT, SENT) == NO_SKEW


def test_a_moment_on_its_clock_is_cut_to_seconds() -> None:
    assert on_server_clock(SENT, timedelta(seconds=2.4)) == datetime(2026, 11, 29, 10, 0, 8, tzinfo=UTC)
