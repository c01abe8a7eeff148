"""The error of a whole run, for the head of its event. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from media_workflows.domain.result import JobResult
from media_workflows.errors import NotPublishedError

_SOURCE_ERROR = "SourceFileError"  # the prefix of the vendor's codes for problems of the source


class RunError(NamedTuple):
    """The code and the message of the error of a run."""

    code: str
    message: str


def run_error(results: Sequence[JobResult], is_finished: bool) -> RunError | None:
    """The error of the run as a whole, from the results of its jobs; None = no error.

    A run is in error if no item succeeded and the source is the cause, or its outputs were not published together, or
    if it ended before any job could open the source: cancelled, storage unreachable, a worker lost. So a receiver that
    reads only the head misses no output.
    """
    if any(item.status == "SUCCESS" for job in results for item in job.items):
        return None
    failed = list(_failures(results))
    if by_source := next((error for error in failed if error.code.startswith(_SOURCE_ERROR)), None):
        return by_source
    if removed := next((error for error in failed if error.code == NotPublishedError.code), None):
        return removed
    never_opened = all(job.source is None for job in results)
    return failed[0] if failed and is_finished and never_opened else None


def _failures(results: Sequence[JobResult]) -> Iterator[RunError]:
    """The errors of items and of their sub-tasks: one check can fail in an item whose other checks succeed."""
    for job in results:
        for item in job.items:
            if item.status == "FAIL":
                yield RunError(item.code, item.message)
            yield from (RunError(part.code, part.message) for part in item.sub_tasks if part.status == "FAIL")
