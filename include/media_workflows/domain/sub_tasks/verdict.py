"""The verdict of a review: the most severe suggestion of its checks."""

from __future__ import annotations

from collections.abc import Sequence

from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.content_review import ReviewOutput, Suggestion

SEVERITY: dict[Suggestion, int] = {"pass": 0, "review": 1, "block": 2}


def verdict(results: Sequence[SubTaskResult]) -> Suggestion:
    """The verdict of a whole review. A person has to review what could not be checked."""
    outputs = [result.output for result in results if isinstance(result.output, ReviewOutput)]
    unknown: list[Suggestion] = ["review"] if len(outputs) < len(results) else []
    suggestions = [*(output.suggestion for output in outputs), *unknown]
    return max(suggestions, key=SEVERITY.__getitem__, default="pass")
