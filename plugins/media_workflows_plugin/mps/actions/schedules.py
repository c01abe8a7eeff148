"""Actions on schedules: workflows with steps."""

from __future__ import annotations

from typing import Literal

from media_workflows.services import schedules, workflows
from media_workflows.store.workflow_filter import WorkflowFilter
from media_workflows.vendor_mps.ids import workflow_id_of, workflow_number
from media_workflows.vendor_mps.schedule.read import FIELDS
from media_workflows_plugin.api.access import readable_workflows, require_general
from media_workflows_plugin.api.audit import note_changed
from media_workflows_plugin.mps.action import Action, Caller, Json
from media_workflows_plugin.mps.actions.flow_changes import permitted, replace_definition
from media_workflows_plugin.mps.actions.flow_parameters import (
    Limit,
    Numbers,
    Offset,
    Parameters,
    ScheduleNumber,
    parameters,
    refuse_unknown,
    schedule,
)


class DescribeParameters(Parameters):
    """The parameters of DescribeSchedules."""

    schedule_ids: Numbers | None = None
    trigger_type: Literal["CosFileUpload", "AwsS3FileUpload"] | None = None
    status: Literal["Enabled", "Disabled"] | None = None
    offset: Offset = 0
    limit: Limit = 10


def create_schedule(caller: Caller, data: Json) -> Json:
    """Store a new schedule, disabled."""
    require_general(caller.user, "PUT")
    refuse_unknown(data, FIELDS)
    definition, _ = schedules.parse_schedule(data, refuses_unknown=True)  # the answer has no place for notes
    made = workflows.create_workflow(definition, caller.name)
    note_changed(caller.request, [made.workflow.id])
    return {"ScheduleId": workflow_number(made.workflow.id)}


def modify_schedule(caller: Caller, data: Json) -> Json:
    """Replace the given fields of a disabled schedule; OutputDir '' removes the old one."""
    changes = {name: value for name, value in data.items() if name != "ScheduleId" and value is not None}
    id_ = _permitted(caller, "PUT", {"ScheduleId": data.get("ScheduleId")})
    refuse_unknown(changes, FIELDS)
    present = schedule(id_).workflow
    definition = schedules.modified_schedule(present.definition, changes)
    replace_definition(caller, id_, definition, present.revision)
    return {}


def enable_schedule(caller: Caller, data: Json) -> Json:
    """Enable a schedule."""
    id_ = _permitted(caller, "PUT", data)
    workflows.enable_workflow(schedule(id_).workflow.id)
    return {}


def disable_schedule(caller: Caller, data: Json) -> Json:
    """Disable a schedule."""
    id_ = _permitted(caller, "PUT", data)
    workflows.disable_workflow(schedule(id_).workflow.id)
    return {}


def delete_schedule(caller: Caller, data: Json) -> Json:
    """Delete a disabled schedule."""
    id_ = _permitted(caller, "DELETE", data)
    workflows.delete_workflow(schedule(id_).workflow.id, caller.name)
    return {}


def _permitted(caller: Caller, method: str, data: Json) -> str:
    """The schedule that the parameters name, if the user may change it so."""
    return permitted(caller, method, parameters(ScheduleNumber, data).schedule_id)


def describe_schedules(caller: Caller, data: Json) -> Json:
    """A page of the schedules that the user may see."""
    require_general(caller.user, "GET")
    asked = parameters(DescribeParameters, data)
    ids = readable_workflows(caller.user)
    if asked.schedule_ids is not None:
        ids &= {workflow_id_of(number) for number in asked.schedule_ids}
    enabled = None if asked.status is None else asked.status == "Enabled"
    which = WorkflowFilter(enabled=enabled, has_steps=True, trigger_type=asked.trigger_type or "")
    page = workflows.list_workflows(offset=asked.offset, limit=asked.limit, ids=sorted(ids), which=which)
    return {"TotalCount": page.total, "ScheduleInfoSet": [schedules.described_schedule(one) for one in page.items]}


ACTIONS: dict[str, Action] = {
    "CreateSchedule": create_schedule,
    "ModifySchedule": modify_schedule,
    "EnableSchedule": enable_schedule,
    "DisableSchedule": disable_schedule,
    "DeleteSchedule": delete_schedule,
    "DescribeSchedules": describe_schedules,
}
