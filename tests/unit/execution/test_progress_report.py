"""What of the progress is passed on, and that a failing store does not matter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from media_workflows.domain.progress import JobProgress
from media_workflows.domain.step_key import StepKey
from media_workflows.execution import progress as room
from media_workflows.execution.progress import ProgressReport
from media_workflows.media.ffmpeg.progress import Progress

STEP = StepKey("wf_1", "r1", "hd", 3)


@contextmanager
def no_transaction() -> Iterator[None]:
    yield


def later(report: ProgressReport) -> ProgressReport:
    """As of a step that has run for an interval."""
    report._stored_from = 0.0
    return report


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> list[JobProgress]:
    kept: list[JobProgress] = []
    monkeypatch.setattr(room, "transaction", no_transaction)
    monkeypatch.setattr(room, "record_progress", lambda _session, _workflow, _run, progress: kept.append(progress))
    return kept


def test_phases_are_reported_at_once_and_figures_at_intervals(
    stored: list[JobProgress], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    said: list[str] = []
    report = later(ProgressReport(STEP, "transcode", 2, said.append))
    report.phase("fetching")
    for percent in (10, 20, 30):
        report(Progress(percent=percent, speed=2.0, eta_s=3.0, fps=50.0))
    clock[0] += room.INTERVAL_S
    report(Progress(percent=40, speed=2.0, eta_s=3.0, fps=50.0))
    report.phase("publishing")
    report.phase("done")
    told = [(progress.phase, progress.percent) for progress in stored]
    assert told == [("fetching", 0), ("encoding", 10), ("encoding", 40), ("publishing", 40), ("done", 100)]
    assert (stored[2].try_number, stored[2].fps, stored[2].speed, stored[2].eta_s) == (2, 50, 2, 3)
    assert {progress.step for progress in stored} == {STEP.instance}
    assert said == ["fetching", *(f"encoding: {p}.0 %, speed 2.00x, ETA 3 s" for p in (10, 40)), "publishing", "done"]


def test_a_short_step_stores_its_end_alone(stored: list[JobProgress], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    said: list[str] = []
    report = ProgressReport(STEP, "transcode", 1, said.append)
    report(Progress(percent=0.0, phase="probing"))
    report(Progress(percent=40))
    assert (stored, len(said)) == ([], 2)
    clock[0] += room.INTERVAL_S
    report(Progress(percent=100.0, phase="verifying"))
    report.end(Session(), "done")
    assert [progress.phase for progress in stored] == ["verifying", "done"]


def test_only_a_job_that_is_done_is_at_100(stored: list[JobProgress]) -> None:
    report = later(ProgressReport(STEP, "transcode", 1, lambda _: None))
    report(Progress(percent=100.0))
    report(Progress(percent=100.0, phase="verifying"))
    report.phase("failed")
    assert [progress.percent for progress in stored] == [99, 99, 99]


@pytest.mark.parametrize(("phase", "percent"), [("done", 100), ("failed", 40)])
def test_the_end_is_stored_with_the_result(stored: list[JobProgress], phase: Any, percent: float) -> None:
    said: list[str] = []
    report = later(ProgressReport(STEP, "transcode", 1, said.append))
    report(Progress(percent=40))
    report.end(Session(), phase)
    assert [(progress.phase, progress.percent) for progress in stored[1:]] == [(phase, percent)]
    assert said[1:] == [phase]


def test_a_store_that_fails_does_not_fail_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise OperationalError("insert", {}, Exception("the database is gone"))

    monkeypatch.setattr(room, "transaction", no_transaction)
    monkeypatch.setattr(room, "record_progress", fails)
    said: list[str] = []
    later(ProgressReport(STEP, "transcode", 1, said.append)).phase("fetching")
    assert "the database is gone" in said[1]
