"""Routes: create, read, update, delete, enable, disable, revisions, counters."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Body, Query, Request

from media_workflows.airflow_adapter.run_copies import run_history
from media_workflows.errors import NotFoundError
from media_workflows.services import availability
from media_workflows.services import workflows as service
from media_workflows.services.drafts import find_draft
from media_workflows.services.places import require_present_places
from media_workflows.services.workflows import WorkflowStatus
from media_workflows.store import counts, revisions
from media_workflows.store.engine import transaction
from media_workflows.store.revisions import Revision, RevisionWithDefinition
from media_workflows.store.run_history import count_runs
from media_workflows.store.tables import utcnow
from media_workflows.store.workflow_filter import WorkflowFilter, trigger_buckets
from media_workflows_plugin.api.access import Creator, Deleter, Editor, ReadableWorkflows, Reader, may
from media_workflows_plugin.api.audit import note_changed
from media_workflows_plugin.api.conditional import ConditionalRoute
from media_workflows_plugin.api.schemas import (
    CountersAnswer,
    Limit,
    Number,
    Offset,
    WorkflowAnswer,
    WorkflowDetail,
    WorkflowsAnswer,
    WorkflowUpdate,
)

router = APIRouter(prefix="/api/v1/workflows", tags=["workflows"], route_class=ConditionalRoute)
Definition = Annotated[dict[str, Any], Body(description="A workflow definition")]


def _full(status: WorkflowStatus) -> WorkflowDetail:
    answer = WorkflowAnswer.of(service.with_runs([status])[0])
    missing = availability.of_stored(status.workflow)
    draft = find_draft(status.workflow.id)
    return WorkflowDetail(**answer.model_dump(), unavailable=list(missing), draft=draft)


@router.get("")
def list_workflows(
    readable: ReadableWorkflows,
    _user: Reader,
    search: Annotated[str, Query(description="Part of the name")] = "",
    order: Annotated[Literal["asc", "desc"], Query(description="By creation time")] = "desc",
    enabled: bool | None = None,
    failing: Annotated[bool, Query(description="Only with a failed run in the last 24 hours")] = False,
    bucket: Annotated[str, Query(description="Trigger bucket")] = "",
    offset: Offset = 0,
    limit: Limit = 50,
) -> WorkflowsAnswer:
    """List the workflows that this user may see."""
    ids = sorted(readable)
    failed_since = utcnow() - timedelta(hours=24) if failing else None
    which = WorkflowFilter(search=search, enabled=enabled, bucket=bucket, failed_since=failed_since)
    page = service.list_workflows(which, order, offset, limit, ids)
    with transaction() as session:
        buckets = trigger_buckets(session, ids)
    items = [WorkflowAnswer.of(item) for item in service.with_runs(page.items)]
    return WorkflowsAnswer(total=page.total, buckets=buckets, items=items)


@router.post("", status_code=201)
def create_workflow(definition: Definition, user: Creator, request: Request) -> WorkflowDetail:
    """Store a new workflow, disabled."""
    status = service.create_workflow(service.parse(definition), user)
    note_changed(request, [status.workflow.id])
    return _full(status)


@router.get("/{workflow_id}")
def get_workflow(workflow_id: str, _user: Reader) -> WorkflowDetail:
    """The current revision."""
    return _full(service.get_workflow(workflow_id))


@router.put("/{workflow_id}")
def update_workflow(workflow_id: str, update: WorkflowUpdate, user: Editor, airflow_user: GetUserDep) -> WorkflowDetail:
    """Replace the definition of a disabled workflow: a new revision.

    Another bucket or directory requires the permission to edit all DAGs, as a new workflow does.
    """
    definition = service.parse(update.definition)
    if not may(airflow_user, "PUT"):
        require_present_places(workflow_id, definition)
    return _full(service.update_workflow(workflow_id, definition, update.revision, user))


@router.delete("/{workflow_id}", status_code=204)
def delete_workflow(workflow_id: str, user: Deleter) -> None:
    """Delete a disabled workflow; the history of its finished runs stays in Airflow."""
    service.delete_workflow(workflow_id, user)


@router.post("/{workflow_id}/enable")
def enable_workflow(workflow_id: str, _user: Editor) -> WorkflowDetail:
    """Enable a workflow: uploads trigger it from now on."""
    return _full(service.enable_workflow(workflow_id))


@router.post("/{workflow_id}/disable")
def disable_workflow(workflow_id: str, _user: Editor) -> WorkflowDetail:
    """Disable a workflow: uploads no longer trigger it."""
    return _full(service.disable_workflow(workflow_id))


@router.get("/{workflow_id}/revisions")
def list_revisions(workflow_id: str, _user: Reader) -> list[Revision]:
    """List every edit, newest first."""
    with transaction() as session:
        found = revisions.list_revisions(session, workflow_id)
    if not found:
        raise NotFoundError("there is no workflow '{workflow_id}'", workflow_id=workflow_id)
    return found


@router.get("/{workflow_id}/revisions/{number}")
def get_revision(workflow_id: str, number: Number, _user: Reader) -> RevisionWithDefinition:
    """One edit and its definition."""
    with transaction() as session:
        return revisions.get_revision(session, workflow_id, number)


@router.get("/{workflow_id}/counters")
def get_counters(
    workflow_id: str, _user: Reader, hours: Annotated[int, Query(ge=1, le=24 * 366)] = 24
) -> CountersAnswer:
    """Counts of runs, uploads and deliveries of the last hours by outcome."""
    since = utcnow() - timedelta(hours=hours)
    with run_history() as session:
        runs = count_runs(session, workflow_id, since)
        uploads = counts.upload_counts(session, workflow_id, since)
        events = counts.delivery_counts(session, workflow_id, since)
    return CountersAnswer(hours=hours, runs=runs, uploads=uploads, events=events)
