"""Which tasks the executor keeps when a scheduler takes over the tasks of one whose heartbeat is old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from media_workflows.orchestration.executors.local import AdoptingLocalExecutor

TIMEOUT_S = 30


def _task(name: str, state: str = "running", heartbeat_ago_s: float | None = None) -> Any:
    at = None if heartbeat_ago_s is None else datetime.now(UTC) - timedelta(seconds=heartbeat_ago_s)
    return SimpleNamespace(id=name, key=name, state=state, last_heartbeat_at=at)


@pytest.fixture
def executor(monkeypatch: pytest.MonkeyPatch) -> AdoptingLocalExecutor:
    monkeypatch.setenv("AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT", str(TIMEOUT_S))
    return AdoptingLocalExecutor(parallelism=2)  # type: ignore[no-untyped-call]


def _reset(executor: AdoptingLocalExecutor, *tasks: Any) -> list[Any]:
    return [task.id for task in executor.try_adopt_task_instances(tasks)]


@pytest.mark.parametrize("heartbeat_ago_s", [None, 1.0, 300.0])
def test_its_own_tasks_are_kept(executor: AdoptingLocalExecutor, heartbeat_ago_s: float | None) -> None:
    """A stalled scheduler finds its own heartbeat old; whether its tasks live is checked elsewhere."""
    executor.running.add("runs")  # type: ignore[arg-type]
    executor.queued_tasks["waits"] = object()  # type: ignore[assignment]
    assert _reset(executor, _task("runs", "running", heartbeat_ago_s), _task("waits", "queued")) == []


def test_another_scheduler_s_tasks_are_kept_while_they_send_heartbeats(executor: AdoptingLocalExecutor) -> None:
    lives, died = _task("lives", heartbeat_ago_s=3), _task("died", heartbeat_ago_s=TIMEOUT_S)
    assert _reset(executor, lives, died, _task("silent"), _task("queued", "queued", 1)) == ["died", "silent", "queued"]
