"""Outputs in a storage class whose objects cannot be read, that a later step has to read. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from media_workflows.domain.invalid import invalid
from media_workflows.domain.object_options import UNREADABLE_CLASSES, objects_over
from media_workflows.domain.steps import output_of
from media_workflows.errors import FieldProblem

if TYPE_CHECKING:
    from media_workflows.domain.workflow import Workflow


def unreadable_problems(workflow: Workflow) -> Iterator[FieldProblem]:
    """Of steps whose outputs another step encodes or copies. Published together, outputs get their class at the end."""
    if workflow.publish == "together":
        return
    read = {id_ for step in workflow.steps for id_ in step.reads}
    for number, step in enumerate(workflow.steps):
        general = output_of(workflow, step).objects
        for index, item in enumerate(step.items if step.id in read else ()):
            options = objects_over(item.objects, general)
            class_ = options.storage_class if options else None
            if class_ in UNREADABLE_CLASSES:
                problem = invalid(
                    "outputs of step '{step}' in class {class_name} cannot be read by the steps after it: use another "
                    "class, or `publish: together`",
                    step=step.id,
                    class_name=class_,
                )
                yield problem.at(f"steps[{number}].{step.kind}[{index}].objects.storage_class", repr(class_))
