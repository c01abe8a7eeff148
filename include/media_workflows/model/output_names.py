"""Checks of output name patterns across the items of a workflow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from media_workflows.errors import FieldProblem
from media_workflows.model.jobs import Jobs
from media_workflows.model.jobs.base import JobItem
from media_workflows.naming import COMMON_VARIABLES, pattern_faults, render

NUMBERED_KINDS = frozenset({"snapshot_by_time_offset", "sample_snapshot", "image_sprite", "content_review"})


class _Name(NamedTuple):
    """One name pattern of an item. `format` None = not known without the template."""

    field: str
    pattern: str
    format: str | None
    numbered: bool = False
    variables: frozenset[str] = COMMON_VARIABLES


def _names(item: JobItem[Any]) -> Iterator[_Name]:
    format_ = None if item.parameters is None else item.parameters.file_format
    yield _Name("output_path", item.path_pattern, format_, numbered=item.kind in NUMBERED_KINDS)
    for field, (pattern, own_format) in item.companion_patterns.items():
        yield _Name(field, pattern, own_format, variables=COMMON_VARIABLES | item.companion_variables)


def _faults(name: _Name) -> list[str]:
    faults = pattern_faults(name.pattern, name.variables | {"number"} if name.numbered else name.variables)
    if name.numbered and "{number}" not in name.pattern:
        faults.append("must hold {number}: the job makes several pictures")
    return faults


def _shape(name: _Name, definition: int, directory: str | None) -> str:
    """The key with what is known before a run filled in: equal shapes write the same object."""
    known = {"definition": str(definition)}
    if name.format is not None:
        known["format"] = name.format
    key = render(name.pattern, known)
    return key.lstrip("/") if key.startswith("/") else f"{'{inputDir}' if directory is None else directory}{key}"


def output_name_problems(jobs: Jobs, directory: str | None) -> list[FieldProblem]:
    """Bad patterns, and two resolved items that would write one object. `directory` None = that of the source."""
    problems: list[FieldProblem] = []
    first_with: dict[str, str] = {}
    for prefix, item in _items(jobs):
        for name in _names(item):
            field = f"{prefix}.{name.field}"
            other = first_with.setdefault(_shape(name, item.definition, directory), field)
            faults = _faults(name)
            if other != field:
                faults.append(f"writes the same object as {other}: give one of them its own {name.field}")
            problems += [FieldProblem(field, repr(name.pattern), fault) for fault in faults]
    return problems


def _items(jobs: Jobs) -> Iterator[tuple[str, JobItem[Any]]]:
    for kind, items in jobs.by_kind():
        for index, item in enumerate(items):
            yield f"jobs.{kind}[{index}]", item
