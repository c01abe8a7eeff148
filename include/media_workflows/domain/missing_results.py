"""Results of jobs whose tasks ended without a result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.result import ItemResult, JobResult, job_failure
from media_workflows.errors import JobCancelledError, MediaWorkflowsError


def cause_of(jobs: Sequence[JobResult]) -> ItemResult | None:
    """The failed item that kept other jobs from running: of feature extraction, or of a review."""
    first = [item for kind in (FEATURES, "content_review") for job in jobs if job.kind == kind for item in job.items]
    return next((item for item in first if item.status == "FAIL"), None)


def without_result(
    kind: str, items: Sequence[JobItem[Any]], state: str, cancelled_by: str | None, cause: ItemResult | None = None
) -> JobResult:
    """The failed result of a job whose task ended without a result."""
    if cancelled_by is not None:
        return job_failure(kind, items, JobCancelledError.code, f"the run was cancelled by {cancelled_by}")
    if cause is not None and state == "upstream_failed":
        return job_failure(kind, items, cause.code, f"a task before this one failed: {cause.message}")
    message = f"the task ended as {state} and left no result; see its log in Airflow"
    return job_failure(kind, items, MediaWorkflowsError.code, message)
