"""What data from outside must not contain, in JSON and in YAML alike: no database, storage or receiver takes it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

from media_workflows.domain.base import field_path, shown
from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.errors import DefinitionError, FieldProblem

MAX_DEPTH = 50  # a definition has about ten levels
MAX_VALUES = 100_000  # in all; a definition has a few dozen, and checking a million takes a minute
MAX_INTEGER = 2**53 - 1  # the greatest that JavaScript and every JSON library read exactly
MAX_PROBLEMS = 100
Place = tuple[int | str, ...]


def text_problem(text: str) -> InvalidValueError | None:
    """A NUL character or a lone surrogate in a text; None = it has neither."""
    if "\0" in text:
        return invalid("must not contain a NUL character")
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        return invalid("must not contain a lone surrogate: it is no Unicode character")
    return None


def data_problems(data: Any, at: Place = ()) -> list[FieldProblem]:
    """What is wrong with parsed JSON or YAML, whatever it is meant to be; `at` is its place in the whole."""
    return list(islice(_problems(data, at), MAX_PROBLEMS))


def refuse_unusable(data: Any) -> None:
    """Raises DefinitionError for a definition with such data, before anything else looks at it."""
    if problems := data_problems(data):
        raise DefinitionError(problems)


def _problems(data: Any, at: Place) -> Iterator[FieldProblem]:
    rest: list[tuple[Place, Any]] = [(at, data)]  # no recursion, which is what deep data would break
    count = 1
    while rest:
        place, value = rest.pop()
        count += len(value) if isinstance(value, dict | list) else 0
        if count > MAX_VALUES:
            yield invalid("must have at most {limit} values: split it", limit=MAX_VALUES).at(
                field_path(place[:5]), "more"
            )
            return
        if isinstance(value, dict | list) and len(place) - len(at) >= MAX_DEPTH:
            yield invalid("must have at most {limit} levels", limit=MAX_DEPTH).at(field_path(place[:5]), "deep data")
        elif isinstance(value, dict):
            for key in value:
                if problem := _key_problem(key):
                    yield problem.at(field_path(place), "such a name")
            rest += [((*place, key), part) for key, part in value.items() if isinstance(key, str)]
        elif isinstance(value, list):
            rest += [((*place, number), part) for number, part in enumerate(value)]
        elif problem := _value_problem(value):
            yield problem.at(field_path(place), _shown(value))


def _key_problem(key: Any) -> InvalidValueError | None:
    return text_problem(key) if isinstance(key, str) else invalid("names of fields must be text: put them in quotes")


def _value_problem(value: Any) -> InvalidValueError | None:
    if isinstance(value, str):
        return text_problem(value)
    if isinstance(value, float) and not math.isfinite(value):
        return invalid("must be a finite number")
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return invalid("must be an integer between -{limit} and {limit}", limit=MAX_INTEGER)
    return None


def _shown(value: Any) -> str:
    """Python does not write integers of thousands of digits."""
    return f"an integer of {value.bit_length()} bits" if isinstance(value, int) else shown(value)
