"""Routes: create, read, update, delete, enable, disable."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query

from media_workflows.orchestration import workflow_service as service
from media_workflows_plugin.api.access import Creator, Deleter, Editor, ReadableWorkflows, Reader
from media_workflows_plugin.api.schemas import WorkflowAnswer, WorkflowsAnswer, WorkflowUpdate

router = APIRouter(prefix="/api/v1/workflows", tags=["workflows"])
Definition = Annotated[dict[str, Any], Body(description="A workflow definition")]


@router.get("")
def list_workflows(
    readable: ReadableWorkflows,
    _user: Reader,
    search: Annotated[str, Query(description="Part of the name")] = "",
    order: Annotated[Literal["asc", "desc"], Query(description="By creation time")] = "desc",
    offset: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> WorkflowsAnswer:
    """The workflows this user may see."""
    page = service.list_workflows(search, order, offset, limit, ids=sorted(readable))
    return WorkflowsAnswer(total=page.total, items=[WorkflowAnswer.of(item) for item in page.items])


@router.post("", status_code=201)
def create_workflow(definition: Definition, user: Creator) -> WorkflowAnswer:
    """Store a new workflow, disabled."""
    return WorkflowAnswer.of(service.create_workflow(service.parse(definition), user))


@router.get("/{workflow_id}")
def get_workflow(workflow_id: str, _user: Reader) -> WorkflowAnswer:
    """The current revision."""
    return WorkflowAnswer.of(service.get_workflow(workflow_id))


@router.put("/{workflow_id}")
def update_workflow(workflow_id: str, update: WorkflowUpdate, user: Editor) -> WorkflowAnswer:
    """Replace the definition of a disabled workflow: a new revision."""
    definition = service.parse(update.definition)
    return WorkflowAnswer.of(service.update_workflow(workflow_id, definition, update.revision, user))


@router.delete("/{workflow_id}", status_code=204)
def delete_workflow(workflow_id: str, user: Deleter) -> None:
    """Delete a disabled workflow; the history of its finished runs stays in Airflow."""
    service.delete_workflow(workflow_id, user)


@router.post("/{workflow_id}/enable")
def enable_workflow(workflow_id: str, _user: Editor) -> WorkflowAnswer:
    """Uploads fire it from now on."""
    return WorkflowAnswer.of(service.enable_workflow(workflow_id))


@router.post("/{workflow_id}/disable")
def disable_workflow(workflow_id: str, _user: Editor) -> WorkflowAnswer:
    """Uploads do nothing from now on."""
    return WorkflowAnswer.of(service.disable_workflow(workflow_id))
