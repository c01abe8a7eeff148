"""Housekeeping of runs: old results go, those of unfinished or newly retried runs stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from media_workflows.orchestration.housekeeping import ForgetOldRunsOperator
from media_workflows.settings import get_settings
from media_workflows.store import old_records
from media_workflows.store.engine import transaction
from media_workflows.store.tables import (
    CancelledRunRow,
    JobResultRow,
    MadeItemRow,
    OutputClaimRow,
    RunRow,
    utcnow,
)

pytestmark = pytest.mark.usefixtures("database")
OLD = timedelta(days=400)


class Airflow:
    """Answers how many of some runs are unfinished."""

    def __init__(self, *unfinished: str) -> None:
        self.unfinished = set(unfinished)

    def get_dr_count(self, _dag_id: str, *, run_ids: list[str], states: list[str]) -> int:
        assert states == ["queued", "running"]
        assert len(run_ids) <= old_records.RUNS
        return len(self.unfinished & set(run_ids))


def record(workflow_id: str, run_id: str, written: datetime, result_written: datetime | None = None) -> None:
    key = {"workflow_id": workflow_id, "run_id": run_id}
    with transaction() as session:
        session.add(RunRow(revision=1, source=None, error=None, created_at=written, **key))
        session.add(CancelledRunRow(cancelled_by="me", cancelled_at=written, **key))
        at = result_written or written
        session.add(JobResultRow(step_id="s", map_index=-1, kind="transcode", result={}, updated_at=at, **key))


def left() -> list[tuple[str, str]]:
    with transaction() as session:
        found = session.execute(select(RunRow.workflow_id, RunRow.run_id).order_by(RunRow.workflow_id, RunRow.run_id))
        rows = [(row[0], row[1]) for row in found]
        for table in (JobResultRow, CancelledRunRow):
            assert session.scalar(select(func.count()).select_from(table)) == len(rows)
        return rows


def forget(*unfinished: str) -> int:
    return ForgetOldRunsOperator(task_id="forget").execute({"ti": Airflow(*unfinished)})  # type: ignore[typeddict-item]


def test_only_old_and_ended_runs_are_forgotten() -> None:
    now = utcnow()
    record("wf_1", "old", now - OLD)
    record("wf_1", "waits for a person", now - OLD)
    record("wf_1", "retried", now - OLD, now)
    record("wf_1", "young", now)
    record("wf_2", "old", now - OLD)
    assert forget("waits for a person") == 2
    assert left() == [("wf_1", "retried"), ("wf_1", "waits for a person"), ("wf_1", "young")]
    assert forget() == 1


def test_results_without_a_run_and_many_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_records, "RUNS", 2)
    now = utcnow()
    for number in range(7):
        record("wf_1", f"r{number}", now - OLD)
    with transaction() as session:
        session.delete(session.get_one(RunRow, ("wf_1", "r3")))
    assert forget("r0", "r6") == 5
    assert left() == [("wf_1", "r0"), ("wf_1", "r6")]


def test_the_setting_decides_what_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    record("wf_1", "r", utcnow() - timedelta(days=2))
    assert forget() == 0
    monkeypatch.setenv("MEDIA_WORKFLOWS_KEEP_RUNS_DAYS", "1")
    get_settings.cache_clear()
    try:
        assert forget() == 1
    finally:
        get_settings.cache_clear()


def made_items() -> Any:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(MadeItemRow))


def test_items_and_claims_of_old_runs_go_too() -> None:
    old = utcnow() - OLD
    with transaction() as session:
        for number, time in enumerate((old, old, utcnow())):
            place = {"bucket": "b", "key": f"k{number}", "workflow_id": "wf_1", "run_id": "r", "step_id": "s"}
            session.add(MadeItemRow(content_sha256="c", reuse_sha256="r", outputs=[], made_at=time, **place))
            session.add(OutputClaimRow(map_index=-1, claimed_at=time, **place))
    forget()
    assert made_items() == 1
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(OutputClaimRow)) == 1
