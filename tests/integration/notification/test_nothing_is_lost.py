"""A thousand runs, a receiver that is down half the time, and a sender that is killed again and again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from media_workflows.store.delivery_log import DeliveryFilter, list_deliveries
from media_workflows.store.engine import transaction
from outbox import finish, run_of
from receiver import RESET, Answer, Receiver, serving

RUNS = 1000
WORKFLOWS = 20
KILLS = 6
TIMEOUT_S = 300
SENDER = """
import asyncio
from media_workflows.events.credentials import Credentials
from media_workflows.notification import sender
from media_workflows.settings import get_settings
from media_workflows.store.engine import get_engine
sender.LEASE_MARGIN_S = 1.0
asyncio.run(sender.Sender(None, lambda target: Credentials(), get_settings(), get_engine()).run())
"""
ENVIRONMENT = {
    "MEDIA_WORKFLOWS_NOTIFY_TIMEOUT_S": "1",
    "MEDIA_WORKFLOWS_NOTIFY_FIRST_WAIT_S": "0.2",
    "MEDIA_WORKFLOWS_NOTIFY_LONGEST_WAIT_S": "1",
    "MEDIA_WORKFLOWS_NOTIFY_CONCURRENCY_PER_RECEIVER": "32",
    "MEDIA_WORKFLOWS_CALLBACK_ALLOWED_HOSTS": '["127.0.0.1"]',
}


class Moody(Receiver):
    """Up for a second, down for a second: then it redirects to a private address, refuses, resets or says nothing."""

    def __init__(self, trap_url: str) -> None:
        super().__init__()
        away: Answer = (307, b"", {"location": trap_url})
        self.down: list[Answer] = [away, (500, b"down", {}), (RESET, b"", {}), (503, b"", {})]
        self.taken: list[str] = []
        self.refused = 0

    @property
    def is_up(self) -> bool:
        return int(time.monotonic()) % 2 == 0

    def answer(self) -> Answer:
        if self.is_up:
            self.taken.append(self.requests[-1][1]["webhook-id"])
            return 200, b"", {}
        self.refused += 1
        if self.refused % 20 == 0:
            time.sleep(1.5)  # longer than the sender waits
        return self.down[self.refused % len(self.down)]


class Mortal:
    """A sender in a process of its own, killed at random and started again; the last one is let live."""

    def __init__(self) -> None:
        self.kills = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live)

    def __enter__(self) -> Mortal:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._stop.set()
        self._thread.join()

    def _live(self) -> None:
        dice = random.Random(4)
        while not self._stop.is_set():
            process = subprocess.Popen([sys.executable, "-c", SENDER], stderr=subprocess.DEVNULL)
            self._stop.wait(dice.uniform(2.5, 6) if self.kills < KILLS else None)
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.kills += 1


@pytest.fixture
def trap() -> Iterator[Receiver]:
    """On a loopback address that nobody allowed."""
    with serving(Receiver("127.0.0.2")) as server:
        yield server


def _states() -> dict[str, int]:
    with transaction() as session:
        return {
            state: list_deliveries(session, DeliveryFilter(state=state), limit=1).total
            for state in ("pending", "delivered", "dead")
        }


def _finish(receiver: Receiver, run_id: str, workflow_id: str) -> str:
    return finish(run_of({"type": "http", "url": receiver.url}, run_id, workflow_id)).id


def test_every_event_of_a_thousand_runs_arrives_and_no_private_address_is_reached(
    database: str, trap: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert "MEDIA_WORKFLOWS_DATABASE_URL" in os.environ
    with serving(Moody(trap.url)) as receiver, Mortal() as mortal:
        assert isinstance(receiver, Moody)
        events = {_finish(receiver, f"r{number}", f"wf_{number % WORKFLOWS}") for number in range(RUNS)}
        trapped = {_finish(trap, f"t{number}", "wf_trap") for number in range(20)}
        deadline = time.monotonic() + TIMEOUT_S
        while _states()["pending"]:
            assert time.monotonic() < deadline, _states()
            time.sleep(0.5)
    assert _states() == {"pending": 0, "delivered": RUNS, "dead": len(trapped)}
    assert len(events) == RUNS
    assert set(receiver.taken) == events
    assert trap.requests == []
    assert mortal.kills >= KILLS
    assert receiver.refused > 100
    repeats = len(receiver.taken) - len(set(receiver.taken))
    print(f"{RUNS} events, {receiver.refused} refused tries, {mortal.kills} kills, {repeats} arrived more than once")
