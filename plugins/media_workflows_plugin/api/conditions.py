"""Routes: the variables of conditions, and conditions tried on objects."""

from __future__ import annotations

from typing import Any, Self

from fastapi import APIRouter
from pydantic import BaseModel, Field, model_validator

from media_workflows.domain.base import invalid
from media_workflows.domain.trigger import BucketName
from media_workflows.services import conditions as service
from media_workflows.services.conditions import ConditionTrial, ConditionVariable
from media_workflows_plugin.api.access import Creator, Reader
from media_workflows_plugin.api.dry_run import turn
from media_workflows_plugin.api.guarded_route import GuardedRoute

router = APIRouter(prefix="/api/v1/conditions", tags=["conditions"], route_class=GuardedRoute)


class TryRequest(BaseModel):
    """A condition, and the object to try it on; without a key it is only checked.

    With `steps` it may read what the condition of one of them may: values of the steps before.
    """

    expression: str = Field(description="A condition in CEL, as in `source.short_edge >= 1080`")
    bucket: BucketName | None = None
    key: str | None = Field(None, min_length=1, max_length=1024)

    steps: list[dict[str, Any]] | None = Field(None, description="The steps of the definition that it belongs to")
    step: str = Field("", description="The id of its step")

    @model_validator(mode="after")
    def _whole_place(self) -> Self:
        if (self.bucket is None) != (self.key is None):
            raise invalid("must have both a bucket and a key, or neither")
        return self


@router.get("/variables")
def list_variables(_user: Reader) -> list[ConditionVariable]:
    """List the variables that conditions may read."""
    return service.list_variables()


@router.post("/try")
def try_condition(request: TryRequest, _user: Creator) -> ConditionTrial:
    """Check a condition, and evaluate it for an object. Nothing is written.

    Any object in an allowed place can be named, so it requires permission to create workflows, as an unsaved dry run.
    """
    variables = service.WITHOUT_STEPS
    if request.steps is not None:
        variables = service.variables_of(service.parsed_steps(request.steps), request.step)
    condition = service.checked(request.expression, variables)
    if request.bucket is None or request.key is None:
        return service.without_object(condition)
    with turn():
        return service.try_on_object(condition, request.bucket, request.key)
