"""Many runs, a receiver that is down half the time, and a sender that is killed again and again while it sends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from airflow_product import eventually
from http_servers import serving
from media_workflows.store.delivery_log import DeliveryFilter, list_deliveries
from media_workflows.store.engine import transaction
from outbox import finish, run_of
from receiver import RESET, Answer, Receiver

WORKFLOWS = 20
KILLS = 6
TRAPPED = 20
TIMEOUT_S = 600
SENDER = """
import asyncio
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.notifications import sender
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
    """Up for ten requests, down for ten: then it redirects to a private address, refuses, resets or says nothing."""

    def __init__(self, trap_url: str) -> None:
        super().__init__()
        away: Answer = (307, b"", {"location": trap_url})
        self.down: list[Answer] = [away, (500, b"down", {}), (RESET, b"", {}), (503, b"", {})]
        self.taken: list[str] = []
        self.refused = 0

    @property
    def is_up(self) -> bool:
        return (len(self.taken) + self.refused) // 10 % 2 == 0

    def answer(self, event_id: str) -> Answer:
        if self.is_up:
            self.taken.append(event_id)
            return 200, b"", {}
        self.refused += 1
        if self.refused % 20 == 0:
            time.sleep(1.5)  # longer than the sender waits
        return self.down[self.refused % len(self.down)]


@contextmanager
def sender() -> Iterator[None]:
    """A sender in a process of its own, which is killed as the context ends."""
    process = subprocess.Popen([sys.executable, "-c", SENDER], stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


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


def _has_taken(receiver: Moody, enough: int) -> bool:
    return len(set(receiver.taken)) >= enough


def _finish(receiver: Receiver, run_id: str, workflow_id: str) -> str:
    return finish(run_of({"type": "http", "url": receiver.url}, run_id, workflow_id)).id


@pytest.mark.timeout(TIMEOUT_S + 60)
@pytest.mark.parametrize("runs", [80, pytest.param(1000, marks=pytest.mark.full)])
def test_every_event_arrives_and_no_private_address_is_reached(
    database: str, trap: Receiver, monkeypatch: pytest.MonkeyPatch, runs: int
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert "MEDIA_WORKFLOWS_DATABASE_URL" in os.environ
    events, trapped = set(), {_finish(trap, f"t{number}", "wf_trap") for number in range(TRAPPED)}
    with serving(Moody(trap.url)) as receiver:
        for part in range(KILLS + 1):
            numbers = range(part * runs // (KILLS + 1), (part + 1) * runs // (KILLS + 1))
            enough = len(set(receiver.taken)) + len(numbers) // 2
            with sender():
                events |= {_finish(receiver, f"r{number}", f"wf_{number % WORKFLOWS}") for number in numbers}
                eventually(partial(_has_taken, receiver, enough), TIMEOUT_S)
                if part == KILLS:
                    eventually(lambda: not _states()["pending"], TIMEOUT_S)
    assert _states() == {"pending": 0, "delivered": runs, "dead": len(trapped)}
    assert len(events) == runs
    assert set(receiver.taken) == events
    assert trap.requests == []
    assert receiver.refused > runs // 20
    repeats = len(receiver.taken) - len(set(receiver.taken))
    print(f"{runs} events, {receiver.refused} refused tries, {KILLS} kills, {repeats} arrived more than once")
