"""A run in the vendor's ScheduleTask format: the event of a workflow with steps, and its task detail. Pure.

The results are in the order of the steps, which is that of a schedule's nodes. A step that was skipped is not among
them. Nodes of rules are, if the workflow is as it was imported from a schedule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from media_workflows.domain.result import JobResult
from media_workflows.domain.steps import job_steps
from media_workflows.domain.workflow import Workflow
from media_workflows.vendor_mps.event import (
    MEDIA_PROCESSES,
    first_metadata,
    input_info,
    media_result,
    unfinished_result,
)
from media_workflows.vendor_mps.event_error import run_error
from media_workflows.vendor_mps.event_intelligence import UnfinishedJob, own_results, quality_task, sub_task_entries
from media_workflows.vendor_mps.event_notes import Ended, notes_of, source_notes
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.event_shapes import TASK_KEYS, Json, error_number, shown_time, whole_numbers
from media_workflows.vendor_mps.ids import task_id
from media_workflows.vendor_mps.schedule_rules import rule_results

_ITEM_KEYS = (
    *TASK_KEYS,
    *("RecognitionTask", "ReviewTask", "AnalysisTask", "QualityControlTask", "ExecRuleTask"),
    *("SmartSubtitlesTask", "SmartEraseTask", "AIDubbingTask"),
)
_WRAPPERS = {
    "content_review": ("AiContentReview", "ReviewTask"),
    "recognition": ("AIRecognition", "RecognitionTask"),
    "analysis": ("AIAnalysis", "AnalysisTask"),
}
_QUALITY = ("AiQualityControl", "QualityControlTask")
_RULES = ("ExecRule", "ExecRuleTask")
Job = TypeVar("Job", JobResult, UnfinishedJob)


class _Result(NamedTuple):
    """An entry of ActivityResultSet, with the item it reports; None = it has not ended, or is no item."""

    type: str
    key: str
    task: Json
    ended: Ended | None = None

    @property
    def body(self) -> Json:
        return {"ActivityType": self.type, "ActivityResItem": {**dict.fromkeys(_ITEM_KEYS), self.key: self.task}}


def schedule_task_event(run: EventRun) -> Json:
    """The event of one run."""
    entries = _entries(run)
    event = {
        "EventType": "ScheduleTask",
        "ScheduleTaskEvent": _task(run, entries),
        "SessionId": "",
        "SessionContext": "",
        "MediaWorkflows": {
            "WorkflowId": run.workflow_id,
            "WorkflowName": run.workflow_name,
            "Revision": run.revision,
            "RunId": run.run_id,
            "FinishTime": shown_time(run.finished_at),
            **source_notes(run.source),
            **notes_of([entry.ended for entry in entries]),
            **own_results(_in_order(run, run.results), _in_order(run, run.unfinished)),
        },
    }
    return dict(whole_numbers(event))


def schedule_task(run: EventRun) -> Json:
    """The run as the vendor's ScheduleTask, as its task details have it."""
    return _task(run, _entries(run))


def _task(run: EventRun, entries: Sequence[_Result]) -> Json:
    error = run.error or run_error(run.results, run.is_finished)
    task = {
        "TaskId": task_id(run.workflow_id, run.run_id, "ScheduleTask"),
        "Status": "FINISH" if run.is_finished else "PROCESSING",
        "ErrCode": error_number(error.code) if error else 0,
        "Message": f"{error.code}: {error.message}" if error else "",
        "InputInfo": input_info(run.source or run.requested, run.region),
        "MetaData": first_metadata(run.results, run.source),
        "ActivityResultSet": [entry.body for entry in entries],
    }
    return dict(whole_numbers(task))


def _in_order(run: EventRun, jobs: Sequence[Job]) -> list[Job]:
    """Jobs in the order of the steps."""
    places = {step.id: number for number, step in enumerate(job_steps(run.workflow))} if run.workflow else {}
    return sorted((job for job in jobs if job.step_id in places), key=lambda job: places[job.step_id])


def _entries(run: EventRun) -> list[_Result]:
    return list(_of_steps(run, run.workflow)) if run.workflow else []


def _of_steps(run: EventRun, workflow: Workflow) -> Iterator[_Result]:
    """The results in the order of steps; a node of rules is before the first step whose node has a higher index."""
    results = {job.step_id: job for job in run.results}
    unfinished = {job.step_id: job for job in run.unfinished}
    rules = rule_results(workflow, run.decisions, results, is_finished=run.is_finished)
    steps = job_steps(workflow)
    for number, step in enumerate(steps):
        yield from (_Result(*_RULES, task) for task in rules.get(number, ()))
        if job := results.get(step.id):
            yield from _of_job(job, run)
        elif waiting := unfinished.get(step.id):
            yield from _of_unfinished(waiting, run)
    yield from (_Result(*_RULES, task) for task in rules.get(len(steps), ()))


def _of_job(job: JobResult, run: EventRun) -> Iterator[_Result]:
    region = run.region
    for item in job.items:
        one, ended = job.model_copy(update={"items": (item,)}), Ended(job, item)
        if job.kind in MEDIA_PROCESSES:
            entry = media_result(job, item, region, run.source)
            type_ = entry.pop("Type")
            yield from (_Result(type_, key, task, ended) for key, task in entry.items() if task is not None)
        elif job.kind in _WRAPPERS:
            task = {
                "Status": item.status,
                "ErrCodeExt": item.code,
                "ErrCode": error_number(item.code),
                "Message": item.message,
                "Input": {"Definition": item.definition},
                "Output": sub_task_entries(one, region),
                "BeginProcessTime": shown_time(job.begun_at),
                "FinishTime": shown_time(job.finished_at),
            }
            yield _Result(*_WRAPPERS[job.kind], task, ended)
        if quality := quality_task(one, region):
            yield _Result(*_QUALITY, quality, ended)


def _of_unfinished(job: UnfinishedJob, run: EventRun) -> Iterator[_Result]:
    region = run.region
    for item in job.items:
        if job.kind in MEDIA_PROCESSES:
            entry = unfinished_result(job, item, region, run.source)
            type_ = entry.pop("Type")
            yield from (_Result(type_, key, task) for key, task in entry.items() if task is not None)
        elif job.kind in _WRAPPERS:
            task = {
                "Status": "PROCESSING",
                "ErrCodeExt": "",
                "ErrCode": 0,
                "Message": "",
                "Input": {"Definition": item.definition},
                "Output": sub_task_entries(job, region),
                "BeginProcessTime": shown_time(job.begun_at),
                "FinishTime": shown_time(None),
            }
            yield _Result(*_WRAPPERS[job.kind], task)
    if quality := quality_task(job, region):
        yield _Result(*_QUALITY, quality)
