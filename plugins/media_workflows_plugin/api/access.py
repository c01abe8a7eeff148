"""Permissions: every route depends on one of these dependencies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import Depends, Query, Request

from media_workflows.airflow_adapter.run_copies import run_history
from media_workflows.airflow_adapter.users import roles_of
from media_workflows.domain.process_runs import PROCESS
from media_workflows.errors import (
    ConflictError,
    NotFoundError,
    NotPermittedError,
    PlaceNotPermittedError,
    RequestRefusedError,
)
from media_workflows.services.caller_places import places_of_roles, sees_all, set_caller_places
from media_workflows.services.visibility import is_visible, is_visible_run, require_visible, visible_workflows
from media_workflows.settings import get_settings
from media_workflows.store.run_history import workflows_of_run
from media_workflows_plugin.api.audit import SAFE_METHODS, note_actor, note_workflows

# The names of permissions in Airflow (airflow.providers.fab), by method and by what of a DAG they are about.
_ACTIONS = {"GET": "can_read", "PUT": "can_edit", "POST": "can_create", "DELETE": "can_delete"}
_RESOURCES: dict[DagAccessEntity | None, str] = {
    None: "DAGs",
    DagAccessEntity.RUN: "DAG Runs",
    DagAccessEntity.HITL_DETAIL: "HITL Detail",
}
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


def refuse_cross_site(request: Request) -> None:
    """Reject state-changing cross-site requests (CSRF): Airflow itself has no such check.

    A browser that sends the session cookie must state that the request comes from this origin. A program sends a token
    instead, which no other site can make a browser send.
    """
    if request.method in SAFE_METHODS:
        return
    if not _from_here(request):
        raise NotPermittedError(
            "the request came from another site: call this API from Airflow's own origin, or with a token (cross-site)"
        )
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and kind in FORM_TYPES:
        raise RequestRefusedError("the content type {content_type} is not supported: send JSON", content_type=kind)


def _from_here(request: Request) -> bool:
    fetch_site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host")
    return request.headers.get("authorization", "").lower().startswith("bearer ")


async def bind_places(user: GetUserDep) -> None:
    """A dependency of every route: the places of the storage that this user may see, for all that the request does.

    It is a coroutine, as only such a dependency shares its context with the route.
    """
    is_bounded = get_settings().role_places is not None  # else each request would read the roles for nothing
    set_caller_places(places_of_roles(roles_of(user)) if is_bounded else None)


def dag_access(method: Any, entity: DagAccessEntity | None = None, dag_id: str | None = None) -> Callable[..., str]:
    """A dependency that requires permission for `method` on the DAG of the path's workflow, or on DAGs in general.

    `dag_id` is the DAG of a path without workflow. It returns the user's name. Unauthenticated: 401. Without the
    permission: 403. A workflow or run in places that the user may not see: 404.
    """

    def check(request: Request, user: GetUserDep) -> str:
        if workflow_id := request.path_params.get("workflow_id"):
            require_visible(workflow_id, request.path_params.get("run_id"))
        require_general(user, method, dag_id or workflow_id, entity)
        if method != "GET":
            note_actor(request, user.get_name())
            if dag_id:
                note_workflows(request, [dag_id])
        return user.get_name()

    return check


def is_operator(user: BaseUser) -> bool:
    """Whether a role of the user is in setting `operator_roles`: FAB allows changes of runs only with those of DAGs."""
    operators = get_settings().operator_roles
    return bool(operators) and not roles_of(user).isdisjoint(operators)


def may(user: BaseUser, method: Any, workflow_id: str | None = None, entity: DagAccessEntity | None = None) -> bool:
    """Whether the user's role allows `method` on a workflow's DAG, or on DAGs in general."""
    if workflow_id is not None and not is_visible(workflow_id):
        return False
    if entity is None and method != "GET" and is_operator(user):
        return False
    details = DagDetails(id=workflow_id)
    return get_auth_manager().is_authorized_dag(method=method, user=user, access_entity=entity, details=details)


def require_general(
    user: BaseUser, method: Any, workflow_id: str | None = None, entity: DagAccessEntity | None = None
) -> None:
    """Require permission for `method` on a workflow's DAG, or on DAGs in general. Raises NotPermittedError."""
    if not may(user, method, workflow_id, entity):
        raise _lacking(method, entity, workflow_id)


def require(user: BaseUser, method: Any, workflow_id: str) -> None:
    """Require permission for `method` on a workflow. Raises NotPermittedError."""
    if not may(user, method, workflow_id):
        raise _lacking(method, None, workflow_id)


def _lacking(method: str, entity: DagAccessEntity | None = None, workflow_id: str | None = None) -> NotPermittedError:
    """The error that names the permission, as Airflow's pages of roles do, that the user's roles do not have."""
    action, resource = _ACTIONS[method], _RESOURCES[entity]
    named = f"{action} on {resource}"
    if entity is None and workflow_id is not None:
        named += f" or {action} on DAG:{workflow_id}"
    return NotPermittedError(
        "your Airflow role lacks the permission {permission}: ask an administrator of Airflow for it", permission=named
    )


def require_some(request: Request, user: GetUserDep) -> str:
    """The user's name, if the role allows to edit or delete at least one DAG: for calls that name several workflows."""
    manager = get_auth_manager()
    if is_operator(user) or not any(
        may(user, method) or manager.get_authorized_dag_ids(user=user, method=method) for method in ("PUT", "DELETE")
    ):
        raise _lacking("PUT")
    note_actor(request, user.get_name())
    return user.get_name()


def readable_workflows(user: GetUserDep) -> set[str]:
    """Ids of the DAGs this user may see, by role and by place."""
    return visible_workflows(get_auth_manager().get_authorized_dag_ids(user=user, method="GET"))


ReadableWorkflows = Annotated[set[str], Depends(readable_workflows)]


def editable_workflows(user: GetUserDep) -> set[str]:
    """Ids of the DAGs this user may change, by role and by place."""
    return visible_workflows(get_auth_manager().get_authorized_dag_ids(user=user, method="PUT"))


EditableWorkflows = Annotated[set[str], Depends(editable_workflows)]


class RunPlace(NamedTuple):
    """The key of a run: its id is unique within its workflow only."""

    workflow_id: str
    run_id: str


def readable_run(
    run_id: str,
    readable: ReadableWorkflows,
    user: GetUserDep,
    workflow: Annotated[str | None, Query(description="Id of the run's workflow")] = None,
) -> RunPlace:
    """The run of the path, if its workflow is visible to this user. Raises NotFoundError, ConflictError."""
    named = _workflows_of_run(run_id) if workflow is None else {workflow}
    found = sorted((named & readable) | _visible_requests(named, run_id, user))
    if not found:
        if workflow is None:
            raise NotFoundError("there is no run '{run_id}'", run_id=run_id)
        raise NotFoundError("workflow '{workflow_id}' has no run '{run_id}'", workflow_id=workflow, run_id=run_id)
    if len(found) > 1:
        raise ConflictError(
            "several workflows have a run '{run_id}': name one of them with ?workflow= ({workflow_ids})",
            run_id=run_id,
            workflow_ids=", ".join(found),
        )
    return RunPlace(found[0], run_id)


def _visible_requests(named: set[str], run_id: str, user: BaseUser) -> set[str]:
    """The DAG of ad-hoc processing, if it is named and this run of it is one that the user may see."""
    return {id_ for id_ in named & {PROCESS} if may(user, "GET", id_) and is_visible_run(id_, run_id)}


def _workflows_of_run(run_id: str) -> set[str]:
    with run_history() as session:
        return workflows_of_run(session, run_id)


def require_run_change(user: BaseUser, workflow_id: str) -> None:
    """Require permission to change a workflow's runs. Raises NotPermittedError."""
    if not may(user, "PUT", workflow_id, DagAccessEntity.RUN):
        raise _lacking("PUT", DagAccessEntity.RUN)


def require_all_places(user: Annotated[str, Depends(dag_access("PUT"))]) -> str:
    """The name of a user who may edit DAGs and sees all places: for what concerns all workflows.

    Raises PlaceNotPermittedError.
    """
    if not sees_all():
        raise PlaceNotPermittedError(
            "this concerns the workflows of all buckets, and your Airflow roles allow only some: let an administrator "
            "do it"
        )
    return user


def key_holder(request: Request, name: Annotated[str, Depends(dag_access("GET"))]) -> str:
    """The name of a user who changes API keys of their own, which every user with a role may: a key adds no right."""
    note_actor(request, name)
    return name


ReadableRun = Annotated[RunPlace, Depends(readable_run)]


def editable_run(request: Request, run: ReadableRun, user: GetUserDep) -> RunPlace:
    """The run of the path, if this user may change it. Raises NotPermittedError."""
    require_run_change(user, run.workflow_id)
    note_workflows(request, [run.workflow_id])
    return run


def editor_of_run(request: Request, run: ReadableRun, user: GetUserDep) -> RunPlace:
    """The run of the path, if this user may edit its workflow. Raises NotPermittedError."""
    require(user, "PUT", run.workflow_id)
    note_workflows(request, [run.workflow_id])
    return run


def answerable_run(request: Request, run: ReadableRun, user: GetUserDep) -> RunPlace:
    """The run of the path, if this user may answer its questions. Raises NotPermittedError."""
    if not may(user, "PUT", run.workflow_id, DagAccessEntity.HITL_DETAIL):
        raise _lacking("PUT", DagAccessEntity.HITL_DETAIL)
    note_workflows(request, [run.workflow_id])
    return run


EditableRun = Annotated[RunPlace, Depends(editable_run)]
EditorOfRun = Annotated[RunPlace, Depends(editor_of_run)]
AnswerableRun = Annotated[RunPlace, Depends(answerable_run)]
Reader = Annotated[str, Depends(dag_access("GET"))]
KeyHolder = Annotated[str, Depends(key_holder)]
RunReader = Annotated[str, Depends(dag_access("GET", DagAccessEntity.RUN))]
RunEditor = Annotated[str, Depends(dag_access("PUT", DagAccessEntity.RUN))]
Answerer = Annotated[str, Depends(dag_access("PUT", DagAccessEntity.HITL_DETAIL))]
# PUT without an id is "may edit DAGs": auth managers such as FAB have no permission to create one.
Creator = Annotated[str, Depends(dag_access("PUT"))]
Editor = Annotated[str, Depends(dag_access("PUT"))]
CreatorForAll = Annotated[str, Depends(require_all_places)]
Deleter = Annotated[str, Depends(dag_access("DELETE"))]
SomeEditor = Annotated[str, Depends(require_some)]
RunStarter = Annotated[str, Depends(dag_access("POST", DagAccessEntity.RUN))]
Uploader = RunStarter  # an upload starts a run
