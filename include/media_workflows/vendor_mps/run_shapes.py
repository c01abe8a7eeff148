"""A run in the shape of the vendor that its workflow's events have: its event, and its task detail. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from media_workflows.domain.notification import EventShape
from media_workflows.domain.request_context import NO_CONTEXT, RequestContext
from media_workflows.vendor_mps.event import workflow_task, workflow_task_event
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.event_shapes import Json, shown_time
from media_workflows.vendor_mps.ids import EVENT_TYPES
from media_workflows.vendor_mps.schedule_event import schedule_task, schedule_task_event

TaskStatus = Literal["WAITING", "PROCESSING", "FINISH"]
_OfRun = Callable[[EventRun], Json]
_EVENTS: Mapping[EventShape, _OfRun] = {"workflow_task": workflow_task_event, "schedule_task": schedule_task_event}
_TASKS: Mapping[EventShape, _OfRun] = {"workflow_task": workflow_task, "schedule_task": schedule_task}


@dataclass(frozen=True)
class TaskProgress:
    """How far the task of a run is; a time is None until it has come."""

    status: TaskStatus
    created_at: datetime | None
    begun_at: datetime | None
    finished_at: datetime | None


def run_event(run: EventRun, shape: EventShape) -> Json:
    """The event of a run, without its id."""
    return _EVENTS[shape](run)


def task_detail(
    run: EventRun, shape: EventShape, progress: TaskProgress, priority: int = 0, context: RequestContext = NO_CONTEXT
) -> Json:
    """A run in the format of the vendor's DescribeTaskDetail."""
    task_type = EVENT_TYPES[shape]
    return {
        "TaskType": task_type,
        "Status": progress.status,
        "CreateTime": shown_time(progress.created_at),
        "BeginProcessTime": shown_time(progress.begun_at),
        "FinishTime": shown_time(progress.finished_at),
        task_type: _TASKS[shape](run),
        "TaskNotifyConfig": None,
        "TasksPriority": priority,
        "SessionId": context.id,
        "SessionContext": context.text,
    }
