"""The storage's clock beside ours: it dates objects by its own, in whole seconds."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

NO_SKEW = timedelta(0)
_CUT = timedelta(seconds=1)  # an HTTP date has no fraction


def clock_skew(date_header: str | None, sent_at: datetime, received_at: datetime) -> timedelta:
    """How far the storage's clock is ahead of ours: the least that explains the Date header of an answer.

    The answer was dated at some time between the two moments, of our clock. A slow answer is no skew.
    """
    if not date_header:
        return NO_SKEW
    date = parsedate_to_datetime(date_header)
    if date > received_at:
        return date - received_at
    return min(date + _CUT - sent_at, NO_SKEW)


def on_server_clock(moment: datetime, skew: timedelta) -> datetime:
    """Convert `moment` from our clock to the storage's clock, cut to whole seconds.

    The two may only be compared after this; an object written within the second of `moment` counts as later.
    """
    return (moment + skew).replace(microsecond=0)
