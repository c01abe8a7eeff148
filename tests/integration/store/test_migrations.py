"""The migrations and the models say the same."""

from __future__ import annotations

import threading
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

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
    assert _collations(database) == {("known_object", "key", "C")}


def test_down_and_up_again(database: str) -> None:
    command.downgrade(alembic_config(database), "base")
    assert inspect(make_engine(database)).get_table_names() == ["alembic_version"]
    upgrade(database)
    assert set(inspect(make_engine(database)).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_several_processes_may_migrate_at_once(postgres: Any) -> None:
    url, faults = postgres.ensure_database("migrated_by_many"), []

    def migrate() -> None:
        try:
            upgrade(url)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert set(Base.metadata.tables) <= set(inspect(make_engine(url)).get_table_names())
