"""Checks of operators' arguments when Airflow parses a DAG file, as far as the file itself shows the values."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.definitions.mappedoperator import MappedOperator, OperatorPartial

from media_workflows.domain.jobs import INTELLIGENCE_KINDS
from media_workflows.domain.step_items import is_complete, parse_features, parse_items
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.orchestration.operator_arguments import InvalidArgumentsError, item_list, items_by_kind

# Raises DefinitionError, whose fields begin with the name of the argument.
Check = Callable[[Any], object]
_JINJA = ("{{", "{%")


def is_literal(value: Any) -> bool:
    """Whether a value stands in the DAG file itself, without what Airflow renders when the task runs.

    Besides Jinja, Airflow resolves what has references (`XComArg`, `literal()`), calls what can be called, and renders
    the fields of what has `template_fields`.
    """
    if isinstance(value, str):
        return not any(mark in value for mark in _JINJA)
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
    """Of a list that stands in the DAG file; its items are checked if all are complete there."""
    if not _stands_in_file(value):
        return
    items = item_list("items", value)
    if all(is_complete(kind, item) for item in items):
        parse_items(kind, items, None)


def check_for_jobs(value: Any) -> None:
    """Of the items by kind, as of items."""
    if not _stands_in_file(value) or (isinstance(value, Mapping) and not all(map(_stands_in_file, value.values()))):
        return
    jobs = items_by_kind(value)
    is_known = set(jobs) <= set(INTELLIGENCE_KINDS)
    if not is_known or all(is_complete(kind, item) for kind, items in jobs.items() for item in items):
        parse_features(jobs)


def _stands_in_file(value: Any) -> bool:
    """Whether the form of a value is known; parts of it may be Jinja or results of other tasks."""
    return isinstance(value, (Mapping, list, tuple)) or is_literal(value)


def check_arguments(
    task_id: str, given: Mapping[str, Any], checks: Mapping[str, Check], required: Sequence[str] = ()
) -> None:
    """Raises InvalidArgumentsError with all problems; their fields begin with the task id."""
    if problems := list(_problems(given, checks, required)):
        raise InvalidArgumentsError([replace(problem, field=f"{task_id}.{problem.field}") for problem in problems])


def _problems(given: Mapping[str, Any], checks: Mapping[str, Check], required: Sequence[str]) -> Iterator[FieldProblem]:
    for name in required:
        if given.get(name) is None:
            yield FieldProblem(name, "nothing", "must be given")
    for name, check in checks.items():
        if given.get(name) is not None:
            yield from _found(check, given[name])


def _found(check: Check, value: Any) -> Sequence[FieldProblem]:
    try:
        check(value)
    except DefinitionError as error:
        return error.problems
    return ()


@dataclass(frozen=True)
class CheckedPartial:
    """What `partial()` of a media operator returns: Airflow's own, with checks of what it is expanded by."""

    partial: OperatorPartial
    checks: Mapping[str, Check]
    required: Sequence[str]

    @property
    def _given(self) -> dict[str, Any]:
        """The arguments of all mapped tasks, with the defaults of the DAG and its group."""
        holders = (self.partial.kwargs["dag"], self.partial.kwargs["task_group"])
        defaults = [holder.default_args for holder in holders if holder is not None]
        return dict(ChainMap(self.partial.kwargs, *reversed(defaults)))

    def expand(self, **mapped: Any) -> MappedOperator:
        """As Airflow's. Raises InvalidArgumentsError for an element that stands in the DAG file and can never work."""
        task = self.partial.expand(**mapped)
        names = {name: _of_each(name, self.checks[name]) for name in mapped if name in self.checks}
        present = {**self._given, **mapped}
        check_arguments(task.task_id, present, names, self.required)
        return task

    def expand_kwargs(self, kwargs: Any, *, strict: bool = True) -> MappedOperator:
        """As Airflow's. Raises InvalidArgumentsError as `expand` does."""
        task = self.partial.expand_kwargs(kwargs, strict=strict)
        for index, row in enumerate(kwargs if isinstance(kwargs, Sequence) else ()):
            if isinstance(row, Mapping):
                present = {**self._given, **row}
                check_arguments(f"{task.task_id}[{index}]", present, self.checks, self.required)
        return task


def _of_each(name: str, check: Check) -> Check:
    """The check of each element of a mapped argument; a mapping is expanded by its pairs."""

    def check_each(values: Any) -> None:
        elements = list(values.items()) if isinstance(values, Mapping) else values
        if not isinstance(elements, (list, tuple)):
            return  # the result of another task
        problems = [
            replace(problem, field=f"{name}[{index}]{problem.field.removeprefix(name)}")
            for index, element in enumerate(elements)
            for problem in _found(check, element)
        ]
        if problems:
            raise InvalidArgumentsError(problems)

    return check_each
