"""The items of a definition with their places in it: what checks of single items go through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from media_workflows.domain.jobs import JOB_ITEMS
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.step_definition import Output
from media_workflows.domain.steps import job_steps

if TYPE_CHECKING:
    from media_workflows.domain.workflow import Workflow


class PlacedItem(NamedTuple):
    """An item, the path of its field ('jobs.transcode[0]', 'steps[2].transcode[0]'), and where its outputs go."""

    place: str
    item: JobItem[Any]
    output: Output


def placed_items(workflow: Workflow) -> list[PlacedItem]:
    """All items, in the order of the definition."""
    return [
        PlacedItem(f"{step.place}.{step.kind}[{index}]", item, step.output_of(workflow))
        for step in job_steps(workflow)
        for index, item in enumerate(step.items)
    ]


def valid_items(data: Any) -> list[PlacedItem]:
    """The items that are valid by themselves in a definition that is not, so that all problems are reported at once."""
    if not isinstance(data, dict):
        return []
    output = _output(data.get("output"), Output())
    steps = data.get("steps")
    return [
        *_valid_items("jobs", data.get("jobs"), output),
        *(
            placed
            for number, step in enumerate(steps if isinstance(steps, list) else [])
            if isinstance(step, dict)
            for placed in _valid_items(f"steps[{number}]", step, _output(step.get("output"), output))
        ),
    ]


def _valid_items(place: str, holder: Any, output: Output) -> Iterator[PlacedItem]:
    for kind, model in JOB_ITEMS.items():
        items = holder.get(kind) if isinstance(holder, dict) else None
        for index, item in enumerate(items if isinstance(items, list) else [items] if isinstance(items, dict) else []):
            with suppress(ValidationError):
                yield PlacedItem(f"{place}.{kind}[{index}]", model.model_validate(item), output)


def _output(data: Any, default: Output) -> Output:
    """What an invalid definition says of the place of outputs, as far as it is valid."""
    if not isinstance(data, dict):
        return default
    own = {name: value for name, value in data.items() if name in Output.model_fields and value is not None}
    try:
        return Output.model_validate({**default.model_dump(), **own})
    except ValidationError:
        directory = own.get("directory")
        return default.model_copy(update={"directory": directory}) if isinstance(directory, str) else default
