"""Whether an error is an outage of the database."""

from __future__ import annotations

from sqlalchemy.exc import InterfaceError, OperationalError


def is_outage(error: BaseException) -> bool:
    """Whether the database could not be reached, was starting, or ended a connection: what needed it has not failed."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, (OperationalError, InterfaceError)):
        cause = cause.__cause__
    return cause is not None
