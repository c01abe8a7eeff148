"""The database of a test: nothing is left of the test before."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from media_workflows.store.engine import make_engine

PERSON = """INSERT INTO person (name, description, usages, tags, author, created_at, updated_at)
VALUES ('a', '', '[]', '[]', '', now(), now()) RETURNING id"""


def test_rows_numbers_and_connections_are_gone(fresh_database: Any) -> None:
    url = fresh_database.url()
    with make_engine(url).connect() as left_open:
        assert left_open.scalar(text(PERSON)) == 1
        left_open.commit()
        left_open.execute(text("SELECT * FROM person"))  # and a lock is held
        assert fresh_database.url() == url
        with pytest.raises(OperationalError):
            left_open.execute(text("SELECT 1"))
        left_open.invalidate()
    with make_engine(url).begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM person")) == 0
        assert connection.scalar(text(PERSON)) == 1


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE person ADD COLUMN more text",
        "DROP TABLE person CASCADE",
        "DROP TABLE alembic_version",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE TYPE mood AS ENUM ('sad')",
    ],
)
def test_a_database_with_another_schema_is_not_used_again(fresh_database: Any, change: str) -> None:
    url = fresh_database.url()
    with make_engine(url).begin() as connection:
        connection.execute(text(change))
    again = fresh_database.url()
    assert again != url
    assert fresh_database.url() == again
