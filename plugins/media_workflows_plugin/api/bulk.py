"""Routes: one action on many workflows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from media_workflows.errors import FieldProblem, MediaWorkflowsError, NotFoundError
from media_workflows.services import workflows as service
from media_workflows_plugin.api.access import ReadableWorkflows, SomeEditor, require
from media_workflows_plugin.api.audit import note_workflows
from media_workflows_plugin.api.guarded_route import GuardedRoute

router = APIRouter(prefix="/api/v1/workflows", tags=["workflows"], route_class=GuardedRoute)
Action = Literal["enable", "disable", "delete"]


class BulkRequest(BaseModel):
    """An action, and the workflows to apply it to."""

    action: Action
    ids: list[str] = Field(min_length=1, max_length=1000)


class BulkItem(BaseModel):
    """The outcome of one workflow; `code` and `message` give the cause of a refusal."""

    id: str
    ok: bool
    code: str = ""
    message: str = ""
    template: str = ""
    parameters: dict[str, str] = Field(default_factory=dict)
    problems: list[FieldProblem] = Field(default_factory=list)


class BulkAnswer(BaseModel):
    """The outcomes, in the order of the request."""

    items: list[BulkItem]


@router.post("/bulk")
def change_many(
    request: BulkRequest, user: SomeEditor, airflow_user: GetUserDep, readable: ReadableWorkflows, http: Request
) -> BulkAnswer:
    """Enable, disable or delete workflows, each independently of the others."""
    acts: dict[Action, Callable[[str], Any]] = {
        "enable": service.enable_workflow,
        "disable": service.disable_workflow,
        "delete": lambda id_: service.delete_workflow(id_, user),
    }

    def act(id_: str) -> BulkItem:
        try:
            if id_ not in readable:
                raise NotFoundError("there is no workflow '{workflow_id}'", workflow_id=id_)
            require(airflow_user, "DELETE" if request.action == "delete" else "PUT", id_)
            acts[request.action](id_)
        except MediaWorkflowsError as error:
            return BulkItem(
                id=id_,
                ok=False,
                code=error.code,
                message=str(error),
                template=error.template,
                parameters=error.parameters,
                problems=error.problems,
            )
        return BulkItem(id=id_, ok=True)

    items = [act(id_) for id_ in dict.fromkeys(request.ids)]
    note_workflows(http, (item.id for item in items if item.ok))
    return BulkAnswer(items=items)
