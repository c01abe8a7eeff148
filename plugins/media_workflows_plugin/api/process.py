"""Routes: ad-hoc processing of objects, prefixes and URLs, without a stored workflow."""

from __future__ import annotations

from typing import Annotated, Any

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from media_workflows.domain.backfill import BackfillState, ObjectState
from media_workflows.domain.dry_run import DryRun
from media_workflows.domain.process import ProcessRequest
from media_workflows.domain.process_runs import PROCESS
from media_workflows.services import definitions
from media_workflows.services import processes as service
from media_workflows.services.processes import ProcessObject
from media_workflows.store.processes import ProcessFilter, ProcessPage, ProcessState
from media_workflows_plugin.api.access import EditableWorkflows, dag_access, may
from media_workflows_plugin.api.conditional import ConditionalRoute
from media_workflows_plugin.api.definitions import ProblemsAnswer
from media_workflows_plugin.api.dry_run import turn
from media_workflows_plugin.api.schemas import Limit, Moment, Offset

router = APIRouter(prefix="/api/v1", tags=["process"], route_class=ConditionalRoute)
RequestId = Annotated[str, Path(max_length=128)]


class ProcessObjectsAnswer(BaseModel):
    """Sources of a request in the order of keys."""

    items: list[ProcessObject]


class ProcessCheck(BaseModel):
    """A request that is not made yet; it may be incomplete."""

    request: Any


class ProcessDryRun(BaseModel):
    """A request, and the one of its objects to try it on."""

    model_config = ConfigDict(extra="forbid")

    request: ProcessRequest
    key: str = Field(min_length=1, max_length=1024, description="Key of an object of the request")
    calibrate: bool = Field(True, description="Try the commands on a short piece of the source, for the estimate")


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


@router.post("/process/validate")
def validate_process(check: ProcessCheck, _user: Reader) -> ProblemsAnswer:
    """List every problem of a request that can be found without a look into its buckets. Nothing is started."""
    found = service.problems(check.request)
    return ProblemsAnswer(problems=found, unavailable=list(definitions.unavailable(check.request)))


@router.post("/process/dry-run")
def dry_run_process(
    asked: ProcessDryRun, _user: Starter, airflow_user: GetUserDep, editable: EditableWorkflows
) -> DryRun:
    """Try a request on one of its objects. Nothing is written, no run is started.

    It reads the object and runs ffmpeg, as a run does, so it requires the permission to start runs.
    """
    with turn():
        own = None if may(airflow_user, "PUT") else editable
        return service.dry_run(asked.request, asked.key, own, asked.calibrate)


@router.get("/process")
def list_processes(
    _user: Reader,
    state: Annotated[list[BackfillState], Query(description="Any of these states; none = all")] = [],  # noqa: B006
    since: Annotated[Moment | None, Query(description="Created at this time or later")] = None,
    offset: Offset = 0,
    limit: Limit = 50,
) -> ProcessPage:
    """List requests, newest first."""
    return service.list_processes(ProcessFilter(states=frozenset(state), since=since), offset, limit)


@router.get("/process/{request_id}")
def get_process(request_id: RequestId, _user: Reader) -> ProcessState:
    """One request: its state and counts."""
    return service.get_process(request_id)


@router.get("/process/{request_id}/request", response_model_exclude_defaults=True)
def get_process_request(request_id: RequestId, _user: Reader) -> ProcessRequest:
    """The request as POST /process takes it, to make it again: without its id, and without the query of a URL."""
    return service.request_of(request_id)


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
