"""Conditions checked, and tried on objects of the storage. Nothing is written. For runs see condition_on_run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import Field

from media_workflows.domain.base import Model, invalid, parsed, shown
from media_workflows.domain.conditions.checking import Condition, check_condition
from media_workflows.domain.conditions.evaluation import Evaluation, evaluate
from media_workflows.domain.conditions.outcomes import ALL, variables_after
from media_workflows.domain.conditions.source import SOURCE, source_values
from media_workflows.domain.conditions.variables import Value, Values, ValueType
from media_workflows.domain.invalid import InvalidValuesError
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.places import Place
from media_workflows.domain.result import SourceObject
from media_workflows.domain.step_definition import MAX_STEPS, StepDefinition
from media_workflows.domain.steps import steps_before
from media_workflows.domain.templates.references import with_ids
from media_workflows.errors import ConditionError, InvalidRequestError, LimitExceededError, MediaError
from media_workflows.media.source.probe import probe
from media_workflows.services import buckets
from media_workflows.services.places import require_allowed
from media_workflows.settings import get_settings
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_cache import source_cache
from media_workflows.storage.source_objects import existing_head, source_object
from media_workflows.storage.source_properties import properties_of_head, read_properties
from media_workflows.store.engine import transaction
from media_workflows.store.templates import load_library

_OF_SOURCE = frozenset(variable.name for variable in SOURCE)


class _Steps(Model):
    steps: list[StepDefinition] = Field(max_length=MAX_STEPS)


class ConditionVariable(Model):
    """A variable that conditions may read."""

    name: str
    type: ValueType
    unit: str
    meaning: str


class NamedValue(Model):
    """The value of a variable for one object or run; None = unknown."""

    name: str
    value: Value | None


class TrialError(Model):
    """Why a condition has no value for an object or a run."""

    code: str
    message: str
    template: str
    parameters: dict[str, str]


class ConditionTrial(Model):
    """A condition, valid, and its value for an object or a run.

    `value` None: neither was named, or there is an `error`. `names` are the variables that the condition may read;
    `values` those that decided it, with an error all of them.
    """

    expression: str
    names: tuple[str, ...]
    value: bool | None = None
    values: tuple[NamedValue, ...] = ()
    error: TrialError | None = None


def list_variables() -> list[ConditionVariable]:
    """All variables that conditions may read. In names, `<id>`, `<approval>` and `<call>` are steps before."""
    return [
        ConditionVariable(name=found.name, type=found.type, unit=found.unit, meaning=found.meaning) for found in ALL
    ]


def parsed_steps(data: list[Any]) -> list[StepDefinition]:
    """The steps of a definition, from outside data. Raises DefinitionError."""
    with transaction() as session:
        library = load_library(session)
    return parsed(_Steps, with_ids({"steps": data}, library)).steps


def steps_before_in(steps: Sequence[StepDefinition], step_id: str) -> list[StepDefinition]:
    """The steps that the condition of a step may read. Raises InvalidRequestError when there is no such step."""
    step = next((one for one in steps if one.id == step_id), None)
    if step is None:
        ids = ", ".join(one.id for one in steps)
        problem = invalid("there is no step '{id}': choose one of {ids}", id=step_id, ids=ids)
        raise InvalidRequestError([problem.at("step", shown(step_id))])
    return list(steps_before(step, steps))


def checked(expression: str, before: Sequence[StepDefinition] = ()) -> Condition:
    """A condition after these steps, checked. Raises InvalidRequestError with every problem found."""
    try:
        return check_condition(expression, variables_after(before))
    except InvalidValuesError as error:
        raise InvalidRequestError([found.at("expression", shown(expression)) for found in error.problems]) from None


def without_object(condition: Condition) -> ConditionTrial:
    """What is known about a condition before it is tried."""
    return ConditionTrial(expression=condition.text, names=condition.names)


def try_on_object(condition: Condition, bucket: str, key: str) -> ConditionTrial:
    """Evaluate a condition for an object; its content is read only if the condition reads values of it.

    The result has an error where it depends on what only a run knows. Raises NotPermittedError outside the allowed
    places, SourceGoneError without the object, StorageError.
    """
    require_allowed([Place(bucket, key)])
    return trial_with(condition, lambda: _values(buckets.storage(), condition, bucket, key), _evaluated)


def trial_with(
    condition: Condition,
    read: Callable[[], Values],
    evaluated: Callable[[Condition, Values], Evaluation] = evaluate,
) -> ConditionTrial:
    """Read the values that a condition needs, and evaluate it; what prevents that is the trial's error."""
    values: Values = {}
    try:
        values = read()
        found = evaluated(condition, values)
    except MediaError as error:
        return ConditionTrial(
            expression=condition.text,
            names=condition.names,
            values=_named({name: values.get(name) for name in condition.names}),
            error=TrialError(
                code=error.code, message=str(error), template=error.template, parameters=dict(error.parameters)
            ),
        )
    return ConditionTrial(
        expression=condition.text, names=condition.names, value=found.value, values=_named(found.decided_by)
    )


def _evaluated(condition: Condition, values: Values) -> Evaluation:
    try:
        found = evaluate(condition, values)
    except ConditionError as error:
        name = error.parameters.get("name", "")
        if name not in condition.names or name in _OF_SOURCE:
            raise
        raise _known_later(name) from None
    for name in found.decided_by:  # has(x) is false only as long as x is unknown
        if name not in _OF_SOURCE:
            raise _known_later(name)
    return found


def _known_later(name: str) -> ConditionError:
    return ConditionError("{name} is known only during a run: try the condition on a run", name=name)


def _named(values: dict[str, Value | None]) -> tuple[NamedValue, ...]:
    return tuple(NamedValue(name=name, value=value) for name, value in values.items())


def _values(storage: ObjectStorage, condition: Condition, bucket: str, key: str) -> Values:
    """The known values of the variables that the condition names. Raises MediaError, StorageError."""
    head = existing_head(storage, bucket, key)
    source, known = source_object(bucket, key, head), properties_of_head(key, head)
    return source_values(read_properties(condition.names, storage, source, lambda: probed(storage, source), known))


def probed(storage: ObjectStorage, source: SourceObject) -> MediaInfo:
    """Read an object's content. Raises LimitExceededError, MediaError, StorageError."""
    settings = get_settings()
    if source.size_bytes > settings.dry_run_max_bytes:
        raise LimitExceededError(
            "the object has {size} bytes, and a try-out reads at most {limit} (setting dry_run_max_bytes): try a "
            "smaller object, or raise the setting",
            size=source.size_bytes,
            limit=settings.dry_run_max_bytes,
        )
    with source_cache(settings).fetch(storage, source) as path:
        return probe(path)
