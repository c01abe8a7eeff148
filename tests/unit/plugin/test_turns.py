"""Turns of polled requests, and calls that threads share."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from media_workflows.airflow_adapter.shared_call import SharedCall
from media_workflows_plugin.api.turns import Turns, total


def test_a_client_has_its_own_limit_and_all_have_one() -> None:
    most: Counter[str] = Counter()

    async def ask(turns: Turns, client: str, now: Counter[str]) -> None:
        async with turns.turn(client):
            for name in (client, "all"):
                now[name] += 1
                most[name] = max(most[name], now[name])
            await asyncio.sleep(0)
            now.subtract([client, "all"])

    async def everyone() -> None:
        turns, now = Turns(total=5, per_client=2), Counter[str]()
        await asyncio.gather(*(ask(turns, client, now) for client in "abcd" for _ in range(6)))

    asyncio.run(everyone())
    assert most == {"a": 2, "b": 2, "c": 2, "d": 2, "all": 5}


def test_the_limit_follows_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    assert total() == 10  # of Airflow's 5 + 10
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_MAX_OVERFLOW", "1")
    assert total() == 4
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_MAX_OVERFLOW", "-1")
    assert total() == 10


def test_those_who_ask_during_a_call_share_the_next_one() -> None:
    begun, go_on, calls = Event(), Event(), []

    def slow() -> None:
        calls.append(1)
        begun.set()
        assert go_on.wait(60)

    shared = SharedCall(slow)
    with ThreadPoolExecutor(9) as threads:
        first = threads.submit(shared)
        assert begun.wait(60)
        others = [threads.submit(shared) for _ in range(8)]
        while shared._order.__reduce__()[1][0] < 10:  # all eight have asked
            pass
        go_on.set()
        for one in (first, *others):
            one.result(60)
    assert len(calls) == 2
    shared()
    assert len(calls) == 3


def test_an_error_is_not_shared() -> None:
    outcomes = iter([ValueError("first"), None])

    def once_bad() -> None:
        if error := next(outcomes):
            raise error

    shared = SharedCall(once_bad)
    with pytest.raises(ValueError, match="first"):
        shared()
    shared()
