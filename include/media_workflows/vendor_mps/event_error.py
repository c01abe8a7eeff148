"""The error of a whole run, as the head of its event has it (reference 4.2). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from media_workflows.domain.result import JobResult

_SOURCE_ERROR = "SourceFileError"  # the reference's codes of what lies in the source begin with it


class RunError(NamedTuple):
    """An error code of ours and a message."""

    code: str
    message: str


def run_error(results: Sequence[JobResult], is_finished: bool) -> RunError | None:
    """Why the run as a whole is in error, from the results of its jobs; None = it is not.

    It is when the source made jobs fail and nothing was made of it, and when the run ended before any job could open
    the source: cancelled, storage unreachable, a worker lost. A receiver that looks at nothing else loses no output.
    """
    if any(item.status == "SUCCESS" for job in results for item in job.items):
        return None
    failed = list(_failures(results))
    if by_source := next((error for error in failed if error.code.startswith(_SOURCE_ERROR)), None):
        return by_source
    never_opened = all(job.source is None for job in results)
    return failed[0] if failed and is_finished and never_opened else None


def _failures(results: Sequence[JobResult]) -> Iterator[RunError]:
    """Of items and of their sub-tasks: a check can fail in an item that has an answer to others."""
    for job in results:
        for item in job.items:
            if item.status == "FAIL":
                yield RunError(item.code, item.message)
            yield from (RunError(part.code, part.message) for part in item.sub_tasks if part.status == "FAIL")
