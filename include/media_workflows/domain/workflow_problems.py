"""What is wrong between the fields of a workflow, and with the templates it names. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from media_workflows.domain.base import invalid
from media_workflows.domain.jobs.intelligence import IntelligenceItem
from media_workflows.domain.jobs.recognition import RecognitionItem
from media_workflows.domain.output_names import extra_key_problems, output_directory_problems, output_name_problems
from media_workflows.domain.placed_items import PlacedItem, placed_items, valid_items
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.step_problems import step_problems, together_problems
from media_workflows.domain.steps import shared_features, steps_before
from media_workflows.domain.templates import Library, resolved_if_valid, template_problems
from media_workflows.errors import FieldProblem

if TYPE_CHECKING:
    from media_workflows.domain.workflow import Workflow

_STEPS: TypeAdapter[list[StepDefinition]] = TypeAdapter(list[StepDefinition])


def workflow_problems(workflow: Workflow, library: Library) -> list[FieldProblem]:
    """Problems between the fields of a workflow, and of the templates it names."""
    placed = placed_items(workflow)
    fitting = resolved_if_valid(placed, library)
    return [
        *_item_problems(placed, fitting, library),
        *output_directory_problems(workflow.output.directory),
        *(
            problem
            for number, step in enumerate(workflow.steps)
            for problem in output_directory_problems(step.output.directory, f"steps[{number}].output.directory")
        ),
        *(_graph_problems(workflow, fitting) if workflow.steps else _flat_problems(fitting)),
        *(together_problems(workflow.steps) if workflow.publish == "together" else ()),
        *_region_problems(workflow),
    ]


def problems_despite(data: Any, library: Library) -> list[FieldProblem]:
    """Further problems of a definition that has invalid parts, so that all are reported at once."""
    if not isinstance(data, dict):
        return []
    placed = valid_items(data)
    fitting = resolved_if_valid(placed, library)
    try:
        valid = _STEPS.validate_python(data.get("steps") or [])
        steps = [*step_problems(valid), *(together_problems(valid) if data.get("publish") == "together" else ())]
    except ValidationError:
        steps = []  # an invalid step may be the one that others name
    return [
        *(problem for part in ("jobs.", "steps[") for problem in _item_problems_of(part, placed, fitting, library)),
        *output_directory_problems(_directory(data)),
        *(_flat_problems(fitting) if "jobs" in data else ()),
        *steps,
    ]


def _directory(data: dict[str, Any]) -> str | None:
    output = data.get("output")
    directory = output.get("directory") if isinstance(output, dict) else None
    return directory if isinstance(directory, str) else None


def _item_problems_of(
    part: str, placed: Sequence[PlacedItem], fitting: Sequence[PlacedItem], library: Library
) -> Iterator[FieldProblem]:
    """Of the items of jobs, or of steps: a definition that has both, which is a problem, has to drop one of them."""
    yield from _item_problems(_below(part, placed), _below(part, fitting), library)


def _below(part: str, placed: Sequence[PlacedItem]) -> list[PlacedItem]:
    return [one for one in placed if one.place.startswith(part)]


def _item_problems(
    placed: Sequence[PlacedItem], fitting: Sequence[PlacedItem], library: Library
) -> Iterator[FieldProblem]:
    """`fitting` are the same items, resolved where they fit their templates."""
    yield from template_problems(placed, library)
    yield from output_name_problems(fitting)
    yield from extra_key_problems(fitting)


def _flat_problems(fitting: Sequence[PlacedItem]) -> Iterator[FieldProblem]:
    yield from _language_problems(fitting)
    for ladder in fitting:
        yield from _subtitle_problems(ladder, fitting)


def _graph_problems(workflow: Workflow, fitting: Sequence[PlacedItem]) -> Iterator[FieldProblem]:
    yield from step_problems(workflow.steps)
    of_step = {step.id: _below(f"steps[{number}].", fitting) for number, step in enumerate(workflow.steps)}
    for step in workflow.steps:
        sharing = shared_features(step, workflow.steps)
        if sharing and sharing[0] is step:
            yield from _language_problems([one for other in sharing for one in of_step[other.id]])
        before = [one for other in steps_before(step, workflow.steps) for one in of_step[other.id]]
        for ladder in of_step[step.id]:
            yield from _subtitle_problems(ladder, before)


def _language_problems(placed: Sequence[PlacedItem]) -> Iterator[FieldProblem]:
    """Different languages of several jobs: speech is recognised once for all of them."""
    requested = {
        item.kind: (place, item.parameters.language)
        for place, item, _ in placed
        if isinstance(item, IntelligenceItem) and item.parameters
    }
    named = {kind: found for kind, found in requested.items() if found[1] != "auto"}
    if len({language for _, language in named.values()}) < 2:
        return
    languages = ", ".join(f"{kind}: {language}" for kind, (_, language) in named.items())
    problem = invalid("all jobs must have the same language; got {languages}", languages=languages)
    yield problem.at(next(iter(named.values()))[0], "several languages")


def _subtitle_problems(ladder: PlacedItem, before: Sequence[PlacedItem]) -> Iterator[FieldProblem]:
    """Add-on subtitles that require a recognition job which is not among these items."""
    recognitions = (item.parameters for _, item, _ in before if isinstance(item, RecognitionItem))
    if any(parameters and parameters.has_subtitles for parameters in recognitions):
        return
    for number, add_on in enumerate(getattr(ladder.item, "add_on_subtitles", ())):
        if add_on.source == "recognition":
            field = f"{ladder.place}.add_on_subtitles[{number}].source"
            problem = invalid("requires a `recognition` job with `asr_full_text` in the same workflow")
            yield problem.at(field, "'recognition'")


def _region_problems(workflow: Workflow) -> Iterator[FieldProblem]:
    here = workflow.trigger.region
    outputs = [("output.region", workflow.output.region)]
    outputs += [(f"steps[{number}].output.region", step.output.region) for number, step in enumerate(workflow.steps)]
    for field, there in outputs:
        if here and there and here != there:
            problem = invalid(
                "must be the trigger bucket's region {region}: both buckets must be in the same region",
                region=repr(here),
            )
            yield problem.at(field, repr(there))
