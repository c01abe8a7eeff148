"""Checks of output name patterns across the items of a workflow."""

from __future__ import annotations

from typing import Any

from media_workflows.errors import FieldProblem
from media_workflows.model.jobs import Jobs
from media_workflows.model.jobs.base import JobItem
from media_workflows.naming import COMMON_VARIABLES, pattern_faults, render

NUMBERED_KINDS = frozenset({"snapshot_by_time_offset", "sample_snapshot"})


def _pattern_problems(field: str, item: JobItem[Any]) -> list[FieldProblem]:
    numbered = item.kind in NUMBERED_KINDS
    variables = COMMON_VARIABLES | {"number"} if numbered else COMMON_VARIABLES
    faults = pattern_faults(item.path_pattern, variables)
    if numbered and "{number}" not in item.path_pattern:
        faults.append("must hold {number}: the job makes several pictures")
    return [FieldProblem(field, repr(item.path_pattern), fault) for fault in faults]


def _shape(item: JobItem[Any], directory: str | None) -> str:
    """The key with what is known before a run filled in: equal shapes write the same object."""
    known = {"definition": str(item.definition)}
    if item.parameters is not None:
        known["format"] = item.parameters.file_format
    name = render(item.path_pattern, known)
    return name.lstrip("/") if name.startswith("/") else f"{'{inputDir}' if directory is None else directory}{name}"


def output_name_problems(jobs: Jobs, directory: str | None) -> list[FieldProblem]:
    """Bad patterns, and two resolved items that would write one object. `directory` None = that of the source."""
    problems: list[FieldProblem] = []
    first_with: dict[str, str] = {}
    for kind, items in jobs.by_kind():
        for index, item in enumerate(items):
            field = f"jobs.{kind}[{index}].output_path"
            problems += _pattern_problems(field, item)
            other = first_with.setdefault(_shape(item, directory), field)
            if other != field:
                problems.append(
                    FieldProblem(
                        field,
                        repr(item.path_pattern),
                        f"writes the same object as {other}: give one of them its own output_path",
                    )
                )
    return problems
