"""Outputs of several sources that would be one object: refused before the runs of a request start. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from media_workflows.domain.base import shown
from media_workflows.domain.invalid import invalid
from media_workflows.domain.output_names import item_names
from media_workflows.domain.step_actions.copy import CopyPlace
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.steps import JobStep, job_steps, output_of, steps_before
from media_workflows.errors import FieldProblem, OutputNameError
from media_workflows.naming import output_key

if TYPE_CHECKING:
    from media_workflows.domain.workflow import Workflow


class _Output(NamedTuple):
    """What a source would have written: the field that names it, its value, the bucket and the key."""

    field: str
    value: str
    bucket: str
    key: str


def shared_output_problems(workflow: Workflow, sources: Collection[str]) -> list[FieldProblem]:
    """The fields of a resolved workflow by which two sources would write one object; the first two of each.

    Numbers, which only a run knows, are the same for all. Left out are steps that a condition may skip, a source whose
    names cannot be filled in, as its run says so, and an output that is one of the sources: below a prefix, that is
    the output of an earlier request, which gets no run.
    """
    problems: dict[str, FieldProblem] = {}
    first: dict[tuple[str, str], str] = {}
    given = {(workflow.trigger.bucket, source) for source in sources}
    for source in sources:
        for output in _outputs(workflow, source):
            place = (output.bucket, output.key)
            other = first.setdefault(place, source)
            if other != source and place not in given and output.field not in problems:
                problems[output.field] = _problem(output, other, source)
    return list(problems.values())


def _problem(output: _Output, source: str, other: str) -> FieldProblem:
    return invalid(
        "writes {bucket}/{key} for two sources, {source} and {other}: put {{inputDirectory}}/ into the output "
        "directory if sources of several directories share a name, add {{inputFormat}} to the name if only their "
        "extensions differ",
        bucket=output.bucket,
        key=output.key,
        source=shown(source),
        other=shown(other),
    ).at(output.field, output.value)


def _outputs(workflow: Workflow, source: str) -> Iterator[_Output]:
    for step in job_steps(workflow):
        if step.definition is None or _always_runs(step.definition, workflow):
            yield from _of_job(workflow, step, source)
    for number, definition in enumerate(workflow.steps):
        if isinstance(definition.action, CopyPlace) and _always_runs(definition, workflow):
            yield from _of_copy(workflow, definition, f"steps[{number}].{definition.kind}", source)


def _always_runs(step: StepDefinition, workflow: Workflow) -> bool:
    return not any(one.when for one in (step, *steps_before(step, workflow.steps)))


def _of_job(workflow: Workflow, step: JobStep, source: str) -> Iterator[_Output]:
    place = step.output_of(workflow)
    for index, item in enumerate(step.items):
        for name in item_names(item) if item.may_have_files else ():
            variables = {"definition": str(item.definition), **({"format": name.format} if name.format else {})}
            with suppress(OutputNameError):
                key = output_key(name.pattern, place.directory, source, variables, workflow.trigger.prefix)
                field = f"{step.place}.{step.kind}[{index}].{name.field}"
                yield _Output(field, shown(name.pattern), place.bucket or workflow.trigger.bucket, key)


def _of_copy(workflow: Workflow, step: StepDefinition, field: str, source: str) -> Iterator[_Output]:
    action, root = step.action, workflow.trigger.prefix
    assert isinstance(action, CopyPlace)
    bucket = action.bucket or output_of(workflow, step).bucket or workflow.trigger.bucket
    value = shown(action.model_dump(mode="json", exclude_defaults=True))
    if not action.reads:
        with suppress(OutputNameError):
            yield _Output(field, value, bucket, action.key_of_source(source, root))
    for before in (one for one in job_steps(workflow) if one.id in action.reads):
        with suppress(OutputNameError):
            directory = output_key("", before.output_of(workflow).directory, source, {}, root)
            for output in _of_job(workflow, before, source):
                below = output.key.removeprefix(directory)
                yield _Output(
                    field, value, bucket, output.key if action.directory is None else action.directory + below
                )
