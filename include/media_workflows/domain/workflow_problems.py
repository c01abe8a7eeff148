"""What is wrong between the fields of a workflow, and with the templates it names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from media_workflows.domain.base import invalid, shown
from media_workflows.domain.held_back import held_back_problems
from media_workflows.domain.jobs.intelligence import IntelligenceItem
from media_workflows.domain.jobs.recognition import RecognitionItem
from media_workflows.domain.object_problems import joined_problems, unreadable_problems
from media_workflows.domain.output_names import extra_key_problems, output_directory_problems, output_name_problems
from media_workflows.domain.own_place import own_place_problems
from media_workflows.domain.partial_steps import steps_in_order, valid_steps
from media_workflows.domain.placed_items import PlacedItem, placed_items, valid_items
from media_workflows.domain.saved_limits import saved_item_problems
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.step_problems import step_problems, together_problems
from media_workflows.domain.steps import shared_features, steps_before
from media_workflows.domain.templates import Library, resolved_if_valid, template_problems
from media_workflows.errors import FieldProblem

if TYPE_CHECKING:
    from media_workflows.domain.workflow import Workflow


def workflow_problems(workflow: Workflow, library: Library) -> list[FieldProblem]:
    """Problems between the fields of a workflow, and of the templates it names."""
    placed = placed_items(workflow)
    fitting = resolved_if_valid(placed, library)
    return [
        *_item_problems(placed, fitting, library),
        *output_directory_problems(workflow.output.directory),
        *_step_directory_problems(step.output.directory for step in workflow.steps),
        *(_graph_problems(workflow.steps, fitting) if workflow.steps else _flat_problems(fitting)),
        *own_place_problems(workflow),
        *unreadable_problems(workflow),
        *joined_problems(workflow),
        *(together_problems(workflow.steps) if workflow.publish == "together" else ()),
        *held_back_problems(placed, together=workflow.publish == "together"),
        *_region_problems(
            workflow.trigger.region, [workflow.output.region, *(step.output.region for step in workflow.steps)]
        ),
    ]


def problems_despite(data: Any, library: Library) -> list[FieldProblem]:
    """Further problems of a definition that has invalid parts, so that all are reported at once."""
    if not isinstance(data, dict):
        return []
    placed = valid_items(data)
    fitting = resolved_if_valid(placed, library)
    steps = steps_in_order(data)
    return [
        *(problem for part in ("jobs.", "steps[") for problem in _item_problems_of(part, placed, fitting, library)),
        *output_directory_problems(_text(data, "output", "directory")),
        *_step_directory_problems(_text(step, "output", "directory") for step in _steps(data)),
        *_flat_problems(_below("jobs.", fitting)),
        *(_graph_problems(steps, fitting) if valid_steps(data) else step_problems(steps)),
        *(together_problems(steps) if data.get("publish") == "together" and (steps or not _steps(data)) else ()),
        *held_back_problems(placed, together=data.get("publish") == "together"),
        *_region_problems(
            _text(data, "trigger", "region"), [_text(part, "output", "region") for part in (data, *_steps(data))]
        ),
    ]


def jobs_or_steps(data: Any) -> list[FieldProblem]:
    """The problem of a definition that has both or neither."""
    if not isinstance(data, dict) or (data.get("jobs") is None) != (not data.get("steps")):
        return []
    problem = invalid("must have either `jobs` (each reads the source) or `steps` (a graph): give one of them")
    return [problem.at("steps", shown(data["steps"]) if data.get("steps") else "nothing")]


def _steps(data: dict[str, Any]) -> list[Any]:
    steps = data.get("steps")
    return steps if isinstance(steps, list) else []


def _text(data: Any, part: str, name: str) -> str | None:
    """A text in a part of a definition that may be of any shape."""
    inner = data.get(part) if isinstance(data, dict) else None
    value = inner.get(name) if isinstance(inner, dict) else None
    return value if isinstance(value, str) else None


def _step_directory_problems(directories: Iterable[str | None]) -> Iterator[FieldProblem]:
    for number, directory in enumerate(directories):
        yield from output_directory_problems(directory, f"steps[{number}].output.directory")


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
    yield from saved_item_problems(fitting)


def _flat_problems(fitting: Sequence[PlacedItem]) -> Iterator[FieldProblem]:
    yield from _language_problems(fitting)
    for ladder in fitting:
        yield from _subtitle_problems(ladder, fitting)


def _graph_problems(steps: Sequence[StepDefinition], fitting: Sequence[PlacedItem]) -> Iterator[FieldProblem]:
    yield from step_problems(steps)
    of_step = {step.id: _below(f"steps[{number}].", fitting) for number, step in enumerate(steps)}
    for step in steps:
        sharing = shared_features(step, steps)
        if sharing and sharing[0] is step:
            yield from _language_problems([one for other in sharing for one in of_step[other.id]])
        before = [one for other in steps_before(step, steps) for one in of_step[other.id]]
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
    add_ons = enumerate(getattr(ladder.item, "add_on_subtitles", ()))
    numbers = [number for number, add_on in add_ons if add_on.source == "recognition"]
    recognitions = (item.parameters for _, item, _ in before if isinstance(item, RecognitionItem))
    if not numbers or any(parameters and parameters.has_subtitles for parameters in recognitions):
        return
    for number in numbers:
        field = f"{ladder.place}.add_on_subtitles[{number}].source"
        problem = invalid("requires a `recognition` job with `asr_full_text` in the same workflow")
        yield problem.at(field, "'recognition'")


def _region_problems(here: str | None, outputs: Sequence[str | None]) -> Iterator[FieldProblem]:
    """`outputs` are the regions of the workflow's output and of each step's."""
    for number, there in enumerate(outputs):
        field = "output.region" if number == 0 else f"steps[{number - 1}].output.region"
        if here and there and here != there:
            problem = invalid(
                "must be the trigger bucket's region {region}: both buckets must be in the same region",
                region=repr(here),
            )
            yield problem.at(field, repr(there))
