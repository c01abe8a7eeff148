"""The executor of docker-compose.yaml on a real broker that is away, that keeps messages, and that loses them."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from media_workflows.cluster.layout import free_port
from media_workflows.cluster.stack import broker_binary


class Broker:
    """A broker with a data directory, started and killed at will."""

    def __init__(self, directory: Path) -> None:
        self.port, self._directory = free_port(), directory

    @contextmanager
    def running(self, *arguments: str) -> Iterator[None]:
        place = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self._directory), "--save", ""]
        server = subprocess.Popen([broker_binary(), *place, *arguments], stdout=subprocess.DEVNULL)
        try:
            self._wait()
            yield
        finally:
            server.kill()
            server.wait()

    def _wait(self) -> None:
        import redis

        deadline = time.monotonic() + 60
        with redis.Redis(port=self.port) as client:
            while True:
                try:
                    client.ping()
                    return
                except redis.ConnectionError:
                    assert time.monotonic() < deadline, "the broker did not start"
                    time.sleep(0.05)


class Workload:
    """As much of a workload as sending it takes."""

    ti = None

    def model_dump_json(self) -> str:
        return json.dumps({})


@pytest.fixture
def broker(tmp_path: Path) -> Broker:
    return Broker(tmp_path)


@pytest.fixture
def executor(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AIRFLOW__CELERY__BROKER_URL", f"redis://127.0.0.1:{broker.port}/0")
    monkeypatch.setenv("AIRFLOW__CELERY__RESULT_BACKEND", "db+sqlite://")
    from airflow.providers.celery.executors import celery_executor_utils

    from media_workflows.orchestration.executors import broker_queues
    from media_workflows.orchestration.executors.celery import MediaCeleryExecutor

    for module in (celery_executor_utils, broker_queues):  # Airflow's second is short on a busy machine
        monkeypatch.setattr(module, "OPERATION_TIMEOUT", 20)
    celery_executor_utils._get_celery_app_for_workload.cache_clear()
    executor = MediaCeleryExecutor()
    yield executor
    celery_executor_utils._get_celery_app_for_workload(None).close()
    executor.celery_app.close()
    celery_executor_utils._get_celery_app_for_workload.cache_clear()


def _send(executor: Any, *keys: str) -> dict[str, Any]:
    """Send from the executor's own line; returns the ids of the messages."""
    executor.queued_tasks.update(dict.fromkeys(keys, Workload()))
    executor._send_workloads([(key, Workload(), "light", None) for key in keys])
    return {key: result.task_id for key, result in executor.workloads.items()}


def test_tasks_wait_while_the_broker_is_away_and_are_sent_when_it_is_back(broker: Broker, executor: Any) -> None:
    assert _send(executor, "a", "b") == {}
    assert (set(executor.queued_tasks), executor.event_buffer) == ({"a", "b"}, {})  # nothing failed: no retry is used
    with broker.running():
        sent = _send(executor, "a", "b")
        assert set(sent) == {"a", "b"}
        assert executor.queued_tasks == {}
        assert executor._queues.waiting(["light", "encode"]) == set(sent.values())


def test_only_tasks_whose_messages_are_lost_are_queued_again(
    broker: Broker, executor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from media_workflows.orchestration.executors import celery

    overdue: list[UUID] = []
    monkeypatch.setattr(celery, "_mark_overdue", overdue.extend)
    monkeypatch.setattr(celery, "CHECK_INTERVAL_S", 0)
    monkeypatch.setattr(celery, "LOST_AFTER_S", 0.1)

    def look_twice() -> list[UUID]:
        overdue.clear()
        for _ in range(2):
            executor.sync()
            time.sleep(0.2)
        return overdue

    on_disk = ("--appendonly", "yes", "--appendfsync", "always")
    with broker.running(*on_disk):
        sent = _send(executor, "kept")
    kept, lost = uuid4(), uuid4()
    queued = {kept: (sent["kept"], "light"), lost: (str(uuid4()), "light")}
    monkeypatch.setattr(executor, "_queued", lambda: queued)
    monkeypatch.setattr(executor, "update_all_workload_states", lambda: None)
    assert look_twice() == []  # the broker was killed: nothing can be said
    with broker.running(*on_disk):
        assert look_twice() == [lost]
    with broker.running():  # empty
        assert kept in look_twice()
