"""The steps of a definition of which some are invalid, as far as the others depend on them."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from media_workflows.domain.jobs import JOB_ITEMS, JOB_KINDS
from media_workflows.domain.step_actions import ACTION_KINDS, ACTIONS
from media_workflows.domain.step_definition import StepDefinition, StepHead

_STEPS: TypeAdapter[list[StepDefinition]] = TypeAdapter(list[StepDefinition])


def valid_steps(data: Any) -> list[StepDefinition]:
    """The steps of a definition; [] if one of them is invalid."""
    try:
        return _STEPS.validate_python((data.get("steps") if isinstance(data, dict) else None) or [])
    except ValidationError:
        return []


def steps_in_order(data: Any) -> list[StepDefinition]:
    """The steps of a definition, with a stand-in for each invalid one; [] where an id or the order is not known.

    A stand-in has the id, the order, the condition and the kind of the step, so that problems of the others are those
    that remain when it is corrected.
    """
    steps = data.get("steps") if isinstance(data, dict) else None
    found = [_step(step) for step in (steps if isinstance(steps, list) else [])]
    known = [step for step in found if step is not None]
    return known if len(known) == len(found) else []


def _step(data: Any) -> StepDefinition | None:
    try:
        return StepDefinition.model_validate(data)
    except ValidationError:
        return _stand_in(data) if isinstance(data, dict) and isinstance(data.get("id"), str) else None


def _stand_in(data: dict[str, Any]) -> StepDefinition | None:
    head = {name: data[name] for name in StepHead.model_fields if name in data} | {"id": "stand_in"}
    try:
        order = StepHead.model_validate(head).model_dump(exclude={"id"})
    except ValidationError:
        return None
    kind = next((kind for kind in (*JOB_KINDS, *ACTION_KINDS) if kind in data), JOB_KINDS[0])
    return StepDefinition.model_construct(id=data["id"], **order, **{kind: _settings(kind, data.get(kind))})


def _settings(kind: str, data: Any) -> Any:
    """What stands for the job or action of a step; of a copy, with the steps that it names."""
    if kind in JOB_ITEMS:
        return [JOB_ITEMS[kind].model_construct()]
    of = data.get("of") if isinstance(data, dict) else None
    names_steps = isinstance(of, list) and all(isinstance(id_, str) for id_ in of)
    return ACTIONS[kind].model_construct(**({"of": of} if names_steps else {}))
