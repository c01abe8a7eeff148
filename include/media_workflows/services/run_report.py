"""Run reports for the API and the command line: Airflow's state combined with the stored results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from media_workflows.airflow_adapter import dag_state
from media_workflows.airflow_adapter.dag_state import ENDED_TASK
from media_workflows.airflow_adapter.run_copies import history_of_run
from media_workflows.airflow_adapter.waiting import RUN, waits
from media_workflows.domain.action_result import ActionResultFields
from media_workflows.domain.base import Model
from media_workflows.domain.costs.bill import Bill
from media_workflows.domain.jobs import INTELLIGENCE_KINDS
from media_workflows.domain.missing_results import cause_of, without_result
from media_workflows.domain.process_runs import PROCESS, STEPS
from media_workflows.domain.progress import JobProgress
from media_workflows.domain.removed_source import RemovedSource, removed_source
from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.run_report import (
    ActionReport,
    EarlyPlaylist,
    ItemReport,
    JobReport,
    MediaFile,
    ended_items,
    source_file,
    unfinished_items,
)
from media_workflows.domain.run_review import RunReview
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.steps import ActionStep, JobStep, action_steps, features_id, job_steps
from media_workflows.domain.waiting import Waiting
from media_workflows.domain.walked_steps import walked_states
from media_workflows.services.costs import run_bill
from media_workflows.services.stored_run import StoredRun, stored_run
from media_workflows.settings import get_settings
from media_workflows.store.run_copies import TaskSummary
from media_workflows.store.run_history import ended_tasks
from media_workflows.store.runs import CancelRequest
from media_workflows.store.tables import utcnow
from media_workflows.vendor_mps.event_error import RunError
from media_workflows.vendor_mps.event_intelligence import UnfinishedJob
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.run_shapes import TaskProgress, TaskStatus, task_detail

_STATUS: dict[str, TaskStatus] = {"queued": "WAITING", "running": "PROCESSING"}
_NEVER_SCHEDULED = TaskSummary(state=None, try_number=0, started_at=None, ended_at=None)


class RunReport(Model):
    """One run: its state in Airflow, its source, its jobs, its steps without media, and `task`.

    `backfill_id` is the backfill that started it, `request_id` the request for ad-hoc processing, `waiting` what it
    waits for while it is queued. `source_removed`: one of its steps has deleted or moved the source. `review` is that
    by persons, with the findings that have a decision; None = there is nothing to review. `bill` is what it used and
    costs; None = no step has ended, or it ran in a version that did not record that. `task` is the run in the
    reference's shape, the WorkflowTask or ScheduleTask of its events, which has jobs only.
    """

    workflow_id: str
    run_id: str
    state: str
    queued_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    revision: int | None
    backfill_id: str | None = None
    request_id: str | None = None
    waiting: Waiting | None = None
    cancelled: CancelRequest | None
    source: SourceObject | None
    source_removed: RemovedSource | None = None
    error: dict[str, str] | None
    before: MediaFile | None
    jobs: tuple[JobReport, ...]
    actions: tuple[ActionReport, ...] = ()
    review: RunReview | None = None
    bill: Bill | None = None
    task: dict[str, Any]


@dataclass(frozen=True)
class _Job:
    """What both sides know of a job; `result` None = it has not ended, or was skipped."""

    step: JobStep
    task: TaskSummary
    progress: JobProgress | None
    result: JobResult | None
    decision: StepDecision | None
    waiting: Waiting | None = None
    early: Sequence[EarlyPlaylist] = ()

    @property
    def is_skipped(self) -> bool:
        return self.task.state == "skipped" and self.result is None


def run_report(workflow_id: str, run_id: str) -> RunReport:
    """The full report of a run. Raises NotFoundError."""
    tasks = dag_state.task_summaries(workflow_id, run_id)
    waiting = waits([(workflow_id, run_id)]).get((workflow_id, run_id), {})
    with history_of_run(workflow_id, run_id) as session:
        stored = stored_run(session, workflow_id, run_id)
        tasks = tasks or ended_tasks(session, workflow_id, run_id)
    if workflow_id == PROCESS:
        tasks = _walked_tasks(stored, tasks)
    jobs = [
        _job(stored, step, tasks.get(step.id, _NEVER_SCHEDULED), waiting.get(step.id))
        for step in job_steps(stored.workflow)
    ]
    actions = tuple(
        _action_report(stored, step, tasks.get(step.id, _NEVER_SCHEDULED)) for step in action_steps(stored.workflow)
    )
    asks = next((one for one in waiting.values() if one.reason == "approval"), None)
    return _report(stored, jobs, actions, asks or waiting.get(RUN))


def _walked_tasks(stored: StoredRun, tasks: Mapping[str, TaskSummary]) -> dict[str, TaskSummary]:
    """The steps of a request, which are one task, as if each had a task of its own."""
    task = tasks.get(STEPS, _NEVER_SCHEDULED)
    jobs = {job.step.step_id: job for job in stored.jobs}
    begun = {one.step.step_id for one in stored.progress.values() if one.phase not in ("done", "failed")}
    states = walked_states(stored.workflow, task.state, jobs, stored.actions, stored.decisions, begun)
    return {id_: task.model_copy(update={"state": state}) for id_, state in states.items()}


def _job(stored: StoredRun, step: JobStep, task: TaskSummary, waiting: Waiting | None) -> _Job:
    progress = _current(stored.progress.get(step.instance), task)
    result = _result(stored, step, task)
    playable = stored.early.get(step.instance, ()) if result is None else ()
    return _Job(step, task, progress, result, _decision(stored, step), waiting, playable)


def _current(progress: JobProgress | None, task: TaskSummary) -> JobProgress | None:
    """None while a further try waits, or has not reported yet: the figures are those of the try before it."""
    if progress is None or task.state in ENDED_TASK:
        return progress
    return progress if task.state == "running" and progress.try_number >= task.try_number else None


def _decision(stored: StoredRun, step: JobStep) -> StepDecision | None:
    """Its own, or that on the features which it reads: where these are skipped, it is, too."""
    own = stored.decisions.get(step.id)
    if own or step.definition is None or step.kind not in INTELLIGENCE_KINDS:
        return own
    return stored.decisions.get(features_id(step.definition, stored.workflow.steps))


def _result(stored: StoredRun, step: JobStep, task: TaskSummary) -> JobResult | None:
    """None while the task has not ended, or if it was skipped: a result stored then is that of an earlier try.

    In flat workflows, Airflow skips what a cancelled run has left.
    """
    cancelled = stored.cancelled
    if task.state not in ENDED_TASK or (task.state == "skipped" and step.definition and cancelled is None):
        return None
    results = {job.step: job for job in stored.jobs}
    if step.instance in results:
        return results[step.instance]
    stand_in = without_result(step, task.state, cancelled.by if cancelled else None, cause_of(list(results.values())))
    times = {"begun_at": task.started_at, "finished_at": task.ended_at}
    return stand_in.model_copy(update={name: time for name, time in times.items() if time is not None})


def _report(
    stored: StoredRun, jobs: list[_Job], actions: tuple[ActionReport, ...], waiting: Waiting | None
) -> RunReport:
    run, record, source, request = stored.run, stored.record, stored.source, stored.request
    results = [job.result for job in jobs if job.result]
    return RunReport(
        workflow_id=stored.workflow_id,
        **run.model_dump(),
        revision=record.revision if record else None,
        backfill_id=stored.backfill_id,
        request_id=request.request_id if request else None,
        waiting=waiting,
        cancelled=None if run.state == "success" else stored.cancelled,  # it came too late
        source=source,
        source_removed=removed_source(source, stored.actions.values()),
        error=record.error if record else None,
        before=source_file(source, results) if source else None,
        jobs=tuple(_job_report(job) for job in jobs),
        actions=actions,
        review=stored.review,
        bill=run_bill(source, stored.jobs),
        task=_task(stored, jobs),
    )


def _job_report(job: _Job) -> JobReport:
    return JobReport(
        kind=job.step.kind,
        **job.step.instance._asdict(),
        state=job.task.state,
        try_number=job.task.try_number,
        progress=job.progress,
        stalled_s=_stalled_s(job),
        waiting=job.waiting,
        begun_at=job.result.begun_at if job.result else job.task.started_at,
        finished_at=job.result.finished_at if job.result else None,
        items=_items(job),
        decision=job.decision,
        commands=job.result.commands if job.result else (),
        usage=job.result.usage if job.result else None,
        early_playlists=tuple(job.early),
    )


def _stalled_s(job: _Job) -> int | None:
    if job.progress is None or job.task.state in ENDED_TASK:
        return None
    return job.progress.stalled_s(utcnow(), get_settings().ffmpeg_stall_s)


def _action_report(stored: StoredRun, step: ActionStep, task: TaskSummary) -> ActionReport:
    """A result stored while the task has not ended, or was skipped, is that of an earlier try."""
    result = stored.actions.get(step.id) if task.state in ("success", "failed") else None
    waits = task.state == dag_state.AWAITING_ANSWER
    return ActionReport(
        **(result.model_dump(include=set(ActionResultFields.model_fields)) if result else {}),
        step_id=step.id,
        kind=step.action.kind,
        state=task.state,
        try_number=task.try_number,
        begun_at=result.begun_at if result else task.started_at,
        finished_at=result.finished_at if result else task.ended_at,
        decision=stored.decisions.get(step.id),
        answer_at=dag_state.answer_page(stored.workflow_id, stored.run.run_id, step.id) if waits else "",
    )


def _items(job: _Job) -> tuple[ItemReport, ...]:
    if job.is_skipped:
        return ()
    return ended_items(job.result) if job.result else unfinished_items(job.step.items)


def _task(stored: StoredRun, jobs: list[_Job]) -> dict[str, Any]:
    """The detail of the task in the shape of the workflow's events."""
    run, record, workflow = stored.reported, stored.record, stored.workflow
    status = _STATUS.get(run.state, "FINISH")
    shown = EventRun(
        workflow_id=stored.workflow_id,
        workflow_name=workflow.name,
        run_id=run.run_id,
        revision=(record.revision if record else None) or 0,
        workflow=workflow,
        source=stored.source,
        results=[job.result for job in jobs if job.result],
        unfinished=[_unfinished(job) for job in jobs if job.result is None and not job.is_skipped],
        decisions=stored.decisions,
        error=RunError(**record.error) if record and record.error else None,
        finished_at=(run.ended_at or utcnow()) if status == "FINISH" else None,
        region=stored.region,
        requested=stored.request.source if stored.request else None,
    )
    progress = TaskProgress(status, run.queued_at, run.started_at, run.ended_at)
    return task_detail(shown, workflow.event, progress, workflow.priority, stored.context)


def _unfinished(job: _Job) -> UnfinishedJob:
    """A job that waits to be tried again is at 0, whatever its last try reached."""
    percent = job.progress.percent if job.progress else 0.0
    return UnfinishedJob(job.step.kind, job.step.items, percent, job.task.started_at, job.step.id)
