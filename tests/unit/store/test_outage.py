"""Small work that is repeated while the database does not answer."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, InternalError, OperationalError

from media_workflows.store import outage
from media_workflows.store.outage import REPEATED_S, is_outage, repeated_in_outage

AWAY = OperationalError("", {}, Exception("connection refused"))


class Clock:
    """Time that passes only while someone sleeps. `pauses_s` are the sleeps."""

    def __init__(self) -> None:
        self.now_s = 5.0
        self.pauses_s: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses_s.append(seconds)
        self.now_s += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(outage, "time", SimpleNamespace(sleep=made.sleep, monotonic=lambda: made.now_s))
    return made


class Work:
    """Raises these errors, one for each call, and then answers."""

    def __init__(self, errors: Iterator[Exception]) -> None:
        self.errors, self.calls = errors, 0

    def __call__(self) -> str:
        self.calls += 1
        if (error := next(self.errors, None)) is not None:
            raise error
        return "done"


def test_it_is_repeated_until_the_database_answers(clock: Clock) -> None:
    said: list[str] = []
    broken = InterfaceError("", {}, Exception("connection already closed"))
    work = Work(iter([AWAY, broken, AWAY]))
    assert repeated_in_outage(work, said.append) == "done"
    assert clock.pauses_s == [1, 2, 4]
    assert [line.partition(": ")[0] for line in said] == [
        f"the database does not answer; trying again in {pause_s} s" for pause_s in (1, 2, 4)
    ]


def test_it_gives_up_after_a_minute_and_a_half(clock: Clock) -> None:
    work = Work(AWAY for _ in iter(int, 1))
    with pytest.raises(OperationalError):
        repeated_in_outage(work, print)
    assert REPEATED_S - 10 < sum(clock.pauses_s) <= REPEATED_S == 90
    assert max(clock.pauses_s) == 10
    assert work.calls == len(clock.pauses_s) + 1


def test_other_errors_are_not_repeated(clock: Clock) -> None:
    work = Work(iter([IntegrityError("", {}, Exception("duplicate key"))]))
    with pytest.raises(IntegrityError):
        repeated_in_outage(work, print)
    assert (work.calls, clock.pauses_s) == (1, [])


class Refusal(Exception):
    """PostgreSQL's, with its code."""

    def __init__(self, pgcode: str | None) -> None:
        super().__init__(pgcode)
        self.pgcode = pgcode


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("", {}, Refusal(None)), True),  # refused, or the connection was lost
        (OperationalError("", {}, Refusal("57P01")), True),  # the server is being stopped
        (OperationalError("", {}, Refusal("53300")), True),  # too many connections
        (OperationalError("", {}, Refusal("40P01")), True),  # a deadlock
        (InternalError("", {}, Refusal("25006")), True),  # after a failover it is a standby
        (DBAPIError("", {}, Refusal(None), connection_invalidated=True), True),  # it ended amid an answer
        (OperationalError("", {}, Refusal("54000")), False),  # an index entry that is too long: it comes again
        (InternalError("", {}, Refusal("25P02")), False),
        (IntegrityError("", {}, Refusal("23505")), False),
        (ValueError("no database"), False),
    ],
)
def test_what_is_an_outage(error: Exception, expected: bool) -> None:
    assert is_outage(error) is expected
