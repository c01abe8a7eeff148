"""Checks of the output name patterns of all items of a workflow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from media_workflows.domain.base import field_path, shown
from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.name_patterns import (
    brace_problems,
    character_problems,
    input_directory_problems,
    length_problems,
    pattern_problems,
    unknown_variables,
)
from media_workflows.domain.placed_items import PlacedItem
from media_workflows.errors import FieldProblem
from media_workflows.naming import (
    COMMON_VARIABLES,
    INPUT_DIRECTORY,
    SOURCE_VARIABLES,
    render,
    variables_in,
)

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_KNOWN = COMMON_VARIABLES | {INPUT_DIRECTORY}


class ItemName(NamedTuple):
    """One name pattern of an item. `format` None = unknown until the template is resolved."""

    field: str
    pattern: str
    format: str | None
    numbered: bool = False
    variables: frozenset[str] = _KNOWN


def item_names(item: JobItem[Any]) -> Iterator[ItemName]:
    """The name patterns of the main files and of the companions of an item."""
    is_numbered = "number" in variables_in(item.default_output_path)
    variables = _KNOWN | item.main_variables
    yield ItemName("output_path", item.path_pattern, item.file_format, is_numbered, variables)
    for field, (pattern, own_format) in item.companion_patterns.items():
        yield ItemName(field, pattern, own_format, variables=_KNOWN | item.companion_variables)


def _problems(name: ItemName, directory: str | None) -> Iterator[InvalidValueError]:
    yield from pattern_problems(name.pattern, name.variables | {"number"} if name.numbered else name.variables)
    if name.numbered and "{number}" not in name.pattern:
        yield invalid("must contain {number}: the job makes several files")
    if INPUT_DIRECTORY in variables_in(name.pattern) and not name.pattern.startswith("/"):
        yield from _repeated_directory(directory)


def _repeated_directory(directory: str | None) -> Iterator[InvalidValueError]:
    """{inputDirectory} in a relative pattern, where the key would contain it twice."""
    if directory is None:
        yield invalid("{inputDirectory} requires output.directory: without one, outputs go to the source's directory")
    elif INPUT_DIRECTORY in variables_in(directory):
        yield invalid("output.directory contains {inputDirectory} already: leave it out here")


def output_directory_problems(directory: str | None, field: str = "output.directory") -> list[FieldProblem]:
    """Unknown variables in an output directory, and a misplaced {inputDirectory}."""
    unknown = [name for name in variables_in(directory or "") if name != INPUT_DIRECTORY]
    problems = (*unknown_variables(unknown, [INPUT_DIRECTORY]), *input_directory_problems(directory or ""))
    return [problem.at(field, shown(directory)) for problem in problems]


def _shape(name: ItemName, definition: int, directory: str | None) -> str:
    """The key with all variables that are known before a run: equal shapes write the same object."""
    known = {"definition": str(definition), INPUT_DIRECTORY: ""}  # as of a source in the trigger directory
    if name.format is not None:
        known["format"] = name.format
    key = render(name.pattern, known)
    return (
        key.lstrip("/")
        if key.startswith("/")
        else f"{'{inputDir}' if directory is None else render(directory, known)}{key}"
    )


def output_name_problems(placed: Iterable[PlacedItem]) -> list[FieldProblem]:
    """Invalid patterns, and resolved items that would write the same object."""
    problems: list[FieldProblem] = []
    first_with: dict[tuple[str | None, str], str] = {}
    for place, item, output in placed:
        for name in item_names(item):
            field = f"{place}.{name.field}"
            shape = _shape(name, item.definition, output.directory)
            other = first_with.setdefault((output.bucket, shape), field)
            found = [*_problems(name, output.directory), *length_problems(shape, item.least_variables)]
            if other != field:
                found.append(
                    invalid(
                        "writes the same object as {other}: give one of them its own {name}",
                        other=other,
                        name=name.field,
                    )
                )
            problems += [problem.at(field, shown(name.pattern)) for problem in found]
    return problems


def extra_key_problems(placed: Iterable[PlacedItem]) -> list[FieldProblem]:
    """What is wrong with the keys of further input objects of items."""
    return [
        problem.at(_place_of(key, place, item), shown(key))
        for place, item, _ in placed
        for key in dict.fromkeys(item.extra_keys)
        for problem in _key_problems(key)
    ]


def _place_of(key: str, prefix: str, item: JobItem[Any]) -> str:
    """The path of the item's first field that holds this key; that of the item for an empty one, which many hold."""
    rest: list[tuple[tuple[str | int, ...], Any]] = [((), item.model_dump())] if key else []
    while rest:
        place, value = rest.pop(0)
        if value == key:
            return f"{prefix}.{field_path(place)}"
        parts = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()
        )
        rest += [((*place, name), part) for name, part in parts]
    return prefix


def _key_problems(key: str) -> Iterator[InvalidValueError]:
    unknown = [name for name in variables_in(key) if name not in SOURCE_VARIABLES]
    yield from unknown_variables(unknown, SOURCE_VARIABLES)
    if _URL.match(key):
        yield invalid("must be the key of an object in the trigger bucket, not a URL: upload the file there")
    if not key:
        yield invalid("must not be empty")
    yield from brace_problems(key)
    yield from character_problems(key)
    yield from length_problems(key)
    yield from input_directory_problems(key)
