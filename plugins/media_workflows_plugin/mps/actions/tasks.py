"""Actions on tasks: runs of workflows and schedules, and ad-hoc processing."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from pydantic import Field

from media_workflows.domain.base import shown
from media_workflows.domain.invalid import invalid
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.domain.process_runs import PROCESS
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import InvalidRequestError, NotFoundError
from media_workflows.services import media_metadata, vendor_task_list, vendor_tasks
from media_workflows.services.caller_places import sees_all
from media_workflows.services.visibility import is_visible_run
from media_workflows.vendor_mps.ids import TaskKey, run_of_task, workflow_id_of
from media_workflows.vendor_mps.process_media import FIELDS
from media_workflows_plugin.api.access import (
    editable_workflows,
    may,
    readable_workflows,
    require,
    require_general,
    require_run_change,
)
from media_workflows_plugin.api.audit import note_workflows
from media_workflows_plugin.api.dry_run import turn
from media_workflows_plugin.mps.action import Action, Caller, Json
from media_workflows_plugin.mps.actions.flow_parameters import (
    Limit,
    Parameters,
    ScheduleNumber,
    parameters,
    refuse_unknown,
    schedule,
)

RUN = DagAccessEntity.RUN
_EVENT_FIELDS = (
    *("EventType", "WorkflowTaskEvent", "ScheduleTaskEvent", "SessionId", "SessionContext", "Timestamp", "Sign"),
)


class TaskParameters(Parameters):
    """The parameters of DescribeTaskDetail."""

    task_id: Annotated[str, Field(max_length=1000)]


class ManageParameters(TaskParameters):
    """The parameters of ManageTask."""

    operation_type: str


class DescribeParameters(Parameters):
    """The parameters of DescribeTasks."""

    status: Literal["WAITING", "PROCESSING", "FINISH"]
    sub_task_has_failed: bool | None = None
    limit: Limit = 10
    scroll_token: Annotated[str, Field(max_length=1000)] = ""
    start_time: str = ""
    end_time: str = ""


class MetadataParameters(Parameters):
    """The parameters of DescribeMediaMetaData; a call takes as long as it takes, with `mode` or without."""

    input_info: Json
    mode: Literal["slow"] | None = None


class NotificationParameters(Parameters):
    """The parameters of ParseNotification."""

    content: str


class InvalidOperationTypeError(InvalidRequestError):
    """ManageTask has one operation."""

    code = "InvalidParameterValue.InvalidOperationType"


class InvalidContentError(InvalidRequestError):
    """The text is no event."""

    code = "InvalidParameterValue.InvalidContent"


def process_media(caller: Caller, data: Json) -> Json:
    """Start a task on one source. The user needs the permission to start ad-hoc processing."""
    require_general(caller.user, "POST", PROCESS, RUN)
    refuse_unknown(data, FIELDS)
    note_workflows(caller.request, [PROCESS])
    task_id = vendor_tasks.process_media(data, _schedule(caller, data), caller.name, _own_workflows(caller))
    return {"TaskId": task_id}


def _schedule(caller: Caller, data: Json) -> Workflow | None:
    """That of ScheduleId, which is refused beside Activities."""
    if data.get("ScheduleId") in (None, 0) or data.get("Activities"):
        return None
    id_ = workflow_id_of(parameters(ScheduleNumber, {"ScheduleId": data["ScheduleId"]}).schedule_id)
    require(caller.user, "GET", id_)
    return schedule(id_).workflow.definition


def _own_workflows(caller: Caller) -> set[str] | None:
    """The workflows whose places the user may use; None = all places."""
    return None if may(caller.user, "PUT") else editable_workflows(caller.user)


def describe_tasks(caller: Caller, data: Json) -> Json:
    """A page of the tasks that the user may see, newest first."""
    require_general(caller.user, "GET", None, RUN)
    asked = parameters(DescribeParameters, data)
    which = vendor_task_list.task_filter(_readable_ids(caller), **asked.model_dump(exclude={"limit"}))
    return vendor_task_list.list_tasks(which, asked.limit)


def describe_task_detail(caller: Caller, data: Json) -> Json:
    """One task."""
    return vendor_tasks.describe_task(_readable(caller, parameters(TaskParameters, data).task_id))


def manage_task(caller: Caller, data: Json) -> Json:
    """End a task that waits or is in progress."""
    asked = parameters(ManageParameters, data)
    if asked.operation_type != "Abort":
        raise InvalidOperationTypeError([invalid("must be Abort").at("OperationType", shown(asked.operation_type))])
    task = _readable(caller, asked.task_id)
    require_run_change(caller.user, task.workflow_id)
    note_workflows(caller.request, [task.workflow_id])
    vendor_tasks.abort_task(task, caller.name)
    return {}


def _readable_ids(caller: Caller) -> set[str]:
    """The workflows whose runs the user may see, and ad-hoc processing of one who sees all places."""
    own = {PROCESS} if sees_all() and may(caller.user, "GET", PROCESS, RUN) else set()
    return readable_workflows(caller.user) | own


def _readable(caller: Caller, task_id: str) -> TaskKey:
    """The run of a task, if the user may see its workflow and runs. Raises NotFoundError, NotPermittedError."""
    task = run_of_task(task_id)
    is_request = task.workflow_id == PROCESS and is_visible_run(PROCESS, task.run_id)
    if not is_request and task.workflow_id not in _readable_ids(caller):
        raise NotFoundError("there is no task '{task_id}'", task_id=task_id)
    require_general(caller.user, "GET", task.workflow_id, RUN)
    return task


def parse_notification(caller: Caller, data: Json) -> Json:
    """The event in a text, as a receiver got it, without what the commercial service's events do not have."""
    require_general(caller.user, "GET")
    content = parameters(NotificationParameters, data).content
    try:
        event = json.loads(content)
    except (ValueError, RecursionError):
        event = None
    refuse_unusable(event)
    if not isinstance(event, dict) or not isinstance(event.get(f"{event.get('EventType')}Event"), dict):
        raise InvalidContentError([invalid("must be the body of an event").at("Content", shown(content))])
    return {name: event[name] for name in _EVENT_FIELDS if name in event}


def describe_media_metadata(caller: Caller, data: Json) -> Json:
    """The metadata of an object that the user may process. It is read as in a dry run, which takes turns."""
    require_general(caller.user, "POST", PROCESS, RUN)
    asked = parameters(MetadataParameters, data)
    with turn():
        return {"MetaData": media_metadata.of_input(asked.input_info, _own_workflows(caller))}


ACTIONS: dict[str, Action] = {
    "ProcessMedia": process_media,
    "DescribeTasks": describe_tasks,
    "DescribeTaskDetail": describe_task_detail,
    "ManageTask": manage_task,
    "ParseNotification": parse_notification,
    "DescribeMediaMetaData": describe_media_metadata,
}
