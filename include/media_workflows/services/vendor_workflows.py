"""Workflows of the commercial service: read into workflows with jobs, and written from them."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.workflow import Workflow
from media_workflows.errors import DefinitionError
from media_workflows.services import workflows as workflow_service
from media_workflows.services.workflows import WorkflowStatus
from media_workflows.vendor_mps.event_shapes import shown_time
from media_workflows.vendor_mps.ids import workflow_number
from media_workflows.vendor_mps.workflow import read_workflow, write_workflow


def parse_workflow(data: Any, present: Workflow | None = None) -> Workflow:
    """The definition of a workflow, which keeps the settings of `present` that the commercial service lacks.

    Raises DefinitionError; its problems are at places of the workflow.
    """
    read = read_workflow(data, refuses_unknown=True)
    own = {"airflow": present.airflow.model_dump(mode="json")} if present else {}
    try:
        return workflow_service.parse({**read.definition, **own})
    except DefinitionError as error:
        raise DefinitionError([read.placed(problem) for problem in error.problems]) from None


def described_workflow(status: WorkflowStatus) -> dict[str, Any]:
    """A workflow as DescribeWorkflows has it, without what the commercial service cannot express."""
    stored = status.workflow
    return {
        "WorkflowId": workflow_number(stored.id),
        "Status": "Enabled" if status.enabled else "Disabled",
        **write_workflow(stored.definition).workflow,
        "CreateTime": shown_time(stored.created_at),
        "UpdateTime": shown_time(stored.updated_at),
    }
