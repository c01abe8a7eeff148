"""Results of review, recognition, analysis and quality control in events: of each sub-task. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.result import ItemResult, JobResult
from media_workflows.domain.sub_tasks import SubTaskOutput, SubTaskResult
from media_workflows.domain.sub_tasks.analysis import QualityOutput
from media_workflows.domain.sub_tasks.content_review import ReviewOutput
from media_workflows.domain.sub_tasks.quality_control import QUALITY, QualityControlOutput
from media_workflows.vendor_mps.event_reviews import own_review
from media_workflows.vendor_mps.event_shapes import Json, error_number
from media_workflows.vendor_mps.event_sub_tasks import of_kind, output_of, own_quality, place_of

_RESULT_SETS = {
    "content_review": "AiContentReviewResultSet",
    "analysis": "AiAnalysisResultSet",
    "recognition": "AiRecognitionResultSet",
}
# The vendor has a separate field for a quality control, and for that of an analysis.
_QUALITY_FIELD = "AiQualityControlTaskResult"
FIELDS = {**_RESULT_SETS, "quality_control": _QUALITY_FIELD}  # of each kind that is no MediaProcess


@dataclass(frozen=True)
class UnfinishedJob:
    """A job without a result yet. `percent` is that of its encode; `begun_at` None = not started.

    `step_id` '' = its kind, as in workflows without steps.
    """

    kind: str
    items: Sequence[JobItem[Any]]
    percent: float = 0.0
    begun_at: datetime | None = None
    step_id: str = ""


class _Entry(NamedTuple):
    """The entry of a sub-task; `task` is the value of its task key in the vendor."""

    kind: str
    type: str
    task: Json
    output: SubTaskOutput | None = None


def intelligence_results(results: Sequence[JobResult], unfinished: Sequence[UnfinishedJob], region: str) -> Json:
    """The vendor's fields for these jobs, empty or null without such a job."""
    entries = [*_ended(results, region), *_waiting(unfinished)]
    sets = {name: _shown(kind, [one for one in entries if one.kind == kind]) for kind, name in _RESULT_SETS.items()}
    qualities = sorted((one for one in entries if one.type == QUALITY), key=lambda one: one.kind != "quality_control")
    return {**sets, _QUALITY_FIELD: qualities[0].task if qualities else None}


def own_results(results: Sequence[JobResult], unfinished: Sequence[UnfinishedJob] = ()) -> Json:
    """What the vendor's fields do not have: reviews with all that was found, and the values of quality reports."""
    entries = [*_ended(results, ""), *_waiting(unfinished)]
    reports = [
        own_quality(one.output) for one in entries if isinstance(one.output, QualityOutput | QualityControlOutput)
    ]
    return {"Reviews": [_own_review(one) for one in entries if one.kind == "content_review"], "QualityReports": reports}


def _own_review(entry: _Entry) -> Json:
    shown = own_review(entry.type, entry.output if isinstance(entry.output, ReviewOutput) else None)
    return {**shown, **{name: entry.task[name] for name in ("Status", "ErrCodeExt", "Message", "Input")}}


def _shown(kind: str, entries: Sequence[_Entry]) -> list[Json]:
    """The entries of a result set, in the order of the vendor's types."""
    shown = sorted((one for one in entries if one.type != QUALITY), key=lambda one: place_of(kind, one.type))
    return [of_kind(kind, one.type, one.task, one.output) for one in shown]


def _ended(results: Sequence[JobResult], region: str) -> Iterator[_Entry]:
    for job in results:
        for item in job.items:
            for found in item.sub_tasks:
                yield _Entry(job.kind, found.type, _task(item, found, region), found.output)


def sub_task_entries(job: JobResult | UnfinishedJob, region: str) -> list[Json]:
    """The entries of a job's sub-tasks in its result set, but that of a quality control."""
    entries = _ended([job], region) if isinstance(job, JobResult) else _waiting([job])
    return _shown(job.kind, list(entries))


def quality_task(job: JobResult | UnfinishedJob, region: str) -> Json | None:
    """The result of a job's quality control, if it has one."""
    entries = _ended([job], region) if isinstance(job, JobResult) else _waiting([job])
    return next((one.task for one in entries if one.type == QUALITY), None)


def _task(item: ItemResult, found: SubTaskResult, region: str) -> Json:
    task: Json = {
        "Status": found.status,
        "ErrCodeExt": found.code,
        "ErrCode": error_number(found.code),
        "Message": found.message,
        "Input": {"Definition": item.definition},
        "Output": output_of(found.type, found.output, region) if found.output else None,
    }
    return _as_of_type(found.type, task, 100 if found.status == "SUCCESS" else 0)


def _waiting(unfinished: Sequence[UnfinishedJob]) -> Iterator[_Entry]:
    for job in unfinished:
        for item in job.items:
            for type_ in item.sub_task_types:
                yield _Entry(job.kind, type_, _waiting_task(type_, item.definition, int(job.percent)))


def _waiting_task(type_: str, definition: int, percent: int) -> Json:
    task: Json = {
        "Status": "PROCESSING",
        "ErrCodeExt": "",
        "ErrCode": 0,
        "Message": "",
        "Input": {"Definition": definition},
        "Output": None,
    }
    return _as_of_type(type_, task, percent)


def _as_of_type(type_: str, task: Json, percent: int) -> Json:
    """The vendor's quality control has progress."""
    return task | {"Progress": percent} if type_ == QUALITY else task
