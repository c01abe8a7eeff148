"""How long requests that are refused for their credentials are repeated, by a clock of the test's own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from media_workflows.storage.refusals import Refusals


class _Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _pause(refusals: Refusals, status: int, code: str = "", operation: str = "PutObject") -> float | None:
    answer: dict[str, Any] = {"ResponseMetadata": {"HTTPStatusCode": status}, "Error": {"Code": code}}
    return refusals(response=(None, answer), operation=SimpleNamespace(name=operation), attempts=1)


def _waited(refusals: Refusals, clock: _Clock, operation: str = "PutObject") -> list[float]:
    """The pauses until the refusal is final."""
    pauses = []
    while (pause := _pause(refusals, 403, "AccessDenied", operation)) is not None:
        pauses.append(pause)
        clock.now += pause
    return pauses


def test_pauses_grow_and_end_with_the_time() -> None:
    clock = _Clock()
    pauses = _waited(Refusals(120, clock), clock)
    assert sum(pauses) == pytest.approx(120)
    assert (pauses[0], max(pauses)) == (0.5, 10)
    assert len(pauses) < 25


def test_the_time_is_one_for_all_requests_of_a_kind_until_one_is_accepted() -> None:
    clock = _Clock()
    refusals = Refusals(120, clock)
    _waited(refusals, clock)
    assert _waited(refusals, clock) == []
    assert _waited(refusals, clock, "DeleteObject")
    assert _pause(refusals, 200) is None
    assert sum(_waited(refusals, clock)) == pytest.approx(120)


@pytest.mark.parametrize(
    ("status", "code"), [(403, ""), (401, ""), (403, "RequestTimeTooSkewed"), (400, "ExpiredToken"), (400, "400")]
)
def test_what_counts_as_a_refusal(status: int, code: str) -> None:
    assert _pause(Refusals(120), status, code) == 0.5


@pytest.mark.parametrize(
    ("status", "code"), [(404, "NoSuchKey"), (503, "SlowDown"), (400, "InvalidRequest"), (200, "")]
)
def test_other_answers_are_left_to_botocore(status: int, code: str) -> None:
    assert _pause(Refusals(120), status, code) is None


def test_without_time_the_first_refusal_is_final() -> None:
    assert _pause(Refusals(0), 403) is None


def test_a_request_without_a_response_is_left_to_botocore() -> None:
    assert Refusals(120)(response=None, operation=SimpleNamespace(name="PutObject")) is None
