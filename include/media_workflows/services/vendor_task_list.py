"""Lists of tasks, as DescribeTasks of the commercial service has them: runs, and requests that have none."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy.orm import Session

from media_workflows.airflow_adapter.run_copies import run_history
from media_workflows.domain.base import invalid, shown
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.domain.process_runs import PROCESS
from media_workflows.domain.steps import job_steps
from media_workflows.errors import DefinitionError, InvalidRequestError, NotFoundError
from media_workflows.store.engine import transaction
from media_workflows.store.events import end_reported_at
from media_workflows.store.processes import requests_of_runs
from media_workflows.store.run_list import NewestRun, RunFilter, RunState, count_runs, newest_runs
from media_workflows.store.unbegun_runs import count_unbegun, unbegun_runs
from media_workflows.store.workflows import resolved_at
from media_workflows.vendor_mps.event_shapes import shape_of, shown_time
from media_workflows.vendor_mps.ids import EVENT_TYPES, task_id

Json = dict[str, Any]
Status = Literal["WAITING", "PROCESSING", "FINISH"]
_STATES: dict[Status, frozenset[RunState]] = {
    "WAITING": frozenset({"queued"}),
    "PROCESSING": frozenset({"running"}),
    "FINISH": frozenset({"success", "failed"}),
}


_TYPES = {
    "content_review": "AiContentReview",
    "recognition": "AiRecognition",
    "analysis": "AiAnalysis",
    "quality_control": "AiQualityControl",
}


def task_filter(
    workflow_ids: Collection[str],
    status: Status,
    sub_task_has_failed: bool | None,
    scroll_token: str,
    start_time: str,
    end_time: str,
) -> RunFilter:
    """The runs of these workflows that match the parameters of DescribeTasks. Raises InvalidRequestError."""
    states = _STATES[status]
    if sub_task_has_failed is not None:
        states &= {"failed" if sub_task_has_failed else "success"}
    return RunFilter(
        workflow_ids=frozenset(workflow_ids) if states else frozenset(),
        states=states,
        as_reported=True,
        since=_time("StartTime", start_time),
        until=_time("EndTime", end_time),
        before=_place(scroll_token),
    )


def _time(name: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min  # has no zone
    if found.tzinfo is None:
        problem = invalid("must be a time with a zone, for example 2026-01-31T08:00:00Z")
        raise InvalidRequestError([problem.at(name, shown(text))])
    return found


def _place(token: str) -> tuple[datetime, str] | None:
    if not token:
        return None
    try:
        time, run_id = json.loads(base64.urlsafe_b64decode(token))
        refuse_unusable(run_id)
        return datetime.fromisoformat(time), str(run_id)
    except (ValueError, TypeError, RecursionError, DefinitionError):
        problem = invalid("must be the ScrollToken of an answer")
        raise InvalidRequestError([problem.at("ScrollToken", shown(token))]) from None


def list_tasks(which: RunFilter, limit: int) -> Json:
    """The answer of DescribeTasks. TotalCount counts at most 10,000 runs."""
    with run_history() as session:
        found = newest_runs(session, which, limit + 1)
        total, _is_exact = count_runs(session, which.model_copy(update={"before": None}))
        if PROCESS in (which.workflow_ids or ()):
            found += unbegun_runs(session, which, limit + 1)
            total += count_unbegun(session, which)
        newest = sorted(found, key=lambda run: run[:2], reverse=True)[: limit + 1]
        page = newest if "running" in which.states else [_with_end(session, run) for run in newest]
        begun = [run.run_id for run in page if run.workflow_id == PROCESS]
        numbers = {run_id: request.number for run_id, request in requests_of_runs(session, begun).items()}
    tasks = [_task(run._replace(revision=numbers.get(run.run_id, run.revision))) for run in page[:limit]]
    return {"TaskSet": tasks, "ScrollToken": _token(page[limit - 1]) if len(page) > limit else "", "TotalCount": total}


def _with_end(session: Session, run: NewestRun) -> NewestRun:
    """With the time of the event of its end, if Airflow has not ended it yet."""
    if run.ended_at is not None or run.started_at is None:
        return run
    return run._replace(ended_at=end_reported_at(session, run.workflow_id, run.run_id, run.started_at))


def _token(last: NewestRun) -> str:
    """The place of the last task of a page."""
    return base64.urlsafe_b64encode(json.dumps([last.created_at.isoformat(), last.run_id]).encode()).decode()


def _task(run: NewestRun) -> Json:
    of_revision = _of_revision.__wrapped__ if run.revision is None else _of_revision
    event_type, types = of_revision(run.workflow_id, run.revision)
    return {
        "TaskId": task_id(run.workflow_id, run.run_id, event_type),
        "TaskType": event_type,
        "CreateTime": shown_time(run.created_at),
        "BeginProcessTime": shown_time(run.started_at),
        "FinishTime": shown_time(run.ended_at),
        "SubTaskTypes": list(types),
    }


@lru_cache(maxsize=4096)
def _of_revision(workflow_id: str, revision: int | None) -> tuple[str, tuple[str, ...]]:
    """The type of the tasks of a revision, which never changes, and the types of its jobs. None = the last one."""
    try:
        with transaction() as session:
            workflow = resolved_at(session, workflow_id, revision)
    except NotFoundError:  # a hand-written DAG
        return EVENT_TYPES["workflow_task"], ()
    kinds = dict.fromkeys(step.kind for step in job_steps(workflow))
    return EVENT_TYPES[workflow.event], tuple(_TYPES.get(kind) or shape_of(kind).type for kind in kinds)
