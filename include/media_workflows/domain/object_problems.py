"""Options of output objects that do not go with those of the step and the workflow, or with later steps. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from media_workflows.domain.base import invalid, shown
from media_workflows.domain.object_options import (
    MAX_METADATA_BYTES,
    MAX_TAGS,
    UNREADABLE_CLASSES,
    ObjectOptions,
    objects_over,
)
from media_workflows.domain.steps import job_steps, output_of
from media_workflows.errors import FieldProblem
from media_workflows.naming import without_variables

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


def joined_problems(workflow: Workflow) -> Iterator[FieldProblem]:
    """Of the options that an item has together with those of its step and of the workflow."""
    found: dict[str, FieldProblem] = {}
    for step in job_steps(workflow):
        of_step = step.definition.output.objects if step.definition else None
        for index, item in enumerate(step.items):
            layers = {
                "output": workflow.output.objects,
                f"{step.place}.output": of_step,
                f"{step.place}.{step.kind}[{index}]": item.objects,
            }
            for problem in _joined(layers):
                found.setdefault(problem.field, problem)
    yield from found.values()


def _joined(layers: dict[str, ObjectOptions | None]) -> Iterator[FieldProblem]:
    """`layers` are options by their place, each over those before it. A problem is at the last that has the field."""
    joined: ObjectOptions | None = None
    for own in layers.values():
        joined = objects_over(own, joined)
    if joined is None:
        return

    def field(name: str) -> str:
        place = next(place for place, own in reversed(layers.items()) if own and getattr(own, name))
        return f"{place}.objects.{name}"

    if (count := len(joined.tags)) > MAX_TAGS:
        problem = invalid(
            "the tags of the workflow, the step and the item are joined to {count}, and S3 accepts {most} for an "
            "object: leave some out",
            count=count,
            most=MAX_TAGS,
        )
        yield problem.at(field("tags"), shown(sorted(joined.tags)))
    if (size := _least_bytes(joined.metadata)) > MAX_METADATA_BYTES:
        problem = invalid(
            "the metadata of the workflow, the step and the item are joined to {size} bytes without their variables, "
            "and S3 accepts {limit} for an object: shorten them",
            size=size,
            limit=MAX_METADATA_BYTES,
        )
        yield problem.at(field("metadata"), shown(sorted(joined.metadata)))
    if joined.download_name is not None and joined.disposition is None:
        problem = invalid("download_name is part of Content-Disposition: set disposition to attachment or inline")
        yield problem.at(field("download_name"), repr(joined.download_name))


def _least_bytes(metadata: Mapping[str, str]) -> int:
    """The size of user metadata as S3 counts it, without variables and without what this product adds."""
    return sum(len(name.encode()) + len(without_variables(value).encode()) for name, value in metadata.items())
