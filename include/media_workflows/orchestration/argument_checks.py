"""Checks of operators' arguments when Airflow parses a DAG file, as far as the file itself shows the values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.definitions.mappedoperator import MappedOperator

from media_workflows.domain.base import shown
from media_workflows.domain.step_items import (
    JINJA,
    is_complete,
    moved,
    parse_features,
    parse_items,
    require_feature_readers,
)
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.orchestration.operator_arguments import InvalidArgumentsError, item_list, items_by_kind

# Raises DefinitionError, whose fields begin with the name of the argument.
Check = Callable[[Any], object]


def is_literal(value: Any) -> bool:
    """Whether a value stands in the DAG file itself, without what Airflow renders when the task runs.

    Besides Jinja, Airflow resolves what has references (`XComArg`, `literal()`), calls what can be called, and renders
    the fields of what has `template_fields`.
    """
    if isinstance(value, str):
        return not any(mark in value for mark in JINJA)
    if isinstance(value, Mapping):
        return all(map(is_literal, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(is_literal, value))
    if isinstance(value, (BaseOperator, MappedOperator)):
        return True  # meant is what it returns, its `output`
    return not (callable(value) or hasattr(value, "iter_references") or hasattr(value, "template_fields"))


def if_literal(check: Check) -> Check:
    """A check of a templated argument: other values are known only when the task runs."""
    return lambda value: check(value) if is_literal(value) else None


def check_items(kind: str, value: Any) -> None:
    """Of a list that stands in the DAG file; an item that is not complete there is checked when the task runs."""
    if not _stands_in_file(value):
        return
    items = item_list("items", value)
    _require_json("items", items)
    if all(is_complete(kind, item) for item in items):
        parse_items(kind, items, None)
    else:
        _check_complete(kind, items, "items", lambda item: parse_items(kind, [item], None))


def check_for_jobs(value: Any) -> None:
    """Of the items by kind: first the kinds, then, as `check_items` does, the lists that stand in the DAG file."""
    if not _stands_in_file(value):
        return
    if not isinstance(value, Mapping) or not value:
        items_by_kind(value)  # raises
        return
    require_feature_readers(map(str, value))
    written = {kind: items for kind, items in value.items() if _stands_in_file(items)}
    if not written:
        return
    jobs = items_by_kind(written)
    _require_json("for_jobs", jobs)
    all_written = len(written) == len(value)
    if all_written and all(is_complete(kind, item) for kind, items in jobs.items() for item in items):
        parse_features(jobs)
        return
    for kind, items in jobs.items():
        _check_complete(kind, items, f"for_jobs.{kind}", partial(_parse_feature, kind))


def _require_json(field: str, value: Any) -> None:
    """Results are stored as JSON with their items: a value that it does not have would fail when the task runs."""
    if problems := list(_json_problems(field, value)):
        raise InvalidArgumentsError(problems)


def _json_problems(field: str, value: Any) -> Iterator[FieldProblem]:
    """Of what stands in the DAG file; Airflow replaces the other values when the task runs."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            if not isinstance(name, str):
                yield FieldProblem(field, shown(name), "must have names of fields that are text")
            yield from _json_problems(f"{field}.{name}", one)
    elif isinstance(value, (list, tuple)):
        for index, one in enumerate(value):
            yield from _json_problems(f"{field}[{index}]", one)
    elif is_literal(value) and not _is_json(value):
        yield FieldProblem(
            field, shown(value), "must be a value of JSON: text, a finite number, True, False, None, a list or a dict"
        )


def _is_json(value: Any) -> bool:
    return value is None or isinstance(value, (str, int)) or (isinstance(value, float) and math.isfinite(value))


def _parse_feature(kind: str, item: Any) -> None:
    parse_features({kind: [item]})


def _check_complete(kind: str, items: Sequence[Any], field: str, check: Check) -> None:
    """Each item that is complete by itself: others are known when the task runs, which checks all together."""
    problems = [
        moved(problem, f"{field}[0]", f"{field}[{index}]")
        for index, item in enumerate(items)
        if is_complete(kind, item)
        for problem in problems_of_value(check, item)
    ]
    if problems:
        raise InvalidArgumentsError(problems)


def _stands_in_file(value: Any) -> bool:
    """Whether the form of a value is known; parts of it may be Jinja or results of other tasks."""
    return isinstance(value, (Mapping, list, tuple)) or is_literal(value)


def check_arguments(
    task_id: str, given: Mapping[str, Any], checks: Mapping[str, Check], required: Sequence[str] = ()
) -> None:
    """Raises InvalidArgumentsError with all problems; their fields begin with the task id."""
    if problems := list(problems_in(given, checks, required)):
        raise InvalidArgumentsError([replace(problem, field=f"{task_id}.{problem.field}") for problem in problems])


def problems_in(
    given: Mapping[str, Any], checks: Mapping[str, Check], required: Sequence[str]
) -> Iterator[FieldProblem]:
    """Of all arguments; None is one that is left out."""
    for name in required:
        if given.get(name) is None:
            yield FieldProblem(name, "nothing", "must be given")
    for name, check in checks.items():
        if given.get(name) is not None:
            yield from problems_of_value(check, given[name])


def problems_of_value(check: Check, value: Any) -> Sequence[FieldProblem]:
    """What a check refuses."""
    try:
        check(value)
    except DefinitionError as error:
        return error.problems
    return ()
