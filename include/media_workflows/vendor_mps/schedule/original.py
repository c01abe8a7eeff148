"""What of a workflow still is as it was imported. Pure, and without the engine of conditions: events read it."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.workflow import VendorForm, Workflow
from media_workflows.errors import DefinitionError
from media_workflows.vendor_mps.reading import Json
from media_workflows.vendor_mps.schedule.read import read_schedule


def imported(form: VendorForm | None) -> tuple[Workflow, Json] | None:
    """The workflow as it was imported, and its schedule; None = it was not, or an import would be refused today."""
    if form is None:
        return None
    try:
        return Workflow.model_validate(read_schedule(form.schedule).definition), form.schedule
    except (DefinitionError, ValidationError):
        return None


def same_graph(before: Workflow, workflow: Workflow) -> bool:
    """Whether the steps have kept their ids, kinds, order and conditions."""
    return [_edges(step) for step in before.steps] == [_edges(step) for step in workflow.steps]


def _edges(step: StepDefinition) -> tuple[Any, ...]:
    return step.id, step.kind, step.after, step.input, step.when
