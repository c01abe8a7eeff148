"""Connections to the database: kept between transactions, replaced when the server closes them, never shared."""

from __future__ import annotations

import os
from contextlib import ExitStack

import pytest
from sqlalchemy import select, text

from media_workflows.store.engine import IDLE_CONNECTIONS, close_connections, make_engine, one_of, transaction
from media_workflows.store.tables import RunRow

pytestmark = pytest.mark.usefixtures("database")


def backend() -> int:
    with transaction() as session:
        return int(session.scalars(text("SELECT pg_backend_pid()")).one())


def test_transactions_use_one_connection() -> None:
    assert backend() == backend()


def test_a_connection_that_the_server_closed_is_replaced(database: str) -> None:
    before = backend()
    with transaction(make_engine(database)) as session:
        assert session.scalar(text(f"SELECT pg_terminate_backend({before}, 120000)"))
    assert backend() != before


def test_many_at_a_time_are_all_served_and_few_are_kept() -> None:
    first, second = backends_of(12), backends_of(12)
    assert len(first) == len(second) == 12
    assert len(first & second) == IDLE_CONNECTIONS


def backends_of(count: int) -> set[int]:
    """The server's processes of so many transactions at a time."""
    with ExitStack() as open_ones:
        sessions = [open_ones.enter_context(transaction()) for _ in range(count)]
        return {session.scalars(text("SELECT pg_backend_pid()")).one() for session in sessions}


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_uses_a_connection_of_its_own() -> None:
    before, (answer, question) = backend(), os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.write(question, str(backend()).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(question)
    with os.fdopen(answer) as pipe:
        assert int(pipe.read()) != before
    assert backend() == before


def test_closed_connections_are_opened_again() -> None:
    before = backend()
    close_connections()
    assert backend() != before


def test_one_of_compares_any_text(database: str) -> None:
    """Also what has a meaning in the text of an array."""
    odd = ['a"b', "a\\b", 'a\\"', "{a,b}", "a,b", "NULL", "", " ", "a'b", "第 一", "%s", ":name"]
    with transaction() as session:
        session.add_all(RunRow(workflow_id=value, run_id="r") for value in [*odd, "another"])
    for asked in (odd, odd[:1], [], ["none", "nowhere"]):
        with transaction() as session:
            found = session.scalars(select(RunRow.workflow_id).where(one_of(RunRow.workflow_id, asked))).all()
        assert sorted(found) == sorted(set(asked) & set(odd))


def test_a_host_that_vanished_is_given_up(database: str) -> None:
    """What libpq got; a limit in the URL counts."""
    seen = []
    for url in (database, f"{database}{'&' if '?' in database else '?'}connect_timeout=3"):
        with make_engine(url).connect() as connection:
            seen.append(connection.connection.dbapi_connection.get_dsn_parameters())
    assert [(one["connect_timeout"], one["keepalives_idle"], one["tcp_user_timeout"]) for one in seen] == [
        ("10", "30", "60000"),
        ("3", "30", "60000"),
    ]
