"""Copies that would be written over their original, as far as a definition shows it; others fail in their run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from media_workflows.domain.base import shown
from media_workflows.domain.invalid import invalid
from media_workflows.domain.step_actions.copy import CopyPlace
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.steps import output_of
from media_workflows.errors import FieldProblem, OutputNameError

if TYPE_CHECKING:
    from media_workflows.domain.workflow import Workflow

_SOURCES = ("a.mp4", "b/c.mov")  # in the trigger's directory: a pattern that gives back both gives back any


def own_place_problems(workflow: Workflow) -> Iterator[FieldProblem]:
    """Of each step that copies or moves."""
    for number, step in enumerate(workflow.steps):
        action = step.action
        if not isinstance(action, CopyPlace):
            continue
        if not action.reads and _is_place_of_source(workflow, action):
            yield invalid("every source would be copied to its own place: give another bucket, directory or key").at(
                f"steps[{number}].{action.kind}", shown(action.model_dump(mode="json", exclude_defaults=True))
            )
        for id_ in action.reads:
            if any(other.id == id_ and _is_place_of_outputs(workflow, action, other) for other in workflow.steps):
                yield invalid(
                    "the outputs of step '{id}' would be copied to their own places: give another bucket or directory",
                    id=id_,
                ).at(f"steps[{number}].{action.kind}", shown(action.model_dump(mode="json", exclude_defaults=True)))


def _is_place_of_source(workflow: Workflow, action: CopyPlace) -> bool:
    bucket, root = workflow.trigger.bucket, workflow.trigger.prefix
    if (action.bucket or workflow.output_bucket) != bucket:
        return False
    try:
        return all(action.key_of_source(root + name, root) == root + name for name in _SOURCES)
    except OutputNameError:  # depends on the source: its run says so
        return False


def _is_place_of_outputs(workflow: Workflow, action: CopyPlace, step: StepDefinition) -> bool:
    place = output_of(workflow, step)
    if (action.bucket or workflow.output_bucket) != (place.bucket or workflow.trigger.bucket):
        return False
    return action.directory is None or action.directory == place.directory
