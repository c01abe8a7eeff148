"""A limited number of places that tasks hold while they work, on all machines together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from media_workflows.store.engine import get_engine

LONG_ENCODES = 7_203_005  # the first half of the key of a lock


@contextmanager
def place_among(count: int, space: int) -> Iterator[bool]:
    """Whether one of `count` places was free; it is held until the block ends, or until the process dies.

    A lock in a transaction that stays open: so it works through a connection pooler, too, and a killed process leaves
    none. If the server ends the connection, the place is free before the block ends.
    """
    connection = get_engine().connect()
    try:
        statement = text("SELECT pg_try_advisory_xact_lock(:space, :number)")
        numbers = ({"space": space, "number": number} for number in range(count))
        yield any(connection.scalar(statement, values) for values in numbers)
    finally:
        with suppress(SQLAlchemyError):
            connection.close()
