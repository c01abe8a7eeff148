"""Database access: one engine per process, sessions that commit or roll back as a whole."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Engine, String, any_, cast, create_engine, event, literal, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.pool import NullPool

from media_workflows.errors import StoreError
from media_workflows.settings import Settings, get_settings
from media_workflows.store.embedded import EmbeddedServer

DATABASE_NAME = "media"

# What else is part of the transaction of a change, given the id of what is changed; an exception undoes the change.
Also = Callable[[Session, str], None]

NO_POOL: Mapping[str, Any] = {"poolclass": NullPool}
# To open a connection takes the server as long as 15 small transactions. A kept one is tested before its use.
IDLE_CONNECTIONS = 2
_POOL: Mapping[str, Any] = {"pool_size": IDLE_CONNECTIONS, "max_overflow": -1, "pool_pre_ping": True}

# A host that vanished answers nothing, not even that it is gone: the kernel's own limits are two minutes for a
# connection, a quarter of an hour for what was sent, and never for an answer. Seconds; the last is in milliseconds.
_PATIENCE: Mapping[str, int] = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}

_engines: weakref.WeakSet[Engine] = weakref.WeakSet()


def close_connections() -> None:
    """Close the idle connections of this process. A later transaction opens one."""
    for engine in list(_engines):
        engine.dispose()


def _leave_to_parent() -> None:
    """In a forked process: the idle connections are the parent's, and stay open."""
    for engine in list(_engines):
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_leave_to_parent)


def _engine(url: str, pool: Mapping[str, Any]) -> Engine:
    try:
        address = make_url(url)
        dialect, driver = address.get_dialect().name, address.get_driver_name()
        if (dialect, driver) == ("postgresql", "psycopg2"):
            patience = {name: value for name, value in _PATIENCE.items() if name not in address.query}
            # By default, SQLAlchemy asks each new connection for types of hstore, which no table has.
            return create_engine(address, connect_args=patience, use_native_hstore=False, **pool)
        cause = f"{dialect}+{driver} is not supported"
    except (ArgumentError, ImportError, ValueError) as error:  # no URL, or no such driver
        cause = str(error)
    raise StoreError(
        "setting database_url cannot be used ({cause}): it must be postgresql+psycopg2://user:password@host/database",
        cause=cause,
    )


def make_engine(url: str, pool: Mapping[str, Any] = NO_POOL) -> Engine:
    """An engine that closes each connection after its use. Raises StoreError when the URL is none of a PostgreSQL."""
    engine = _engine(url, pool)

    @event.listens_for(engine, "connect")
    def _utc(connection, _record):  # type: ignore[no-untyped-def]
        connection.autocommit = True  # one statement in place of a transaction's three
        with connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
        connection.autocommit = False

    return engine


def embedded_server(settings: Settings) -> EmbeddedServer:
    """That below `data_dir`, which may not exist or run."""
    return EmbeddedServer(settings.data_dir.absolute() / "postgres")


def require_database(settings: Settings) -> None:
    """Refuse a command that would start with a new, empty database, only because the setting is missing.

    Raises StoreError.
    """
    server = embedded_server(settings)
    if settings.database_url or server.exists():
        return
    raise StoreError(
        "setting database_url is empty, and there is no embedded database below {directory}: set "
        "MEDIA_WORKFLOWS_DATABASE_URL to that of Airflow's components (in the demo: source .demo/env)",
        directory=str(settings.data_dir.absolute()),
    )


def database_url(settings: Settings) -> str:
    """The configured URL, or that of the embedded server, which is started and migrated first."""
    if settings.database_url:
        return settings.database_url
    from media_workflows.store.migrate import upgrade

    server = embedded_server(settings)
    server.ensure_running()
    url = server.ensure_database(DATABASE_NAME)
    upgrade(url)
    return url


@lru_cache(maxsize=4)
def _engine_for(settings_url: str, data_dir: str) -> Engine:
    engine = make_engine(database_url(get_settings()), _POOL)
    _engines.add(engine)
    return engine


def get_engine() -> Engine:
    """The process's engine for the current settings; it keeps IDLE_CONNECTIONS, and limits no transactions."""
    settings = get_settings()
    return _engine_for(settings.database_url, str(settings.data_dir))


def one_of(column: InstrumentedAttribute[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Like `column.in_(values)`, for thousands of them: as one text, which neither side takes apart value by value.

    A single value is compared as such, so that an index which goes on with an order gives that order.
    """
    if len(asked := list(values)) == 1:
        return column == asked[0]
    quoted = (value.replace("\\", r"\\").replace('"', r"\"") for value in asked)
    text = "{" + ",".join(f'"{value}"' for value in quoted) + "}"
    return column == any_(cast(literal(text), ARRAY(String)))


@contextmanager
def transaction(engine: Engine | None = None) -> Iterator[Session]:
    """A session in one transaction: committed at the end, rolled back on any exception."""
    with Session(engine or get_engine(), expire_on_commit=False) as session, session.begin():
        yield session


def nothing_else(_session: Session, _id: str) -> None:
    """The change is all of its transaction."""
