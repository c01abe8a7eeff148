"""Checks of output name patterns across the items of a workflow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from media_workflows.domain.jobs import Jobs
from media_workflows.domain.jobs.base import JobItem
from media_workflows.errors import FieldProblem
from media_workflows.naming import (
    COMMON_VARIABLES,
    INPUT_DIRECTORY,
    SOURCE_VARIABLES,
    input_directory_faults,
    pattern_faults,
    render,
    variables_in,
)

_KNOWN = COMMON_VARIABLES | {INPUT_DIRECTORY}


class _Name(NamedTuple):
    """One name pattern of an item. `format` None = not known without the template."""

    field: str
    pattern: str
    format: str | None
    numbered: bool = False
    variables: frozenset[str] = _KNOWN


def _names(item: JobItem[Any]) -> Iterator[_Name]:
    format_ = None if item.parameters is None else item.parameters.file_format
    yield _Name("output_path", item.path_pattern, format_, numbered="number" in variables_in(item.default_output_path))
    for field, (pattern, own_format) in item.companion_patterns.items():
        yield _Name(field, pattern, own_format, variables=_KNOWN | item.companion_variables)


def _faults(name: _Name, directory: str | None) -> list[str]:
    faults = pattern_faults(name.pattern, name.variables | {"number"} if name.numbered else name.variables)
    if name.numbered and "{number}" not in name.pattern:
        faults.append("must hold {number}: the job makes several pictures")
    if INPUT_DIRECTORY in variables_in(name.pattern) and not name.pattern.startswith("/"):
        faults += _repeated_directory_faults(directory)
    return faults


def _repeated_directory_faults(directory: str | None) -> list[str]:
    """Why {inputDirectory} in a relative pattern would stand in the key twice; [] = it would not."""
    if directory is None:
        return ["{inputDirectory} requires output.directory: without one, outputs lie in the source's directory"]
    if INPUT_DIRECTORY in variables_in(directory):
        return ["output.directory has {inputDirectory} already: leave it out here"]
    return []


def output_directory_problems(directory: str | None) -> list[FieldProblem]:
    """Unknown variables in `output.directory`, and {inputDirectory} where it cannot stand."""
    faults = [
        f"unknown variable {{{name}}}; known here: {INPUT_DIRECTORY}"
        for name in variables_in(directory or "")
        if name != INPUT_DIRECTORY
    ]
    faults += input_directory_faults(directory or "")
    return [FieldProblem("output.directory", repr(directory), fault) for fault in faults]


def _shape(name: _Name, definition: int, directory: str | None) -> str:
    """The key with what is known before a run filled in: equal shapes write the same object."""
    known = {"definition": str(definition), INPUT_DIRECTORY: ""}  # as of a source in the trigger directory
    if name.format is not None:
        known["format"] = name.format
    key = render(name.pattern, known)
    return (
        key.lstrip("/")
        if key.startswith("/")
        else f"{'{inputDir}' if directory is None else render(directory, known)}{key}"
    )


def output_name_problems(jobs: Jobs, directory: str | None) -> list[FieldProblem]:
    """Bad patterns, and two resolved items that would write one object. `directory` None = that of the source."""
    problems: list[FieldProblem] = []
    first_with: dict[str, str] = {}
    for prefix, item in _items(jobs):
        for name in _names(item):
            field = f"{prefix}.{name.field}"
            other = first_with.setdefault(_shape(name, item.definition, directory), field)
            faults = _faults(name, directory)
            if other != field:
                faults.append(f"writes the same object as {other}: give one of them its own {name.field}")
            problems += [FieldProblem(field, repr(name.pattern), fault) for fault in faults]
    return problems


def extra_key_problems(jobs: Jobs) -> list[FieldProblem]:
    """Unknown variables in the keys of objects that items name beside their source."""
    return [
        FieldProblem(prefix, repr(key), fault)
        for prefix, item in _items(jobs)
        for key in dict.fromkeys(item.extra_keys)
        for fault in _key_faults(key)
    ]


def _key_faults(key: str) -> list[str]:
    known = ", ".join(sorted(SOURCE_VARIABLES))
    unknown = [name for name in variables_in(key) if name not in SOURCE_VARIABLES]
    return [f"unknown variable {{{name}}}; known here: {known}" for name in unknown] + input_directory_faults(key)


def _items(jobs: Jobs) -> Iterator[tuple[str, JobItem[Any]]]:
    for kind, items in jobs.by_kind():
        for index, item in enumerate(items):
            yield f"jobs.{kind}[{index}]", item
