"""A database that an earlier version of the product filled, for tests of migrations."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from clean_state import clear_caches
from media_workflows.store.engine import make_engine
from media_workflows.store.migrate import alembic_config

Row = tuple[str, dict[str, Any]]  # (table, values by column)


@contextmanager
def old_database(postgres: Any, monkeypatch: pytest.MonkeyPatch, version: str, rows: Sequence[Row]) -> Iterator[str]:
    """The URL of a new database of `version` that holds `rows`; the product uses it until the context ends."""
    url = str(postgres.ensure_database(f"of_{version}_{uuid.uuid4().hex[:8]}"))
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATABASE_URL", url)
    clear_caches()
    command.upgrade(alembic_config(url), version)
    with make_engine(url).begin() as connection:
        for table, row in rows:
            marks = ", ".join(f":{name}" for name in row)
            values = {
                name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in row.items()
            }
            connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"), values)
    yield url
    clear_caches()


def contents(url: str, rows: Sequence[Row]) -> dict[str, list[dict[str, Any]]]:
    """All rows, as JSON, in the order of their text, of the tables that `rows` name."""
    with make_engine(url).connect() as connection:
        return {
            table: list(connection.scalars(text(f"SELECT to_jsonb({table}) FROM {table} ORDER BY {table}::text")))
            for table in dict.fromkeys(table for table, _ in rows)
        }
