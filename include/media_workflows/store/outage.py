"""Outages of the database: whether an error is one, and small work that is repeated until one is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError

REPEATED_S = 90.0  # more than the minute or so of a database's restart or failover
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 10.0

_Result = TypeVar("_Result")


def is_outage(error: BaseException) -> bool:
    """Whether the database could not be reached, was starting, or ended a connection: what needed it has not failed."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, (OperationalError, InterfaceError)):
        cause = cause.__cause__
    return cause is not None


def repeated_in_outage(work: Callable[[], _Result], log: Callable[[str], object]) -> _Result:
    """The result of `work`, which is called again while the database does not answer, for about REPEATED_S.

    For what a retry of the task cannot do again, as a person's answer. A connection may break after its transaction was
    committed: `work` must leave the same when it is done twice. Raises what its last call raised.
    """
    until_s, pause_s = time.monotonic() + REPEATED_S, _FIRST_PAUSE_S
    while True:
        try:
            return work()
        except Exception as error:
            if not is_outage(error) or time.monotonic() + pause_s > until_s:
                raise
            log(f"the database does not answer; trying again in {pause_s:g} s: {error}")
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
