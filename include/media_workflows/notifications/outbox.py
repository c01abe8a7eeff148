"""Writes events to the outbox, in the same transaction as the results they report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from media_workflows.domain.notification import AnyTarget
from media_workflows.domain.process_runs import PROCESS
from media_workflows.domain.progress import FAILED, JobProgress
from media_workflows.domain.request_context import NO_CONTEXT
from media_workflows.domain.result import JobResult, RequestedSource
from media_workflows.domain.run import Run
from media_workflows.domain.step_key import StepInstance
from media_workflows.domain.steps import JobStep, action_steps, job_steps
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import DefinitionError
from media_workflows.notifications.budget_event import BUDGET_EVENT, WAITING
from media_workflows.notifications.targets import all_targets, targets_for
from media_workflows.settings import get_settings
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.backfill_objects import backfill_of_run
from media_workflows.store.bucket_regions import region_of
from media_workflows.store.decisions import decisions_of_run
from media_workflows.store.engine import transaction
from media_workflows.store.events import EventKind, Role, StoredEvent, events_of_run, lock_event_order, put_event
from media_workflows.store.processes import requests_of_runs
from media_workflows.store.progress import progress_of_run
from media_workflows.store.runs import RunRecord, get_run
from media_workflows.tracing import span, traceparent
from media_workflows.vendor_mps.event import (
    canonical_json,
    event_id,
    with_context,
    with_event_id,
    with_origin,
)
from media_workflows.vendor_mps.event_error import RunError
from media_workflows.vendor_mps.event_intelligence import UnfinishedJob
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.run_shapes import run_event

log = structlog.get_logger(__name__)


def store_finish(run: Run, unfinished: Sequence[JobResult]) -> StoredEvent:
    """Write the event of a run that ended; `unfinished` stands in for jobs that left no result.

    The same results again give the same event, under the same id. Raises DefinitionError on an invalid function
    callback in the settings.
    """
    with transaction() as session:
        return finish_in(session, run, unfinished)


def finish_in(session: Session, run: Run, unfinished: Sequence[JobResult] = ()) -> StoredEvent:
    """As `store_finish`, in a transaction that also ends the run. Call it last in it."""
    if sends_changes(session, run.workflow):
        lock_event_order(session, run.workflow_id)
    record = get_run(session, run.workflow_id, run.run_id)
    known = {job.step: job for job in (record.jobs if record else ())}
    jobs = [*known.values(), *(job for job in unfinished if job.step not in known)]
    finished_at = max((job.finished_at for job in known.values()), default=datetime.now(UTC))
    failed, found = _failed_action(session, run), _event_run(session, run, record)
    ended = replace(found, results=jobs, finished_at=finished_at, error=found.error or failed)
    return _store(session, run, "finish", _body(run, ended), _content(list(known.values()), jobs, failed))


def store_change(session: Session, run: Run) -> None:
    """Write the event of a step that began or ended, as this transaction finds the run.

    Call it last in the transaction, and `lock_event_order` first.
    """
    record = get_run(session, run.workflow_id, run.run_id)
    found = _event_run(session, run, record)
    progress = progress_of_run(session, run.workflow_id, run.run_id)
    ended = {job.step for job in found.results} | {
        StepInstance(one.step_id) for one in found.decisions.values() if one.skipped
    }
    unfinished = [
        _unfinished(step, progress.get(step.instance)) for step in job_steps(run.workflow) if step.instance not in ended
    ]
    body = _body(run, replace(found, unfinished=unfinished))
    # The beginning of some steps changes nothing in the vendor's body, and is an event of its own all the same.
    begun = {job.step_id: str(job.begun_at) for job in unfinished if job.begun_at}
    _store(session, run, "change", body, canonical_json({"body": body, "begun": begun}))


def store_step_event(run: Run, body: dict[str, Any], target: AnyTarget) -> StoredEvent:
    """Write the event of a notify step, for its own target. The same content again is the same event."""
    with transaction() as session:
        return _put(session, run, "step", body, canonical_json(body), {"step": target})


def store_track_event(session: Session, run: Run, body: dict[str, Any]) -> StoredEvent:
    """Write the event of an add-on that joined a ladder, or could not, for all targets. Call it last."""
    if sends_changes(session, run.workflow):
        lock_event_order(session, run.workflow_id)
    return _store(session, run, "track", body, canonical_json(body))


def store_review_event(session: Session, run: Run, body: dict[str, Any]) -> StoredEvent:
    """Write the event of a person's decision on a run, for all targets. Call it last in the transaction."""
    if sends_changes(session, run.workflow):
        lock_event_order(session, run.workflow_id)
    return _store(session, run, "review", body, canonical_json(body))


def store_budget_event(session: Session, run: Run, body: dict[str, Any]) -> StoredEvent | None:
    """Write the event of a run that waits because of its budget, or of the decision, for all targets. Call it last.

    A task that is tried again, or cleared while it waits, finds the event of its first question, and that event's
    time limit. One that was decided and is cleared asks again. None = the setting of the function callback is
    invalid: that must neither keep a person from being asked nor undo an answer.
    """
    if sends_changes(session, run.workflow):
        lock_event_order(session, run.workflow_id)
    answer = body[BUDGET_EVENT]
    is_question = answer["State"] == WAITING
    earlier = events_of_run(session, run.workflow_id, run.run_id, "budget")
    states = [json.loads(one.body)[BUDGET_EVENT]["State"] for one in earlier]
    number = sum((state == WAITING) != is_question for state in states)
    timeless = {**body, BUDGET_EVENT: {**answer, "AnswerUntil": None}}
    content = canonical_json({"body": timeless, "number": number})
    in_context = body if run.context == NO_CONTEXT else with_context(body, run.context)
    try:
        return _store(session, run, "budget", in_context, content)
    except DefinitionError as error:
        log.error("setting function_callback is invalid: no event of the budget is sent", problem=str(error))
        return None


def _failed_action(session: Session, run: Run) -> RunError | None:
    """Of a step without media that failed and with it the run: events have no results of such steps."""
    results = actions_of_run(session, run.workflow_id, run.run_id) if run.workflow.steps else {}
    for step in action_steps(run.workflow):
        result = results.get(step.id)
        if result and result.failed and step.definition.on_failure == "fail":
            return RunError(result.code, f"step '{step.id}': {result.message}")
    return None


def sends_changes(session: Session, workflow: Workflow) -> bool:
    """Whether a target subscribes to change events, not only to the end of a run.

    An invalid function callback in the settings must not stop a media job: the end of the run reports it.
    """
    try:
        targets = all_targets(session, workflow.notification, get_settings())
    except DefinitionError as error:
        log.error(
            "setting function_callback is invalid; no change events are sent until it is corrected", problem=str(error)
        )
        return False
    return bool(targets_for("change", targets))


def _unfinished(step: JobStep, progress: JobProgress | None) -> UnfinishedJob:
    """A step whose try failed waits for the next one: it is at 0 again."""
    if progress is None or progress.phase == FAILED:
        return UnfinishedJob(step.kind, step.items, step_id=step.id)
    return UnfinishedJob(step.kind, step.items, progress.percent, progress.begun_at, step.id)


def _event_run(session: Session, run: Run, record: RunRecord | None) -> EventRun:
    """The run in progress, with the results that it has so far."""
    source = record.source if record else None
    return EventRun(
        workflow_id=run.workflow_id,
        workflow_name=run.workflow.name,
        run_id=run.run_id,
        revision=run.revision,
        workflow=run.workflow,
        source=source,
        results=record.jobs if record else (),
        decisions=decisions_of_run(session, run.workflow_id, run.run_id),
        error=RunError(**record.error) if record and record.error else None,
        region=region_of(session, run.workflow),
        requested=None if source else _requested(session, run),
    )


def _body(run: Run, shown: EventRun) -> dict[str, Any]:
    return with_context(run_event(shown, run.workflow.event), run.context)


def _requested(session: Session, run: Run) -> RequestedSource | None:
    """What the request for ad-hoc processing names; None = it is the run of a workflow."""
    request = requests_of_runs(session, [run.run_id]).get(run.run_id) if run.workflow_id == PROCESS else None
    return request.source if request else None


def _store(session: Session, run: Run, kind: EventKind, body: dict[str, Any], content: bytes) -> StoredEvent:
    targets = targets_for(kind, all_targets(session, run.workflow.notification, get_settings()))
    return _put(session, run, kind, body, content, targets)


def _put(
    session: Session,
    run: Run,
    kind: EventKind,
    body: dict[str, Any],
    content: bytes,
    targets: Mapping[Role, AnyTarget],
) -> StoredEvent:
    id_ = event_id(run.workflow_id, run.run_id, content)
    body = _with_origin(session, run, body)
    event = StoredEvent(
        id=id_,
        workflow_id=run.workflow_id,
        run_id=run.run_id,
        kind=kind,
        body=canonical_json(with_event_id(body, id_)).decode(),
        created_at=datetime.now(UTC),
    )
    give_up_after = timedelta(seconds=get_settings().notify_give_up_after_s)
    with span("event", workflow=run.workflow_id, run=run.run_id, event_id=id_, kind=kind):
        put_event(session, event, targets, give_up_after, traceparent())
    return event


def _with_origin(session: Session, run: Run, body: dict[str, Any]) -> dict[str, Any]:
    """The body with the id of the request or backfill that started the run. No API shows the backfill of a request."""
    if run.workflow_id == PROCESS:
        request = requests_of_runs(session, [run.run_id]).get(run.run_id)
        return with_origin(body, "RequestId", request.request_id) if request else body
    backfill_id = backfill_of_run(session, run.workflow_id, run.run_id)
    return with_origin(body, "BackfillId", backfill_id) if backfill_id else body


def _content(known: list[JobResult], jobs: list[JobResult], failed_action: RunError | None) -> bytes:
    """The content that identifies this event of the run: its stored results, and the outcomes of the other jobs.

    The times of stand-in results are left out: they change with each call, and a retried notify task
    must find the event of the first try.
    """
    stand_ins = [[str(job.step), job.items[0].message] for job in jobs if job not in known]
    error = {"error": failed_action.message} if failed_action else {}
    return canonical_json({"results": [job.model_dump(mode="json") for job in known], "unfinished": stand_ins, **error})
