"""Tasks of the commercial service: runs, and requests for ad-hoc processing before they have one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from media_workflows.domain.backfill import BackfillState, ObjectState
from media_workflows.domain.base import parsed, shown
from media_workflows.domain.invalid import invalid
from media_workflows.domain.process import ProcessRequest
from media_workflows.domain.process_runs import PROCESS, process_run_id
from media_workflows.domain.result import SourceObject
from media_workflows.domain.steps import job_steps
from media_workflows.domain.workflow import VendorForm, Workflow
from media_workflows.errors import ConflictError, DefinitionError, InvalidRequestError, NotFoundError
from media_workflows.services import processes
from media_workflows.services.run_control import cancel_run
from media_workflows.services.run_report import run_report
from media_workflows.store.backfill_objects import BackfillObject, object_of_run
from media_workflows.store.bucket_regions import region_of
from media_workflows.store.engine import transaction
from media_workflows.store.processes import (
    ProcessState,
    get_process,
    newest_of,
    process_state,
    requests_of_runs,
)
from media_workflows.store.tables import utcnow
from media_workflows.store.workflows import resolved_at
from media_workflows.vendor_mps.event_error import RunError
from media_workflows.vendor_mps.event_intelligence import UnfinishedJob
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.event_storage import in_cos_form
from media_workflows.vendor_mps.ids import EVENT_TYPES, TaskKey, task_id
from media_workflows.vendor_mps.places import is_of_cos, reads_cos, write_notification
from media_workflows.vendor_mps.process_media import read_process_media
from media_workflows.vendor_mps.reading import Findings
from media_workflows.vendor_mps.run_shapes import TaskProgress, task_detail

Json = dict[str, Any]
SESSION_DAYS = 3
MAX_SESSION_ID, MAX_SESSION_CONTEXT = 50, 1000


class RepeatedSessionError(ConflictError):
    """The caller has started a task with this SessionId in the last three days."""

    code = "InvalidParameterValue.SessionId"


class SessionIdTooLongError(InvalidRequestError):
    """The SessionId has more characters than the commercial service takes."""

    code = "InvalidParameterValue.SessionIdTooLong"


class SessionContextTooLongError(InvalidRequestError):
    """The SessionContext has more characters than the commercial service takes."""

    code = "InvalidParameterValue.SessionContextTooLong"


class NotProcessingTaskError(ConflictError):
    """The task has ended."""

    code = "InvalidParameterValue.NotProcessingTask"


def process_media(data: Json, schedule: Workflow | None, author: str, own_workflows: Collection[str] | None) -> str:
    """Start a task with the parameters of ProcessMedia; its id.

    `schedule` is that of ScheduleId, `own_workflows` are as in `processes.process`. Raises DefinitionError,
    RepeatedSessionError, and what `processes.process` raises.
    """
    _require_short(data)
    read = read_process_media(data, schedule)
    session_id = read.definition["context"]["id"]
    request_id = _session_request(author, session_id) if session_id and isinstance(session_id, str) else None
    try:
        request = parsed(ProcessRequest, {**read.definition, "request_id": request_id})
        accepted = processes.process(request, author, own_workflows, _form(data))
    except DefinitionError as error:
        raise DefinitionError([read.placed(problem) for problem in error.problems]) from None
    except InvalidRequestError as error:
        raise InvalidRequestError([read.placed(problem) for problem in error.problems]) from None
    except ConflictError:  # the same SessionId with other parameters at this moment
        raise _repeated(session_id) from None
    if not accepted.is_new:
        raise _repeated(session_id)
    with transaction() as session:
        stored = get_process(session, accepted.state.request_id)
    source = accepted.state.key or accepted.state.url
    run_id = process_run_id(stored.request_id, source, request.priority)
    return task_id(PROCESS, run_id, EVENT_TYPES[stored.definition.event])


def _form(data: Json) -> VendorForm | None:
    """What of the call says how its caller reads places; None = as they are stored."""
    return VendorForm(workflow={"InputInfo": {"Type": "COS"}}) if is_of_cos(data) else None


def _require_short(data: Json) -> None:
    for name, most, kind in (
        ("SessionId", MAX_SESSION_ID, SessionIdTooLongError),
        ("SessionContext", MAX_SESSION_CONTEXT, SessionContextTooLongError),
    ):
        if isinstance(text := data.get(name), str) and len(text) > most:
            raise kind([invalid("must have at most {most} characters", most=most).at(name, shown(text))])


def _session_request(author: str, session_id: str) -> str:
    """The id of the request of a SessionId: one for each day, so that it can be used again after three days."""
    now = utcnow()
    digest = hashlib.sha256("\0".join((author, session_id)).encode()).hexdigest()[:32]
    ids = [f"mps_{now - timedelta(days=days):%Y%m%d}_{digest}" for days in range(SESSION_DAYS + 1)]
    with transaction() as session:
        newest = newest_of(session, ids)
    if newest and newest > now - timedelta(days=SESSION_DAYS):
        raise _repeated(session_id)
    return ids[0]


def _repeated(session_id: str) -> RepeatedSessionError:
    return RepeatedSessionError(
        "SessionId '{session_id}' was used in the last {days} days, so no task was started: choose another one",
        session_id=session_id,
        days=SESSION_DAYS,
    )


def describe_task(task: TaskKey) -> Json:
    """A task as DescribeTaskDetail has it, with places as in its events. Raises NotFoundError."""
    with transaction() as session:
        request = requests_of_runs(session, [task.run_id]).get(task.run_id) if task.workflow_id == PROCESS else None
    try:
        report = run_report(*task)
        found, revision = report.task, report.revision
    except NotFoundError:
        if request is None:
            raise
        found, revision = _without_run(task.run_id, request.request_id), None
    with transaction() as session:
        workflow = resolved_at(session, task.workflow_id, request.number if request else revision)
    target = workflow.notification
    notification = write_notification(target, Findings()) or None if target else None
    shown_task = in_cos_form(found) if reads_cos(workflow) else found
    return {**shown_task, "TaskNotifyConfig": notification}


def _without_run(run_id: str, request_id: str) -> Json:
    """A request's object whose run has not begun, or never will."""
    with transaction() as session:
        stored, state = get_process(session, request_id), process_state(session, request_id)
        one = object_of_run(session, run_id)
        region = region_of(session, stored.definition)
    waits = one.state is ObjectState.QUEUED and state.state not in (BackfillState.CANCELLED, BackfillState.FINISHED)
    workflow = stored.resolved
    ended_at = None if waits else state.ended_at or state.created_at
    source = None
    if not stored.url:
        source = SourceObject(bucket=state.bucket, key=one.key, etag=one.etag, size_bytes=one.size_bytes)
    steps = job_steps(workflow) if waits else []
    run = EventRun(
        workflow_id=PROCESS,
        workflow_name=workflow.name,
        run_id=run_id,
        revision=stored.number,
        workflow=workflow,
        source=source,
        unfinished=[UnfinishedJob(step.kind, step.items, step_id=step.id) for step in steps],
        error=None if waits else _why_not(one, state),
        finished_at=ended_at,
        region=region,
    )
    progress = TaskProgress("WAITING" if waits else "FINISH", state.created_at, None, ended_at)
    return task_detail(run, workflow.event, progress, workflow.priority, state.context)


def _why_not(one: BackfillObject, state: ProcessState) -> RunError:
    """Why an object of a request that has ended got no run."""
    if one.reason is not None:
        return RunError(code="SourceFileError", message=f"the source was not processed: {one.reason.value}")
    return RunError(code="FailedOperation", message=f"the task was {state.state.value} before it began")


def abort_task(task: TaskKey, author: str) -> None:
    """End a task that waits or is in progress. Raises NotFoundError, NotProcessingTaskError."""
    with transaction() as session:
        request = requests_of_runs(session, [task.run_id]).get(task.run_id) if task.workflow_id == PROCESS else None
    try:
        if request is None:
            cancel_run(*task, author)
        elif processes.get_process(request.request_id).total == 1:
            processes.cancel_process(request.request_id, author)
        else:
            cancel_run(*task, author)
    except ConflictError:
        raise NotProcessingTaskError(
            "run '{run_id}' of the task has ended: there is nothing to abort", run_id=task.run_id
        ) from None
