"""Routes: the variables of conditions, and conditions tried on objects and runs."""

from __future__ import annotations

from typing import Any, Self

from fastapi import APIRouter
from pydantic import BaseModel, Field, model_validator

from media_workflows.domain.base import invalid
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.trigger import BucketName
from media_workflows.errors import NotFoundError
from media_workflows.services import conditions as service
from media_workflows.services.condition_on_run import try_on_run
from media_workflows.services.conditions import ConditionTrial, ConditionVariable
from media_workflows.store.tables.base import DAG_ID_LENGTH, RUN_ID_LENGTH
from media_workflows_plugin.api.access import Creator, ReadableWorkflows, Reader
from media_workflows_plugin.api.dry_run import turn
from media_workflows_plugin.api.guarded_route import GuardedRoute

router = APIRouter(prefix="/api/v1/conditions", tags=["conditions"], route_class=GuardedRoute)


class TryRequest(BaseModel):
    """A condition, and the object or the run to try it on; without them it is only checked.

    With `steps` it may read what the condition of one of them may: values of the steps before.
    """

    expression: str = Field(description="A condition in CEL, as in `source.short_edge >= 1080`")
    bucket: BucketName | None = None
    key: str | None = Field(None, min_length=1, max_length=1024)
    workflow: str | None = Field(None, min_length=1, max_length=DAG_ID_LENGTH, description="Id of the run's workflow")
    run: str | None = Field(None, min_length=1, max_length=RUN_ID_LENGTH, description="Id of a run")

    steps: list[dict[str, Any]] | None = Field(None, description="The steps of the definition that it belongs to")
    step: str = Field("", description="The id of its step")

    @model_validator(mode="after")
    def _whole_place(self) -> Self:
        if (self.bucket is None) != (self.key is None):
            raise invalid("must have both a bucket and a key, or neither")
        if (self.workflow is None) != (self.run is None):
            raise invalid("must have both a workflow and a run, or neither")
        if self.key is not None and self.run is not None:
            raise invalid("must have an object or a run, not both")
        return self


@router.get("/variables")
def list_variables(_user: Reader) -> list[ConditionVariable]:
    """List the variables that conditions may read."""
    return service.list_variables()


@router.post("/try")
def try_condition(request: TryRequest, _user: Creator, readable: ReadableWorkflows) -> ConditionTrial:
    """Check a condition, and evaluate it for an object or a run. Nothing is written.

    Any object in an allowed place can be named, so it requires permission to create workflows, as an unsaved dry run.
    """
    before: list[StepDefinition] = []
    if request.steps is not None:
        before = service.steps_before_in(service.parsed_steps(request.steps), request.step)
    condition = service.checked(request.expression, before)
    if request.workflow is not None and request.run is not None:
        if request.workflow not in readable:
            raise NotFoundError("there is no workflow '{workflow_id}'", workflow_id=request.workflow)
        with turn():
            return try_on_run(condition, before, request.workflow, request.run)
    if request.bucket is None or request.key is None:
        return service.without_object(condition)
    with turn():
        return service.try_on_object(condition, request.bucket, request.key)
