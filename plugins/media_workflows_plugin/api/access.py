"""Who may do what: every route depends on one of these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import Depends, HTTPException, Query, Request

from media_workflows.airflow_adapter import dag_state
from media_workflows.errors import ConflictError, NotFoundError, NotPermittedError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


def refuse_cross_site(request: Request) -> None:
    """Refuse state-changing calls that another site made a browser send: Airflow itself has no such check.

    A browser that sends the session cookie must say that the call comes from here. A program sends a token
    instead, which no other site can make a browser send.
    """
    if request.method in SAFE_METHODS:
        return
    if not _from_here(request):
        raise HTTPException(403, "cross-site request refused: call this API from Airflow's own origin, or with a token")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and kind in FORM_TYPES:
        raise HTTPException(415, f"send JSON: a form's {kind} is not read here")


def _from_here(request: Request) -> bool:
    fetch_site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host")
    return request.headers.get("authorization", "").lower().startswith("bearer ")


def dag_access(method: Any, entity: DagAccessEntity | None = None) -> Callable[..., str]:
    """A dependency that demands `method` on the DAG of the path's workflow, or on DAGs in general.

    Gives the user's name. Unauthenticated: 401. Without the permission: 403.
    """

    def check(request: Request, user: GetUserDep) -> str:
        if not may(user, method, request.path_params.get("workflow_id"), entity):
            raise HTTPException(403, f"your Airflow role does not allow {method} on this DAG")
        return user.get_name()

    return check


def may(user: BaseUser, method: Any, workflow_id: str | None = None, entity: DagAccessEntity | None = None) -> bool:
    """Whether the user's role allows `method` on a workflow's DAG, or on DAGs in general."""
    details = DagDetails(id=workflow_id)
    return get_auth_manager().is_authorized_dag(method=method, user=user, access_entity=entity, details=details)


def require(user: BaseUser, method: Any, workflow_id: str) -> None:
    """Raises NotPermittedError."""
    if not may(user, method, workflow_id):
        raise NotPermittedError(f"your Airflow role does not allow {method} on workflow {workflow_id}")


def require_some(user: GetUserDep) -> str:
    """For calls that name several workflows: the role allows to edit or delete at least one. The user's name."""
    manager = get_auth_manager()
    if not any(
        may(user, method) or manager.get_authorized_dag_ids(user=user, method=method) for method in ("PUT", "DELETE")
    ):
        raise HTTPException(403, "your Airflow role does not allow changes of DAGs")
    return user.get_name()


def readable_workflows(user: GetUserDep) -> set[str]:
    """Ids of the DAGs this user may see."""
    return get_auth_manager().get_authorized_dag_ids(user=user, method="GET")


ReadableWorkflows = Annotated[set[str], Depends(readable_workflows)]


def editable_workflows(user: GetUserDep) -> set[str]:
    """Ids of the DAGs this user may change."""
    return get_auth_manager().get_authorized_dag_ids(user=user, method="PUT")


EditableWorkflows = Annotated[set[str], Depends(editable_workflows)]


class RunPlace(NamedTuple):
    """Which run: its id is unique within its workflow only."""

    workflow_id: str
    run_id: str


def readable_run(
    run_id: str,
    readable: ReadableWorkflows,
    workflow: Annotated[str | None, Query(description="Id of the run's workflow")] = None,
) -> RunPlace:
    """The run of the path, of a workflow this user may see. Raises NotFoundError, ConflictError."""
    found = sorted((dag_state.workflows_of_run(run_id) if workflow is None else {workflow}) & readable)
    if not found:
        raise NotFoundError(f"no run {run_id!r}" + (f" of a workflow {workflow!r}" if workflow else ""))
    if len(found) > 1:
        raise ConflictError(f"several workflows have a run {run_id!r}: name one with ?workflow={' or '.join(found)}")
    return RunPlace(found[0], run_id)


ReadableRun = Annotated[RunPlace, Depends(readable_run)]


def editable_run(run: ReadableRun, user: GetUserDep) -> RunPlace:
    """The same, if this user may change it; else 403."""
    if not may(user, "PUT", run.workflow_id, DagAccessEntity.RUN):
        raise HTTPException(403, "your Airflow role does not allow changes of this DAG's runs")
    return run


EditableRun = Annotated[RunPlace, Depends(editable_run)]
Reader = Annotated[str, Depends(dag_access("GET"))]
RunReader = Annotated[str, Depends(dag_access("GET", DagAccessEntity.RUN))]
RunEditor = Annotated[str, Depends(dag_access("PUT", DagAccessEntity.RUN))]
# PUT without an id is "may edit DAGs": auth managers such as FAB know no permission to create one.
Creator = Annotated[str, Depends(dag_access("PUT"))]
Editor = Annotated[str, Depends(dag_access("PUT"))]
Deleter = Annotated[str, Depends(dag_access("DELETE"))]
SomeEditor = Annotated[str, Depends(require_some)]
# An upload starts a run.
Uploader = Annotated[str, Depends(dag_access("POST", DagAccessEntity.RUN))]
