"""Actions on workflows with jobs."""

from __future__ import annotations

from typing import Literal

from media_workflows.services import vendor_workflows, workflows
from media_workflows.store.workflow_filter import WorkflowFilter
from media_workflows.vendor_mps.ids import workflow_id_of, workflow_number
from media_workflows.vendor_mps.workflow import FIELDS
from media_workflows_plugin.api.access import readable_workflows, require_general
from media_workflows_plugin.api.audit import note_changed
from media_workflows_plugin.mps.action import Action, Caller, Json
from media_workflows_plugin.mps.actions.flow_changes import permitted, replace_definition
from media_workflows_plugin.mps.actions.flow_parameters import (
    Limit,
    Numbers,
    Offset,
    Parameters,
    WorkflowNumber,
    flat_workflow,
    parameters,
    refuse_unknown,
)


class DescribeParameters(Parameters):
    """The parameters of DescribeWorkflows."""

    workflow_ids: Numbers | None = None
    status: Literal["Enabled", "Disabled"] | None = None
    offset: Offset = 0
    limit: Limit = 10


def create_workflow(caller: Caller, data: Json) -> Json:
    """Store a new workflow, disabled."""
    require_general(caller.user, "PUT")
    refuse_unknown(data, FIELDS)
    made = workflows.create_workflow(vendor_workflows.parse_workflow(data), caller.name)
    note_changed(caller.request, [made.workflow.id])
    return {"WorkflowId": workflow_number(made.workflow.id)}


def reset_workflow(caller: Caller, data: Json) -> Json:
    """Replace the definition of a disabled workflow."""
    given = {name: value for name, value in data.items() if name != "WorkflowId"}
    id_ = _permitted(caller, "PUT", {"WorkflowId": data.get("WorkflowId")})
    refuse_unknown(given, FIELDS)
    present = flat_workflow(id_).workflow
    definition = vendor_workflows.parse_workflow(given, present.definition)
    replace_definition(caller, id_, definition, present.revision)
    return {}


def enable_workflow(caller: Caller, data: Json) -> Json:
    """Enable a workflow."""
    id_ = _permitted(caller, "PUT", data)
    workflows.enable_workflow(flat_workflow(id_).workflow.id)
    return {}


def disable_workflow(caller: Caller, data: Json) -> Json:
    """Disable a workflow."""
    id_ = _permitted(caller, "PUT", data)
    workflows.disable_workflow(flat_workflow(id_).workflow.id)
    return {}


def delete_workflow(caller: Caller, data: Json) -> Json:
    """Delete a disabled workflow."""
    id_ = _permitted(caller, "DELETE", data)
    workflows.delete_workflow(flat_workflow(id_).workflow.id, caller.name)
    return {}


def _permitted(caller: Caller, method: str, data: Json) -> str:
    """The workflow that the parameters name, if the user may change it so."""
    return permitted(caller, method, parameters(WorkflowNumber, data).workflow_id)


def describe_workflows(caller: Caller, data: Json) -> Json:
    """A page of the workflows that the user may see."""
    require_general(caller.user, "GET")
    asked = parameters(DescribeParameters, data)
    ids = readable_workflows(caller.user)
    if asked.workflow_ids is not None:
        ids &= {workflow_id_of(number) for number in asked.workflow_ids}
    which = WorkflowFilter(enabled=None if asked.status is None else asked.status == "Enabled", has_steps=False)
    page = workflows.list_workflows(offset=asked.offset, limit=asked.limit, ids=sorted(ids), which=which)
    described = [vendor_workflows.described_workflow(one) for one in page.items]
    return {"TotalCount": page.total, "WorkflowInfoSet": described}


ACTIONS: dict[str, Action] = {
    "CreateWorkflow": create_workflow,
    "ResetWorkflow": reset_workflow,
    "EnableWorkflow": enable_workflow,
    "DisableWorkflow": disable_workflow,
    "DeleteWorkflow": delete_workflow,
    "DescribeWorkflows": describe_workflows,
}
