"""The end of a step's claims while the database is away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError

from media_workflows.domain.step_key import StepKey
from media_workflows.errors import SourceUrlError
from media_workflows.execution import claims
from media_workflows.execution.claims import StepClaims
from media_workflows.store import outage

HD = StepKey("wf_1", "r1", "hd")


class Database:
    """Away for so many transactions."""

    def __init__(self, away: int) -> None:
        self.away, self.released = away, 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self.away:
            self.away -= 1
            raise OperationalError("", {}, Exception("connection refused"))
        yield

    def release(self, *_arguments: object) -> None:
        self.released += 1


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Database:
    made = Database(away=2)
    monkeypatch.setattr(claims, "transaction", made.transaction)
    monkeypatch.setattr("media_workflows.store.claims.release_claims", made.release)
    monkeypatch.setattr(outage, "_FIRST_PAUSE_S", 0.0)
    return made


def test_the_error_of_the_step_is_the_one_that_is_raised(database: Database) -> None:
    said: list[str] = []
    with pytest.raises(SourceUrlError, match="the first"), StepClaims(HD, said.append).kept():
        raise SourceUrlError("the first")
    (line,) = said
    assert line.startswith("the claims on output keys could not be released, and end in ")
    assert "connection refused" in line
    assert database.released == 0


def test_after_a_success_the_release_outlasts_a_short_outage(database: Database) -> None:
    with StepClaims(HD, lambda _: None).kept():
        pass
    assert (database.away, database.released) == (0, 1)
