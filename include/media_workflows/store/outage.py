"""Outages of the database: whether an error is one, and small work that is repeated until one is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

REPEATED_S = 90.0  # more than the minute or so of a database's restart or failover
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 10.0

# Classes of PostgreSQL's codes: connection, resources, operator. An error without a code never reached the server.
_AWAY = ("08", "53", "57")
_STANDBY = "25006"  # nothing can be written: after a failover, this server is no longer the primary
_UNDONE = "40"  # the class of transactions that the server undid, as for a deadlock: another try may pass

_Result = TypeVar("_Result")


def is_away(error: DBAPIError) -> bool:
    """Whether the database does not answer, or cannot work at present.

    Other operational errors, such as an index entry that is too long, are the statement's: they come again.
    """
    code = _code(error)
    if isinstance(error, InterfaceError | OperationalError):
        return code is None or code[:2] in _AWAY
    # A connection that ends amid an answer is reported as an error of any kind.
    return code == _STANDBY or error.connection_invalidated


def is_outage(error: BaseException) -> bool:
    """Whether the database was away, or undid a transaction that may be repeated: what needed it has not failed."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, DBAPIError):
        cause = cause.__cause__
    return cause is not None and (is_away(cause) or (_code(cause) or "").startswith(_UNDONE))


def _code(error: DBAPIError) -> str | None:
    return getattr(error.orig, "pgcode", None)


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
