"""When an encode counts as standing still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from media_workflows.domain.progress import JobProgress, Phase
from media_workflows.domain.step_key import StepKey
from media_workflows.execution import progress as module
from media_workflows.execution.progress import ProgressReport
from media_workflows.media.ffmpeg.progress import Progress

AT = datetime(2026, 1, 1, tzinfo=UTC)


def at(phase: Phase, percent: float = 50) -> JobProgress:
    return JobProgress(
        **{"step_id": "a", "map_index": -1, "kind": "transcode", "try_number": 1},
        **{"phase": phase, "percent": percent, "updated_at": AT, "moved_at": AT},
    )


@pytest.mark.parametrize(
    ("progress", "passed_s", "shown"),
    [
        (at("encoding"), 59, None),
        (at("encoding"), 60, 60),
        (at("encoding", 99), 600, None),  # the end of the file is written
        (at("publishing"), 600, None),  # has no figures
    ],
)
def test_the_sign_comes_at_a_fifth_of_the_limit(progress: JobProgress, passed_s: float, shown: int | None) -> None:
    assert progress.stalled_s(AT + timedelta(seconds=passed_s), 300) == shown


def test_reports_of_the_same_place_are_no_movement(monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[JobProgress] = []
    now = [AT]
    monkeypatch.setattr(module, "utcnow", lambda: now[0])
    monkeypatch.setattr(module, "INTERVAL_S", 0)
    monkeypatch.setattr(module, "record_progress", lambda _session, _workflow, _run, report: stored.append(report))
    monkeypatch.setattr(module, "transaction", _Nothing)
    report = ProgressReport(StepKey("w", "r", "a"), "transcode", 1, lambda _: None)
    for out_time_s in (1.0, 2.0, 2.0, 3.0):
        now[0] += timedelta(seconds=10)
        report(Progress(percent=1, out_time_s=out_time_s))
    assert [(one.updated_at - one.moved_at).total_seconds() for one in stored if one.moved_at] == [0, 0, 10, 0]


class _Nothing:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None
