"""Routes: one action on many workflows or runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from media_workflows.errors import FieldProblem, MediaWorkflowsError, NotFoundError
from media_workflows.services import run_control
from media_workflows.services import workflows as service
from media_workflows_plugin.api.access import ReadableWorkflows, RunEditor, SomeEditor, require, require_run_change
from media_workflows_plugin.api.audit import note_changed, note_runs, note_workflows
from media_workflows_plugin.api.guarded_route import GuardedRoute

router = APIRouter(prefix="/api/v1", tags=["bulk actions"], route_class=GuardedRoute)
Action = Literal["enable", "disable", "delete"]


class BulkRequest(BaseModel):
    """An action, and the workflows to apply it to."""

    action: Action
    ids: list[str] = Field(min_length=1, max_length=1000)


class Outcome(BaseModel):
    """The outcome of one of many; `code` and `message` give the cause of a refusal."""

    ok: bool
    code: str = ""
    message: str = ""
    template: str = ""
    parameters: dict[str, str] = Field(default_factory=dict)
    problems: list[FieldProblem] = Field(default_factory=list)


class BulkItem(Outcome):
    """The outcome of one workflow."""

    id: str


class BulkAnswer(BaseModel):
    """The outcomes, in the order of the request."""

    items: list[BulkItem]


class NamedRun(BaseModel):
    """A run and its workflow."""

    workflow: str
    run: str


class RunsRequest(BaseModel):
    """An action, and the runs to apply it to."""

    action: Literal["retry", "cancel"]
    runs: list[NamedRun] = Field(min_length=1, max_length=100)


class RunOutcome(Outcome, NamedRun):
    """The outcome of one run."""


class RunsOutcome(BaseModel):
    """The outcomes, in the order of the request."""

    items: list[RunOutcome]


def attempt(act: Callable[[], Any]) -> dict[str, Any]:
    """Do it; the fields of an `Outcome`."""
    try:
        act()
    except MediaWorkflowsError as error:
        return {
            "ok": False,
            "code": error.code,
            "message": str(error),
            "template": error.template,
            "parameters": error.parameters,
            "problems": error.problems,
        }
    return {"ok": True}


@router.post("/workflows/bulk")
def change_many(
    request: BulkRequest, user: SomeEditor, airflow_user: GetUserDep, readable: ReadableWorkflows, http: Request
) -> BulkAnswer:
    """Enable, disable or delete workflows, each independently of the others."""
    acts: dict[Action, Callable[[str], Any]] = {
        "enable": service.enable_workflow,
        "disable": service.disable_workflow,
        "delete": lambda id_: service.delete_workflow(id_, user),
    }

    def act(id_: str) -> None:
        if id_ not in readable:
            raise NotFoundError("there is no workflow '{workflow_id}'", workflow_id=id_)
        require(airflow_user, "DELETE" if request.action == "delete" else "PUT", id_)
        acts[request.action](id_)

    note_workflows(http, dict.fromkeys(id_ for id_ in request.ids if id_ in readable))
    items = [BulkItem(id=id_, **attempt(partial(act, id_))) for id_ in dict.fromkeys(request.ids)]
    note_changed(http, (item.id for item in items if item.ok))
    return BulkAnswer(items=items)


@router.post("/runs/bulk")
def change_many_runs(
    request: RunsRequest, user: RunEditor, airflow_user: GetUserDep, readable: ReadableWorkflows, http: Request
) -> RunsOutcome:
    """Retry or cancel runs, each independently of the others."""

    def act(named: NamedRun) -> None:
        if named.workflow not in readable:
            raise NotFoundError(
                "workflow '{workflow_id}' has no run '{run_id}'", workflow_id=named.workflow, run_id=named.run
            )
        require_run_change(airflow_user, named.workflow)
        if request.action == "retry":
            run_control.retry_run(named.workflow, named.run)
        else:
            run_control.cancel_run(named.workflow, named.run, user)

    runs = {(named.workflow, named.run): named for named in request.runs}.values()
    note_runs(http, [(named.workflow, named.run) for named in runs if named.workflow in readable])
    items = [RunOutcome(**named.model_dump(), **attempt(partial(act, named))) for named in runs]
    note_changed(http, {item.workflow for item in items if item.ok})
    return RunsOutcome(items=items)
