"""Run reports for the API and the command line: Airflow's state combined with the stored results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from media_workflows.airflow_adapter import dag_state
from media_workflows.airflow_adapter.dag_state import ENDED_TASK
from media_workflows.airflow_adapter.run_copies import history_of_run
from media_workflows.airflow_adapter.waiting import RUN, waits
from media_workflows.domain.action_result import ActionResult, ActionResultFields
from media_workflows.domain.base import Model
from media_workflows.domain.costs.bill import Bill
from media_workflows.domain.jobs import INTELLIGENCE_KINDS
from media_workflows.domain.missing_results import cause_of, without_result
from media_workflows.domain.process_runs import PROCESS, STEPS
from media_workflows.domain.progress import JobProgress
from media_workflows.domain.removed_source import RemovedSource, removed_source
from media_workflows.domain.request_context import RequestContext
from media_workflows.domain.result import JobResult, RequestedSource, SourceObject
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
from media_workflows.domain.step_key import StepInstance
from media_workflows.domain.steps import ActionStep, JobStep, action_steps, features_id, job_steps
from media_workflows.domain.waiting import Waiting
from media_workflows.domain.walked_steps import walked_states
from media_workflows.domain.workflow import Workflow
from media_workflows.services.costs import run_bill
from media_workflows.services.reviews import decided_review
from media_workflows.settings import get_settings
from media_workflows.store import runs as run_store
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.backfill_objects import backfill_of_run, context_of_run
from media_workflows.store.bucket_regions import region_of
from media_workflows.store.decisions import decisions_of_run
from media_workflows.store.early_objects import early_playlists
from media_workflows.store.events import end_reported_at
from media_workflows.store.processes import requests_of_runs
from media_workflows.store.progress import progress_of_run
from media_workflows.store.run_copies import TaskSummary
from media_workflows.store.run_history import DagRunSummary, ended_tasks, find_run
from media_workflows.store.runs import CancelRequest, RunRecord
from media_workflows.store.tables import utcnow
from media_workflows.store.workflows import resolved_at
from media_workflows.vendor_mps.event import TaskStatus, task_detail, workflow_task
from media_workflows.vendor_mps.event_error import RunError
from media_workflows.vendor_mps.event_intelligence import UnfinishedJob
from media_workflows.vendor_mps.schedule_event import ScheduleRun, schedule_task

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
        run = find_run(session, workflow_id, run_id)
        tasks = tasks or ended_tasks(session, workflow_id, run_id)
        record = run_store.get_run(session, workflow_id, run_id)
        request = requests_of_runs(session, [run_id]).get(run_id) if workflow_id == PROCESS else None
        backfill_id = None if request else backfill_of_run(session, workflow_id, run_id)
        cancelled = run_store.cancellation(session, workflow_id, run_id)
        progress = progress_of_run(session, workflow_id, run_id)
        early = early_playlists(session, workflow_id, run_id)
        decisions = decisions_of_run(session, workflow_id, run_id)
        action_results = actions_of_run(session, workflow_id, run_id)
        review = decided_review(session, workflow_id, run_id, record.jobs if record else ())
        revision = request.number if request else record.revision if record else None
        workflow = resolved_at(session, workflow_id, revision)
        region, context = region_of(session, workflow), context_of_run(session, workflow_id, run_id)
        shown = _as_reported(session, workflow_id, run)
    if workflow_id == PROCESS:
        tasks = _walked_tasks(workflow, tasks, record, progress, decisions, action_results)
    results = {job.step: job for job in (record.jobs if record else ())}
    jobs = []
    for step in job_steps(workflow):
        task = tasks.get(step.id, _NEVER_SCHEDULED)
        result = _result(step, task, results, cancelled)
        decision = _decision(step, workflow, decisions)
        reported = _current(progress.get(step.instance), task)
        playable = early.get(step.instance, ()) if result is None else ()
        jobs.append(_Job(step, task, reported, result, decision, waiting.get(step.id), playable))
    actions = tuple(
        _action_report(workflow_id, run, step, tasks.get(step.id, _NEVER_SCHEDULED), decisions, action_results)
        for step in action_steps(workflow)
    )
    requested = request.source if request else None
    detail = _task(workflow_id, shown, record, workflow, jobs, decisions, region, context, requested)
    report = _report(workflow_id, run, record, cancelled, jobs, detail)
    started_by = {"backfill_id": backfill_id, "request_id": request.request_id if request else None}
    removed = removed_source(report.source, action_results.values())
    asks = next((one for one in waiting.values() if one.reason == "approval"), None)
    found = {"actions": actions, "waiting": asks or waiting.get(RUN), "review": review, "source_removed": removed}
    return report.model_copy(update={**found, **started_by})


def _as_reported(session: Session, workflow_id: str, run: DagRunSummary) -> DagRunSummary:
    """The run as its events have it: after that of its end, a receiver must not read that the task is processing.

    Airflow ends a run some seconds after the task that stores the event.
    """
    if run.state != "running" or run.started_at is None:
        return run
    ended_at = end_reported_at(session, workflow_id, run.run_id, run.started_at)
    return run.model_copy(update={"state": "ended", "ended_at": ended_at}) if ended_at else run


def _walked_tasks(
    workflow: Workflow,
    tasks: Mapping[str, TaskSummary],
    record: RunRecord | None,
    progress: Mapping[StepInstance, JobProgress],
    decisions: Mapping[str, StepDecision],
    actions: Mapping[str, ActionResult],
) -> dict[str, TaskSummary]:
    """The steps of a request, which are one task, as if each had a task of its own."""
    task = tasks.get(STEPS, _NEVER_SCHEDULED)
    jobs = {job.step.step_id: job for job in (record.jobs if record else ())}
    begun = {one.step.step_id for one in progress.values() if one.phase not in ("done", "failed")}
    states = walked_states(workflow, task.state, jobs, actions, decisions, begun)
    return {id_: task.model_copy(update={"state": state}) for id_, state in states.items()}


def _current(progress: JobProgress | None, task: TaskSummary) -> JobProgress | None:
    """None while a further try waits, or has not reported yet: the figures are those of the try before it."""
    if progress is None or task.state in ENDED_TASK:
        return progress
    return progress if task.state == "running" and progress.try_number >= task.try_number else None


def _decision(step: JobStep, workflow: Workflow, decisions: Mapping[str, StepDecision]) -> StepDecision | None:
    """Its own, or that on the features which it reads: where these are skipped, it is, too."""
    own = decisions.get(step.id)
    if own or step.definition is None or step.kind not in INTELLIGENCE_KINDS:
        return own
    return decisions.get(features_id(step.definition, workflow.steps))


def _result(
    step: JobStep,
    task: TaskSummary,
    stored: dict[StepInstance, JobResult],
    cancelled: CancelRequest | None,
) -> JobResult | None:
    """None while the task has not ended, or if it was skipped: a result stored then is that of an earlier try.

    In flat workflows, Airflow skips what a cancelled run has left.
    """
    if task.state not in ENDED_TASK or (task.state == "skipped" and step.definition and cancelled is None):
        return None
    if step.instance in stored:
        return stored[step.instance]
    cause = cause_of(list(stored.values()))
    stand_in = without_result(step, task.state, cancelled.by if cancelled else None, cause)
    times = {"begun_at": task.started_at, "finished_at": task.ended_at}
    return stand_in.model_copy(update={name: time for name, time in times.items() if time is not None})


def _report(
    workflow_id: str,
    run: DagRunSummary,
    record: RunRecord | None,
    cancelled: CancelRequest | None,
    jobs: list[_Job],
    detail: dict[str, Any],
) -> RunReport:
    source = record.source if record else None
    results = [job.result for job in jobs if job.result]
    return RunReport(
        workflow_id=workflow_id,
        **run.model_dump(),
        revision=record.revision if record else None,
        cancelled=None if run.state == "success" else cancelled,  # it came too late
        source=source,
        error=record.error if record else None,
        before=source_file(source, results) if source else None,
        jobs=tuple(_job_report(job) for job in jobs),
        bill=run_bill(source, record.jobs if record else ()),
        task=detail,
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


def _action_report(
    workflow_id: str,
    run: DagRunSummary,
    step: ActionStep,
    task: TaskSummary,
    decisions: Mapping[str, StepDecision],
    results: Mapping[str, ActionResult],
) -> ActionReport:
    """A result stored while the task has not ended, or was skipped, is that of an earlier try."""
    result = results.get(step.id) if task.state in ("success", "failed") else None
    waits = task.state == dag_state.AWAITING_ANSWER
    return ActionReport(
        **(result.model_dump(include=set(ActionResultFields.model_fields)) if result else {}),
        step_id=step.id,
        kind=step.action.kind,
        state=task.state,
        try_number=task.try_number,
        begun_at=result.begun_at if result else task.started_at,
        finished_at=result.finished_at if result else task.ended_at,
        decision=decisions.get(step.id),
        answer_at=dag_state.answer_page(workflow_id, run.run_id, step.id) if waits else "",
    )


def _items(job: _Job) -> tuple[ItemReport, ...]:
    if job.is_skipped:
        return ()
    return ended_items(job.result) if job.result else unfinished_items(job.step.items)


def _task(
    workflow_id: str,
    run: DagRunSummary,
    record: RunRecord | None,
    workflow: Workflow,
    jobs: list[_Job],
    decisions: Mapping[str, StepDecision],
    region: str,
    context: RequestContext,
    requested: RequestedSource | None = None,
) -> dict[str, Any]:
    """The detail of the task in the shape of the workflow's events."""
    status = _STATUS.get(run.state, "FINISH")
    common: dict[str, Any] = {
        "workflow_id": workflow_id,
        "run_id": run.run_id,
        "source": record.source if record else None,
        "results": [job.result for job in jobs if job.result],
        "unfinished": [_unfinished(job) for job in jobs if job.result is None and not job.is_skipped],
        "error": RunError(**record.error) if record and record.error else None,
        "region": region,
        "requested": requested,
    }
    head: dict[str, Any] = {
        "status": status,
        "created_at": run.queued_at,
        "begun_at": run.started_at,
        "finished_at": run.ended_at,
        "priority": workflow.priority,
        "context": context,
    }
    if workflow.event == "schedule_task":
        ended = ScheduleRun(
            **common,
            workflow_name=workflow.name,
            revision=(record.revision if record else None) or 0,
            workflow=workflow,
            decisions=decisions,
            finished_at=run.ended_at if status == "FINISH" else None,
        )
        return task_detail("ScheduleTask", schedule_task(ended), **head)
    return task_detail("WorkflowTask", workflow_task(**common, is_finished=status == "FINISH"), **head)


def _unfinished(job: _Job) -> UnfinishedJob:
    """A job that waits to be tried again is at 0, whatever its last try reached."""
    percent = job.progress.percent if job.progress else 0.0
    return UnfinishedJob(job.step.kind, job.step.items, percent, job.task.started_at, job.step.id)
