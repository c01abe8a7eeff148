"""The migrations and the models say the same."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from media_workflows.store.engine import make_engine
from media_workflows.store.migrate import alembic_config, upgrade
from media_workflows.store.tables import Base


def test_the_models_are_what_the_migrations_make(database: str) -> None:
    with make_engine(database).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def _collations(database: str) -> set[tuple[str, str, str]]:
    """(table, column, collation) where it is not the database's own; autogenerate does not compare these."""
    query = (
        "SELECT table_name, column_name, collation_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND collation_name IS NOT NULL"
    )
    with make_engine(database).connect() as connection:
        return {(row[0], row[1], row[2]) for row in connection.exec_driver_sql(query)}


def test_keys_are_compared_byte_by_byte(database: str) -> None:
    tables = ("backfill_object", "known_object", "upload_decision")
    assert _collations(database) == {(table, "key", "C") for table in tables}


def test_down_and_up_again(database: str) -> None:
    command.downgrade(alembic_config(database), "base")
    assert inspect(make_engine(database)).get_table_names() == ["alembic_version"]
    upgrade(database)
    assert set(inspect(make_engine(database)).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


WITHIN_S = 120
MIGRATION_LOCK = 7_203_001  # as in migrations/env.py
UPGRADE = "import sys; from media_workflows.store.migrate import upgrade; upgrade(sys.argv[1])"
UPGRADE_IN_THREADS = """
import sys, threading
from media_workflows.store.migrate import upgrade
threads = [threading.Thread(target=upgrade, args=sys.argv[1:]) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def _started(code: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, url], stderr=subprocess.PIPE, text=True)


def _ended(process: subprocess.Popen[str]) -> str:
    """What a process wrote to stderr; '' is right, alembic says nothing."""
    try:
        said = process.communicate(timeout=WITHIN_S)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        return f"still running after {WITHIN_S} s: {process.communicate()[1]}"
    return said if process.returncode else ""


def _tables(url: str) -> set[str]:
    return set(inspect(make_engine(url)).get_table_names())


def test_several_processes_may_migrate_at_once(postgres: Any) -> None:
    url = postgres.ensure_database("migrated_by_processes")
    assert [_ended(process) for process in [_started(UPGRADE, url) for _ in range(3)]] == [""] * 3
    assert _tables(url) >= set(Base.metadata.tables)


def test_several_threads_may_migrate_at_once(postgres: Any) -> None:
    """The api-server's first requests come in several threads, and each may open the embedded database."""
    url = postgres.ensure_database("migrated_by_threads")
    with make_engine(url).connect() as other:
        other.exec_driver_sql(f"SELECT pg_advisory_lock({MIGRATION_LOCK})")  # another process is migrating
        process = _started(UPGRADE_IN_THREADS, url)
        _wait_for_a_waiter(other)
        time.sleep(1)  # in which the other threads get as far as they can: they wait for that one, or beside it
    assert _ended(process) == ""
    assert _tables(url) >= set(Base.metadata.tables)


def _wait_for_a_waiter(connection: Connection) -> None:
    """Until a thread waits for the migration lock."""
    waiters = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    deadline = time.monotonic() + WITHIN_S
    while not connection.exec_driver_sql(waiters).scalar_one():
        assert time.monotonic() < deadline
        time.sleep(0.1)
