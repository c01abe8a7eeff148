"""Ids of the commercial service: numbers of workflows and schedules, texts of tasks. Reversible, without a table."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from media_workflows.errors import NotFoundError

EVENT_TYPES: dict[str, Literal["WorkflowTask", "ScheduleTask"]] = {
    "workflow_task": "WorkflowTask",
    "schedule_task": "ScheduleTask",
}
_WORKFLOW = re.compile(r"wf_([0-9a-f]{12})")
_LARGEST = 16**12 - 1  # 48 bits: also exact in clients that keep numbers as doubles
_TASK = re.compile(r"(.+?)-(WorkflowTask|ScheduleTask)-(.+)t0", re.DOTALL)


class TaskKey(NamedTuple):
    """The run that a task id names."""

    workflow_id: str
    run_id: str


def workflow_number(workflow_id: str) -> int:
    """WorkflowId or ScheduleId of a stored workflow."""
    found = _WORKFLOW.fullmatch(workflow_id)
    if found is None:
        raise ValueError(f"not the id of a stored workflow: {workflow_id!r}")
    return int(found[1], 16)


def workflow_id_of(number: int) -> str:
    """The workflow of a WorkflowId or ScheduleId. Raises NotFoundError for a number that none can have."""
    if not 0 <= number <= _LARGEST:
        raise NotFoundError("there is no workflow with number {number}", number=number)
    return f"wf_{number:012x}"


def task_id(workflow_id: str, run_id: str, event_type: str = "WorkflowTask") -> str:
    """The id of a run as a task, in events and in answers."""
    return f"{workflow_id}-{event_type}-{run_id}t0"


def run_of_task(id_: str) -> TaskKey:
    """The run of a task id. Raises NotFoundError for a text that is none."""
    found = _TASK.fullmatch(id_)
    if found is None:
        raise NotFoundError("there is no task '{task_id}'", task_id=id_[:200])
    return TaskKey(found[1], found[3])
