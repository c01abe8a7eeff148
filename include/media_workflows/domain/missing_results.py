"""Results of steps whose tasks ended without a result."""

from __future__ import annotations

from collections.abc import Sequence

from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.result import ItemResult, JobResult, job_failure
from media_workflows.domain.steps import JobStep
from media_workflows.errors import JobCancelledError, JobFailedError, MediaWorkflowsError


def cause_of(jobs: Sequence[JobResult]) -> ItemResult | None:
    """The failed item that kept other steps from running: of feature extraction, or of a review."""
    first = [item for kind in (FEATURES, "content_review") for job in jobs if job.kind == kind for item in job.items]
    return next((item for item in first if item.status == "FAIL"), None)


def without_result(step: JobStep, state: str, cancelled_by: str | None, cause: ItemResult | None = None) -> JobResult:
    """The failed result of a step whose task ended without a result."""
    code, message = _explained(state, cancelled_by, cause)
    return job_failure(step.kind, step.items, code, message, step=step.instance)


def _explained(state: str, cancelled_by: str | None, cause: ItemResult | None) -> tuple[str, str]:
    """Error code and message."""
    if cancelled_by is not None:
        return JobCancelledError.code, f"the run was cancelled by {cancelled_by}"
    if cause is not None and state == "upstream_failed":
        return cause.code, f"a task before this one failed: {cause.message}"
    if state == "upstream_failed":
        return JobFailedError.code, "it did not run, as a task before it failed"
    return MediaWorkflowsError.code, f"the task ended as {state} and left no result; see its log in Airflow"
