"""When a failed delivery is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from media_workflows.errors import ForbiddenAddressError, NotificationError, UndeliverableError
from media_workflows.notifications.retry_schedule import JITTER, next_attempt_at, wait_s
from media_workflows.settings import Settings

NOW = datetime(2026, 1, 2, tzinfo=UTC)
END = NOW + timedelta(days=1)


def test_waits_double_up_to_the_longest() -> None:
    waits = [wait_s(tries, Settings()) for tries in (1, 2, 3, 10, 11, 1000)]
    assert waits == [5, 10, 20, 2560, 3600, 3600]


def test_a_day_of_failures_is_33_attempts() -> None:
    """The figure of docs/events.md, without jitter."""
    at, tries = 0.0, 1
    while at + wait_s(tries, Settings()) <= 24 * 3600:
        at += wait_s(tries, Settings())
        tries += 1
    assert tries == 33


@pytest.mark.parametrize("tries", [1, 5, 50])
def test_jitter_keeps_a_wait_within_a_fifth(tries: int) -> None:
    wait = wait_s(tries, Settings())
    waits = set()
    for _ in range(50):
        at = next_attempt_at(NotificationError("503"), tries, NOW, END, Settings())
        assert at is not None
        waits.add((at - NOW).total_seconds())
    assert all(wait * (1 - JITTER) <= found <= wait * (1 + JITTER) for found in waits)
    assert len(waits) > 40


def test_a_receiver_may_ask_for_more_time_but_not_for_ever() -> None:
    asked = next_attempt_at(NotificationError("busy", 503, "", 120.0), 1, NOW, END, Settings())
    assert asked == NOW + timedelta(seconds=120)
    for_ever = next_attempt_at(NotificationError("busy", 503, "", 1e9), 1, NOW, END, Settings())
    assert for_ever == NOW + timedelta(hours=1)


def test_after_the_end_and_where_it_cannot_help_it_is_given_up() -> None:
    assert next_attempt_at(NotificationError("503"), 20, NOW, NOW + timedelta(seconds=60), Settings()) is None
    for error in (UndeliverableError("410"), ForbiddenAddressError("10.0.0.1")):
        assert next_attempt_at(error, 1, NOW, END, Settings()) is None
