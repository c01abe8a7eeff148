"""Routes: backfills, and the missed uploads of a workflow."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from media_workflows.domain.backfill import MAX_KEYS, BackfillLimits, BackfillRequest, ObjectState
from media_workflows.domain.process_runs import PROCESS
from media_workflows.errors import NotFoundError
from media_workflows.services import backfills as service
from media_workflows.services import missed_uploads as missed_service
from media_workflows.services.backfills import BackfillPreview
from media_workflows.services.missed_uploads import MissedPage
from media_workflows.store import backfill_objects
from media_workflows.store import backfills as store
from media_workflows.store.backfill_objects import BackfillObject
from media_workflows.store.backfills import BackfillPage
from media_workflows.store.engine import transaction
from media_workflows_plugin.api.access import Editor, ReadableWorkflows, Reader, SomeEditor, require
from media_workflows_plugin.api.audit import note_workflows
from media_workflows_plugin.api.conditional import ConditionalRoute
from media_workflows_plugin.api.schemas import Limit, Offset

router = APIRouter(prefix="/api/v1", tags=["backfills"], route_class=ConditionalRoute)
After = Annotated[str, Query(max_length=1024, description="Only objects after this key")]


class CancelBackfillRequest(BaseModel):
    """Options of a cancellation. `cancel_runs` also cancels the runs in progress; otherwise they go on."""

    model_config = ConfigDict(extra="forbid")

    cancel_runs: bool = False


class FireMissedRequest(BaseModel):
    """Which missed uploads to process, and how fast. No `keys` = all of them."""

    model_config = ConfigDict(extra="forbid")

    keys: tuple[str, ...] | None = Field(None, min_length=1, max_length=MAX_KEYS)
    limits: BackfillLimits = BackfillLimits()


class BackfillObjectsAnswer(BaseModel):
    """Objects of a backfill in the order of keys."""

    items: list[BackfillObject]


def readable_backfill(backfill_id: str, readable: ReadableWorkflows) -> str:
    """The backfill of the path, if its workflow is visible to this user. Raises NotFoundError."""
    if service.workflow_of(backfill_id) not in readable - {PROCESS}:  # requests have routes of their own
        raise NotFoundError("there is no backfill '{backfill_id}'", backfill_id=backfill_id)
    return backfill_id


ReadableBackfill = Annotated[str, Depends(readable_backfill)]


def editable_backfill(request: Request, backfill_id: ReadableBackfill, user: GetUserDep) -> str:
    """The backfill of the path, if this user may edit its workflow. Raises NotPermittedError."""
    workflow_id = service.workflow_of(backfill_id)
    require(user, "PUT", workflow_id)
    note_workflows(request, [workflow_id])
    return backfill_id


EditableBackfill = Annotated[str, Depends(editable_backfill)]


@router.get("/backfills")
def list_backfills(
    readable: ReadableWorkflows,
    _user: Reader,
    workflow: Annotated[str | None, Query(description="Id of a workflow")] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> BackfillPage:
    """List backfills, newest first."""
    with transaction() as session:
        shown = readable - {PROCESS}
        return store.list_backfills(session, shown if workflow is None else shown & {workflow}, offset, limit)


@router.post("/backfills", status_code=201)
def create_backfill(
    backfill: BackfillRequest, user: SomeEditor, airflow_user: GetUserDep, request: Request
) -> BackfillPreview:
    """Create a backfill: it is counted, and then awaits its start."""
    require(airflow_user, "PUT", backfill.workflow)
    note_workflows(request, [backfill.workflow])
    return service.create_backfill(backfill, user)


@router.get("/backfills/{backfill_id}")
def get_backfill(_user: Reader, backfill_id: ReadableBackfill) -> BackfillPreview:
    """One backfill: its counts, and the estimate of what its runs take."""
    return service.get_backfill(backfill_id)


@router.get("/backfills/{backfill_id}/objects")
def list_backfill_objects(
    _user: Reader,
    backfill_id: ReadableBackfill,
    state: ObjectState | None = None,
    after: After = "",
    limit: Limit = 100,
) -> BackfillObjectsAnswer:
    """List the objects of a backfill in the order of keys, with their runs."""
    with transaction() as session:
        return BackfillObjectsAnswer(items=backfill_objects.list_objects(session, backfill_id, state, after, limit))


@router.post("/backfills/{backfill_id}/start")
def start_backfill(_user: SomeEditor, backfill_id: EditableBackfill) -> BackfillPreview:
    """Start the runs of a counted backfill."""
    return service.start_backfill(backfill_id)


@router.post("/backfills/{backfill_id}/pause")
def pause_backfill(_user: SomeEditor, backfill_id: EditableBackfill) -> BackfillPreview:
    """Start no further runs; those in progress go on."""
    return service.pause_backfill(backfill_id)


@router.post("/backfills/{backfill_id}/resume")
def resume_backfill(_user: SomeEditor, backfill_id: EditableBackfill) -> BackfillPreview:
    """Go on with a paused backfill."""
    return service.resume_backfill(backfill_id)


@router.post("/backfills/{backfill_id}/cancel")
def cancel_backfill(
    user: SomeEditor, backfill_id: EditableBackfill, request: CancelBackfillRequest | None = None
) -> BackfillPreview:
    """End a backfill; its queued objects get no runs."""
    return service.cancel_backfill(backfill_id, user, cancel_runs=request is not None and request.cancel_runs)


@router.get("/workflows/{workflow_id}/missed-uploads")
def list_missed_uploads(workflow_id: str, _user: Reader, after: After = "", limit: Limit = 100) -> MissedPage:
    """List uploads since the workflow was created that no run processed, with the reason."""
    return missed_service.missed_uploads(workflow_id, after, limit)


@router.post("/workflows/{workflow_id}/missed-uploads", status_code=201)
def fire_missed_uploads(workflow_id: str, missed: FireMissedRequest, user: Editor) -> BackfillPreview:
    """Process missed uploads: a backfill of them begins at once."""
    return service.fire_missed(workflow_id, missed.keys, missed.limits, user)
