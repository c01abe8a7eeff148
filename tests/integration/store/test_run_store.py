"""Runs in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from media_workflows.domain.progress import JobProgress
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject
from media_workflows.domain.step_key import StepInstance, StepKey
from media_workflows.errors import SourceGoneError
from media_workflows.store import runs
from media_workflows.store.engine import transaction
from media_workflows.store.made_items import ItemIdentity, MadeItem, MadeOutput, made_items, record_made_item
from media_workflows.store.progress import progress_of_run, record_progress
from media_workflows.store.tables import utcnow

pytestmark = pytest.mark.usefixtures("database")

BEGUN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SOURCE = SourceObject(bucket="b", key="in/片 a.mp4", etag="e", size_bytes=5, last_modified=BEGUN)


def do(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    with transaction() as session:
        return function(session, *arguments, **named)


def job(kind: str, status: Any = "SUCCESS") -> JobResult:
    output = OutputRecord(bucket="b", key="out/a.jpg", size_bytes=1, md5="m", time_offset_s=0.5)
    item = ItemResult(item={"template": 10}, definition=10, status=status, outputs=(output,))
    return JobResult(kind=kind, begun_at=BEGUN, finished_at=BEGUN, source=None, items=(item,))


def test_a_run_reads_back() -> None:
    do(runs.record_source, "wf_1", "r1", 3, SOURCE)
    do(runs.record_job, "wf_1", "r1", job("transcode"))
    do(runs.record_job, "wf_1", "r1", job("sample_snapshot"))
    do(runs.record_job, "wf_2", "r1", job("transcode"))
    found = do(runs.get_run, "wf_1", "r1")
    assert (found.revision, found.source, found.error) == (3, SOURCE, None)
    assert found.jobs == (job("sample_snapshot"), job("transcode"))
    assert do(runs.get_run, "wf_1", "r2") is None
    assert do(runs.get_run, "wf_2", "r1") is None  # never got to its sensor
    assert set(do(runs.get_runs, "wf_1", ["r1", "r2"])) == {"r1"}
    assert do(runs.get_runs, "wf_1", []) == {}


def test_a_later_try_replaces() -> None:
    do(runs.record_source, "wf_1", "r1", 3, SOURCE, SourceGoneError("gone"))
    assert do(runs.get_run, "wf_1", "r1").error == {"code": "SourceFileError", "message": "gone"}
    do(runs.record_source, "wf_1", "r1", 3, SOURCE)
    do(runs.record_job, "wf_1", "r1", job("transcode", "FAIL"))
    do(runs.record_job, "wf_1", "r1", job("transcode"))
    found = do(runs.get_run, "wf_1", "r1")
    assert found.error is None
    assert found.jobs == (job("transcode"),)
    do(runs.forget_job, StepKey("wf_1", "r1", "transcode"))
    assert do(runs.get_run, "wf_1", "r1").jobs == ()


def progress(percent: float, try_number: int = 1, kind: str = "transcode") -> JobProgress:
    return JobProgress(kind=kind, try_number=try_number, phase="encoding", percent=percent, fps=25.5, updated_at=BEGUN)


def test_progress_is_that_of_the_latest_try() -> None:
    do(record_progress, "wf_1", "r1", progress(10))
    do(record_progress, "wf_1", "r1", progress(5, kind="sample_snapshot"))
    do(record_progress, "wf_1", "r1", progress(20, try_number=2))
    do(record_progress, "wf_1", "r1", progress(90))  # the first try's process did not know that it was given up
    found = do(progress_of_run, "wf_1", "r1")
    assert found == {
        StepInstance("transcode"): progress(20, 2),
        StepInstance("sample_snapshot"): progress(5, kind="sample_snapshot"),
    }
    assert do(progress_of_run, "wf_2", "r1") == {}


def test_a_cancellation_lasts_until_it_is_forgotten() -> None:
    tried_at = utcnow()
    assert do(runs.cancellation, "wf_1", "r1") is None
    do(runs.record_cancellation, "wf_1", "r1", "anna")
    do(runs.record_cancellation, "wf_1", "r1", "bob")
    assert do(runs.cancellation, "wf_1", "r1").by == "anna"
    assert do(runs.cancellation, "wf_2", "r1") is None
    do(runs.forget_cancellation, "wf_1", "r1", tried_at)  # it was cancelled while its first try began
    assert do(runs.cancellation, "wf_1", "r1").by == "anna"
    do(runs.forget_cancellation, "wf_1", "r1", utcnow())
    assert do(runs.cancellation, "wf_1", "r1") is None


def test_made_items_are_found_by_content_and_reuse_key_the_newest_first() -> None:
    def made(run_id: str, key: str) -> MadeItem:
        record = OutputRecord(bucket="b", key=key, size_bytes=1, md5="m", etag="e")
        return MadeItem(
            workflow_id="wf_1", run_id=run_id, outputs=(MadeOutput(record=record, variables={"number": "0"}),)
        )

    identity = ItemIdentity(content_sha256="c" * 64, reuse_sha256="r" * 64)
    for run_id, key in (("r1", "a"), ("r2", "b"), ("r3", "a")):
        do(record_made_item, identity, made(run_id, key))
    assert do(made_items, identity) == [made("r3", "a"), made("r2", "b")]
    assert do(made_items, identity.model_copy(update={"reuse_sha256": "s" * 64})) == []
    assert do(made_items, identity.model_copy(update={"content_sha256": "d" * 64})) == []


DAG_ID, STEP_ID = "d" * 250, "s" * 250  # as long as Airflow allows


def test_two_steps_of_one_kind_and_the_indices_of_a_mapped_one_keep_results_apart() -> None:
    steps = [StepInstance("hd"), StepInstance("sd"), StepInstance(STEP_ID, 0), StepInstance(STEP_ID, 1)]
    for number, step in enumerate(steps):
        result = job("transcode").model_copy(update={**step._asdict(), "source_sha256": str(number)})
        do(runs.record_job, DAG_ID, "r1", result)
        do(record_progress, DAG_ID, "r1", progress(number).model_copy(update=step._asdict()))
    found = do(runs.results_of_run, DAG_ID, "r1")
    assert [(result.step, result.kind, result.source_sha256) for result in found] == [
        (step, "transcode", str(number)) for number, step in enumerate(steps)
    ]
    percents = {step: one.percent for step, one in do(progress_of_run, DAG_ID, "r1").items()}
    assert percents == {step: number for number, step in enumerate(steps)}
    do(runs.forget_job, StepKey(DAG_ID, "r1", STEP_ID, 0))
    assert [result.step for result in do(runs.results_of_run, DAG_ID, "r1")] == [*steps[:2], steps[3]]
