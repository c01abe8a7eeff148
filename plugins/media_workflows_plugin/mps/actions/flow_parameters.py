"""Parameters of the actions of workflows, schedules and tasks: known ones only, each of its type."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from media_workflows.domain.base import problems_of, shown
from media_workflows.domain.vendor_names import unknown_field
from media_workflows.errors import InvalidRequestError, NotFoundError
from media_workflows.services import workflows as service
from media_workflows.services.workflows import WorkflowStatus
from media_workflows_plugin.mps.action import Json

Number = Annotated[int, Field(ge=0, le=2**63 - 1)]
Numbers = Annotated[list[Number], Field(max_length=100)]
Limit = Annotated[int, Field(ge=1, le=100)]
Offset = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Parameters(BaseModel):
    """The parameters of an action, under the vendor's names."""

    model_config = ConfigDict(alias_generator=to_pascal, extra="forbid", frozen=True, strict=True)


class WorkflowNumber(Parameters):
    """The one workflow of an action."""

    workflow_id: Number


class ScheduleNumber(Parameters):
    """The one schedule of an action."""

    schedule_id: Number


P = TypeVar("P", bound=Parameters)


def parameters(model: type[P], data: Json) -> P:
    """The parameters of an action; null and '' say nothing. Raises InvalidRequestError."""
    try:
        return model.model_validate({name: value for name, value in data.items() if value not in (None, "")})
    except ValidationError as error:
        raise InvalidRequestError(problems_of(error)) from None


def refuse_unknown(data: Json, known: Collection[str]) -> None:
    """Raises InvalidRequestError for parameters that the action does not have."""
    if problems := [unknown_field(name).at(name, shown(value)) for name, value in data.items() if name not in known]:
        raise InvalidRequestError(problems)


def flat_workflow(workflow_id: str) -> WorkflowStatus:
    """A workflow with jobs. Raises NotFoundError, also for a schedule."""
    found = service.get_workflow(workflow_id)
    if found.workflow.definition.steps:
        raise NotFoundError(
            "workflow {workflow_id} has steps, which makes it a schedule: use the actions of schedules",
            workflow_id=workflow_id,
        )
    return found


def schedule(workflow_id: str) -> WorkflowStatus:
    """A workflow with steps. Raises NotFoundError, also for one with jobs."""
    found = service.get_workflow(workflow_id)
    if not found.workflow.definition.steps:
        raise NotFoundError(
            "workflow {workflow_id} has jobs and no steps, so it is no schedule: use the actions of workflows",
            workflow_id=workflow_id,
        )
    return found
