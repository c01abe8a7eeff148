"""Runs that ended, for tests of events: stored as jobs and the notify task store them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from definitions import workflow
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject
from media_workflows.domain.run import Run
from media_workflows.notifications.outbox import store_finish
from media_workflows.store import runs
from media_workflows.store.engine import transaction
from media_workflows.store.events import StoredEvent

BEGUN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SOURCE = SourceObject(bucket="media-input", key="in/片.mp4", etag="e", size_bytes=5)


def run_of(notification: Any, run_id: str = "r1", workflow_id: str = "wf_1", **parts: Any) -> Run:
    """A run of a workflow with one transcode and this notification."""
    return Run(workflow_id, run_id, 1, workflow(notification=notification, **parts))


def job_result(kind: str = "transcode", key: str = "out/a.mp4") -> JobResult:
    """A job that made one file."""
    output = OutputRecord(bucket="media-input", key=key, size_bytes=7, md5="m", etag="e")
    item = ItemResult(item={"template": 100010}, definition=100010, status="SUCCESS", outputs=(output,))
    return JobResult(kind=kind, begun_at=BEGUN, finished_at=BEGUN, source=None, items=(item,))


def finish(run: Run, *results: JobResult) -> StoredEvent:
    """Store a run's results, then its event."""
    with transaction() as session:
        runs.record_source(session, run.workflow_id, run.run_id, run.revision, SOURCE)
        for result in results or (job_result(),):
            runs.record_job(session, run.workflow_id, run.run_id, result)
    return store_finish(run, [])
