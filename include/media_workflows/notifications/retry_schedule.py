"""The retry schedule of failed deliveries (exponential backoff with jitter). Documented in docs/events.md."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from media_workflows.errors import NotificationError
from media_workflows.settings import Settings

JITTER = 0.2  # each wait is made up to a fifth shorter or longer: receivers that come back are not overrun
_MOST_DOUBLINGS = 64


def wait_s(tries: int, settings: Settings) -> float:
    """Seconds to wait after the `tries`-th failure, before jitter: doubled from the first wait to the longest."""
    doubled = settings.notify_first_wait_s * 2.0 ** min(tries - 1, _MOST_DOUBLINGS)
    return min(doubled, settings.notify_longest_wait_s)


def next_attempt_at(
    error: NotificationError, tries: int, now: datetime, give_up_at: datetime, settings: Settings
) -> datetime | None:
    """The time of the next attempt after `tries` attempts; None = give up: a retry cannot help, or time is over.

    A receiver may request a longer wait (Retry-After), up to the longest one.
    """
    if not error.retryable:
        return None
    wait = wait_s(tries, settings) * random.uniform(1 - JITTER, 1 + JITTER)
    asked = min(error.retry_after_s or 0.0, settings.notify_longest_wait_s)
    due_at = now + timedelta(seconds=max(wait, asked))
    return due_at if due_at <= give_up_at else None
