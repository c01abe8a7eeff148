"""Routes: ad-hoc processing of objects, prefixes and URLs, without a stored workflow."""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel

from media_workflows.domain.backfill import ObjectState
from media_workflows.domain.process import ProcessRequest
from media_workflows.domain.process_runs import PROCESS
from media_workflows.services import processes as service
from media_workflows.services.processes import ProcessState
from media_workflows.store.backfill_objects import BackfillObject
from media_workflows_plugin.api.access import EditableWorkflows, dag_access, may
from media_workflows_plugin.api.conditional import ConditionalRoute
from media_workflows_plugin.api.schemas import Limit, Offset

router = APIRouter(prefix="/api/v1", tags=["process"], route_class=ConditionalRoute)
RequestId = Annotated[str, Path(max_length=128)]


class ProcessesAnswer(BaseModel):
    """One page of requests, newest first."""

    items: list[ProcessState]


class ProcessObjectsAnswer(BaseModel):
    """Sources of a request in the order of keys."""

    items: list[BackfillObject]


Reader = Annotated[str, Depends(dag_access("GET", DagAccessEntity.RUN, PROCESS))]
Starter = Annotated[str, Depends(dag_access("POST", DagAccessEntity.RUN, PROCESS))]
Canceller = Annotated[str, Depends(dag_access("PUT", DagAccessEntity.RUN, PROCESS))]


@router.post("/process", status_code=201)
def process(
    asked: ProcessRequest,
    user: Starter,
    airflow_user: GetUserDep,
    editable: EditableWorkflows,
    response: Response,
) -> ProcessState:
    """Process objects, a prefix or a URL. The same request again: 200, and nothing is started.

    Who may not edit all DAGs may use the buckets and directories of the workflows that they may edit.
    """
    accepted = service.process(asked, user, None if may(airflow_user, "PUT") else editable)
    if not accepted.is_new:
        response.status_code = 200
    return accepted.state


@router.get("/process")
def list_processes(_user: Reader, offset: Offset = 0, limit: Limit = 50) -> ProcessesAnswer:
    """List requests, newest first."""
    return ProcessesAnswer(items=service.list_processes(offset, limit))


@router.get("/process/{request_id}")
def get_process(request_id: RequestId, _user: Reader) -> ProcessState:
    """One request: its state and counts."""
    return service.get_process(request_id)


@router.get("/process/{request_id}/objects")
def list_process_objects(
    request_id: RequestId,
    _user: Reader,
    state: ObjectState | None = None,
    after: Annotated[str, Query(max_length=1024, description="Only objects after this key")] = "",
    limit: Limit = 100,
) -> ProcessObjectsAnswer:
    """List the sources of a request in the order of keys, with their runs."""
    return ProcessObjectsAnswer(items=service.objects_of(request_id, state, after, limit))


@router.post("/process/{request_id}/cancel")
def cancel_process(request_id: RequestId, user: Canceller) -> ProcessState:
    """End a request: queued sources get no runs, and its runs in progress are cancelled."""
    return service.cancel_process(request_id, user)
