"""Routes: the draft of a workflow, and its application."""

from __future__ import annotations

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter

from media_workflows.services import drafts as service
from media_workflows.services.places import require_present_places
from media_workflows.services.workflows import parse
from media_workflows.store.drafts import DraftWithDefinition
from media_workflows_plugin.api.access import Editor, Reader, may
from media_workflows_plugin.api.conditional import ConditionalRoute
from media_workflows_plugin.api.schemas import DraftApplication, DraftUpdate, WorkflowAnswer

router = APIRouter(prefix="/api/v1/workflows/{workflow_id}/draft", tags=["drafts"], route_class=ConditionalRoute)


@router.get("")
def get_draft(workflow_id: str, _user: Reader) -> DraftWithDefinition:
    """The draft; 404 if the workflow has none."""
    return service.get_draft(workflow_id)


@router.put("")
def save_draft(workflow_id: str, update: DraftUpdate, user: Editor, airflow_user: GetUserDep) -> DraftWithDefinition:
    """Store a draft, or an edit of it; the workflow may be enabled, and runs by its present revision.

    Another output bucket or directory requires the permission to edit all DAGs, as a new workflow does.
    """
    definition = parse(update.definition)
    if not may(airflow_user, "PUT"):
        require_present_places(workflow_id, definition)
    return service.save_draft(workflow_id, definition, update.base_revision, update.number, user)


@router.delete("", status_code=204)
def discard_draft(workflow_id: str, _user: Editor) -> None:
    """Delete the draft."""
    service.discard_draft(workflow_id)


@router.post("/apply")
def apply_draft(workflow_id: str, application: DraftApplication, user: Editor) -> WorkflowAnswer:
    """Make the draft the workflow's revision: uploads decided on from now on run by it."""
    return WorkflowAnswer.of(service.apply_draft(workflow_id, application.number, user))
