"""The error of a whole run, as the head of its event has it (reference 4.2). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from media_workflows.model.result import JobResult

_SOURCE_ERROR = "SourceFileError"  # the reference's codes of what lies in the source begin with it


class RunError(NamedTuple):
    """An error code of ours and a message."""

    code: str
    message: str


def run_error(results: Sequence[JobResult], is_finished: bool) -> RunError | None:
    """Why the run as a whole is in error, from the results of its jobs; None = it is not.

    It is when a job failed by its source, even where another job could use that source, and when the run ended
    before any job could open the source: cancelled, storage unreachable, a worker lost.
    """
    failed = list(_failures(results))
    if by_source := next((error for error in failed if error.code.startswith(_SOURCE_ERROR)), None):
        return by_source
    never_opened = not any(_has_worked(job) for job in results)
    return failed[0] if failed and is_finished and never_opened else None


def _has_worked(job: JobResult) -> bool:
    return job.source is not None or any(item.status == "SUCCESS" for item in job.items)


def _failures(results: Sequence[JobResult]) -> Iterator[RunError]:
    """Of items and of their sub-tasks: a check can fail in an item that has an answer to others."""
    for job in results:
        for item in job.items:
            if item.status == "FAIL":
                yield RunError(item.code, item.message)
            yield from (RunError(part.code, part.message) for part in item.sub_tasks if part.status == "FAIL")
