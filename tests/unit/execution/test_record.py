"""A result that is recorded while the database is away for a moment: the work is not done again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from media_workflows.domain.result import ItemResult, JobResult
from media_workflows.domain.step_key import StepKey
from media_workflows.execution import run_step
from media_workflows.execution.usage_meter import UsageMeter
from media_workflows.store import outage

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_short_outage_does_not_cost_the_encode(monkeypatch: pytest.MonkeyPatch) -> None:
    errors = iter([OperationalError("", {}, Exception("connection refused"))] * 2)
    recorded: list[JobResult] = []
    ended: list[str] = []

    @contextmanager
    def transaction(_run: object) -> Iterator[None]:
        yield
        if (error := next(errors, None)) is not None:
            raise error  # at its commit

    def record(_session: object, _workflow_id: str, _run_id: str, result: JobResult) -> None:
        recorded.append(result)

    monkeypatch.setattr(run_step, "change_event", transaction)
    monkeypatch.setattr("media_workflows.store.runs.record_job", record)
    monkeypatch.setattr(outage, "_FIRST_PAUSE_S", 0.0)
    said: list[str] = []
    step: Any = SimpleNamespace(
        request=SimpleNamespace(step=StepKey("wf_1", "r1", "hd"), events_of=None),
        commands=tuple,
        meter=UsageMeter(),
        progress=SimpleNamespace(end=lambda _session, phase: ended.append(phase)),
        log=said.append,
    )
    item = ItemResult(item={}, definition=1, status="SUCCESS")
    result = JobResult(kind="transcode", step_id="hd", begun_at=AT, finished_at=AT, source=None, items=(item,))
    assert run_step._record(step, result).items == result.items
    assert len(recorded) == len(ended) == 3
    assert recorded[0] == recorded[-1]
    assert len(said) == 2
