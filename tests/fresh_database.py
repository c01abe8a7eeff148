"""`FreshDatabase`: an empty, migrated database for each test, emptied and used again as long as its schema stays."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import psycopg2

from media_workflows.store.embedded import EmbeddedServer

_END_CONNECTIONS = """
SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_USED_TABLES = """
SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
AND relname <> 'alembic_version'
"""
# Columns, constraints, indexes, triggers, functions, types, and the version that alembic notes.
_SCHEMA = """
SELECT md5(string_agg(line, chr(10) ORDER BY line)) FROM (
    SELECT concat_ws(' ', attrelid, attnum, attname, atttypid, atttypmod, attnotnull, atthasdef, attcollation)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', oid, conname) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', indexrelid, indisunique, indisvalid) FROM pg_index
    UNION ALL SELECT concat_ws(' ', oid, tgenabled) FROM pg_trigger
    UNION ALL SELECT oid::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT oid::text FROM pg_type WHERE typnamespace = 'public'::regnamespace
    UNION ALL SELECT version_num FROM alembic_version
) AS schema (line)
"""


class FreshDatabase:
    """A database made from a template. To make one for each test would take the server a tenth of a second."""

    def __init__(self, server: EmbeddedServer, template: str) -> None:
        self._server, self._template = server, template
        self._name = self._schema = ""
        # A connection is kept: on a new one, the server would read its catalogue again for each test.
        self._kept = ExitStack()
        self._cursor: Any = None

    def url(self) -> str:
        """The URL of the database as the template is: what the last test left is gone, with its connections."""
        with suppress(psycopg2.Error):
            if self._name and self._emptied():
                return self._server.url(self._name)
        self._make_anew()
        return self._server.url(self._name)

    def close(self) -> None:
        """Close the kept connection."""
        self._kept.close()

    def _emptied(self) -> bool:
        """Whether the database could be emptied, which it cannot where a test has changed its schema."""
        self._cursor.execute(_END_CONNECTIONS)
        if _value(self._cursor, _SCHEMA) != self._schema:
            return False
        if used := _value(self._cursor, _USED_TABLES):
            self._cursor.execute(f"TRUNCATE {used} RESTART IDENTITY CASCADE")
        return True

    def _make_anew(self) -> None:
        self.close()
        before, self._name = self._name, f"test_{uuid.uuid4().hex[:12]}"
        with connected(self._server) as cursor:
            if before:
                cursor.execute(f"DROP DATABASE {before} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {self._name} TEMPLATE {self._template} STRATEGY FILE_COPY")
        self._cursor = self._kept.enter_context(connected(self._server, self._name))
        self._schema = _value(self._cursor, _SCHEMA)


def _value(cursor: Any, query: str) -> Any:
    cursor.execute(query)
    return cursor.fetchone()[0]


@contextmanager
def connected(server: EmbeddedServer, database: str = "postgres") -> Iterator[Any]:
    """A superuser's cursor; each statement is a transaction."""
    connection = psycopg2.connect(host=str(server.socket_dir), user="postgres", dbname=database)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
