"""The results in the event of a run, of either shape of the vendor, in one form. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

_SEVERITY = ("", "pass", "review", "block")
_SETS = {
    "AiContentReviewResultSet": "review",
    "AiRecognitionResultSet": "recognition",
    "AiAnalysisResultSet": "analysis",
}
_WRAPPERS = {"ReviewTask": "review", "RecognitionTask": "recognition", "AnalysisTask": "analysis"}
_QUALITY = "QualityControlTask"


@dataclass(frozen=True)
class Result:
    """`kind`: the vendor's type of a file, or `review`, `recognition`, `analysis`, `quality`.

    `suggestion` is that of a check of a review; one that failed leaves the source unchecked, hence `review`.
    """

    kind: str
    template: str
    status: str
    path: str = ""
    error: str = ""
    percent: int = 0
    suggestion: str = ""


def results_of(task: Json) -> list[Result]:
    """Of each item and sub-task that a job or step made or makes, in the event's order."""
    return list(_of_steps(task["ActivityResultSet"]) if "ActivityResultSet" in task else _of_jobs(task))


def verdict_of(results: list[Result]) -> str:
    """The worst suggestion of the review; '' = there was none."""
    return max((one.suggestion for one in results), key=_SEVERITY.index, default="")


def _of_jobs(task: Json) -> Iterator[Result]:
    for entry in task["MediaProcessResultSet"]:
        yield from (_result(entry["Type"], made) for made in _tasks(entry))
    for name, kind in _SETS.items():
        for entry in task.get(name) or ():
            yield from (_result(kind, made) for made in _tasks(entry))
    if quality := task.get("AiQualityControlTaskResult"):
        yield _result("quality", quality)


def _of_steps(activities: list[Json]) -> Iterator[Result]:
    for activity in activities:
        for key, made in activity["ActivityResItem"].items():
            if not made or "Status" not in made:
                continue
            if key in _WRAPPERS:
                found = [one for entry in made["Output"] or () for one in _tasks(entry)]
                yield from (_result(_WRAPPERS[key], one) for one in found or [{**made, "Output": None}])
            elif key == _QUALITY:
                yield _result("quality", made)
            elif "Input" in made:  # a rule makes nothing
                yield _result(activity["ActivityType"], made)


def _tasks(entry: Json) -> Iterator[Json]:
    return (value for key, value in entry.items() if key.endswith("Task") and value)


def _result(kind: str, task: Json) -> Result:
    output = task.get("Output") or {}
    failed = task["Status"] == "FAIL"
    return Result(
        kind=kind,
        template=str(task["Input"].get("Definition") or ""),
        status=task["Status"],
        path=output.get("Path", "") or task["Input"].get("OutputObjectPath", ""),
        error=f"{task['ErrCodeExt']}: {task['Message']}" if failed else "",
        percent=task.get("Progress") or 0,
        suggestion=output.get("Suggestion", "review" if failed else "") if kind == "review" else "",
    )
