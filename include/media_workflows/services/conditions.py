"""Conditions checked, and tried on objects of the storage. Nothing is written."""

from __future__ import annotations

from media_workflows.domain.base import Model, shown
from media_workflows.domain.conditions.checking import Condition, check_condition
from media_workflows.domain.conditions.evaluation import evaluate
from media_workflows.domain.conditions.source import SOURCE, source_values
from media_workflows.domain.conditions.variables import Value, Values, ValueType, Variables
from media_workflows.domain.invalid import InvalidValuesError
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.places import Place
from media_workflows.domain.result import SourceObject
from media_workflows.errors import InvalidRequestError, LimitExceededError, MediaError
from media_workflows.execution.source_facts import read_facts
from media_workflows.media.source.probe import probe
from media_workflows.services import buckets
from media_workflows.services.places import require_allowed
from media_workflows.settings import get_settings
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_cache import source_cache
from media_workflows.storage.source_objects import existing_source

VARIABLES = Variables(SOURCE)


class ConditionVariable(Model):
    """A variable that conditions may read."""

    name: str
    type: ValueType
    unit: str
    meaning: str


class NamedValue(Model):
    """The value of a variable for one object; None = unknown."""

    name: str
    value: Value | None


class TrialError(Model):
    """Why a condition has no value for an object."""

    code: str
    message: str
    template: str
    parameters: dict[str, str]


class ConditionTrial(Model):
    """A condition, valid, and its value for an object.

    `value` None: no object was named, or there is an `error`. `names` are the variables that the condition may read;
    `values` those that decided it, with an error all of them.
    """

    expression: str
    names: tuple[str, ...]
    value: bool | None = None
    values: tuple[NamedValue, ...] = ()
    error: TrialError | None = None


def list_variables() -> list[ConditionVariable]:
    """All variables that conditions may read."""
    return [
        ConditionVariable(name=found.name, type=found.type, unit=found.unit, meaning=found.meaning)
        for found in VARIABLES
    ]


def checked(expression: str) -> Condition:
    """A condition, checked. Raises InvalidRequestError with every problem found."""
    try:
        return check_condition(expression, VARIABLES)
    except InvalidValuesError as error:
        raise InvalidRequestError([found.at("expression", shown(expression)) for found in error.problems]) from None


def without_object(condition: Condition) -> ConditionTrial:
    """What is known about a condition before it is tried."""
    return ConditionTrial(expression=condition.text, names=condition.names)


def try_on_object(condition: Condition, bucket: str, key: str) -> ConditionTrial:
    """Evaluate a condition for an object; its content is read only if the condition reads values of it.

    Raises NotPermittedError outside the allowed places, SourceGoneError without the object, StorageError.
    """
    require_allowed([Place(bucket, key)])
    values: Values = {}
    try:
        values = _values(buckets.storage(), condition, bucket, key)
        found = evaluate(condition, values)
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


def _named(values: dict[str, Value | None]) -> tuple[NamedValue, ...]:
    return tuple(NamedValue(name=name, value=value) for name, value in values.items())


def _values(storage: ObjectStorage, condition: Condition, bucket: str, key: str) -> Values:
    """The known values of the variables that the condition names. Raises MediaError, StorageError."""
    source = existing_source(storage, bucket, key)
    return source_values(read_facts(condition.names, storage, source, lambda: _media_info(storage, source)))


def _media_info(storage: ObjectStorage, source: SourceObject) -> MediaInfo:
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
