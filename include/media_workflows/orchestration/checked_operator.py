"""Operators whose arguments are checked when Airflow parses a DAG file, also those of mapped tasks."""

from __future__ import annotations

import inspect
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.definitions.mappedoperator import MappedOperator, OperatorPartial

from media_workflows.domain.base import invalid, shown
from media_workflows.domain.step_items import moved
from media_workflows.errors import FieldProblem
from media_workflows.orchestration.argument_checks import Check, check_arguments, problems_in, problems_of_value
from media_workflows.orchestration.operator_arguments import InvalidArgumentsError
from media_workflows.orchestration.pod_resources import with_pod


class CheckedOperator(BaseOperator):
    """Base of these operators; their constructors call `_check`."""

    kind: ClassVar[str] = ""  # of the job that it runs; '' = none
    required: ClassVar[Sequence[str]] = ()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.executor_config = with_pod(self.kind, self.executor_config, self.executor)

    @classmethod
    def checks(cls) -> dict[str, Check]:
        """Of the arguments, by name."""
        raise NotImplementedError

    @classmethod
    def required_with(cls, given: Mapping[str, Any]) -> Sequence[str]:
        """The names of the arguments that must be given if these are."""
        return cls.required

    @classmethod
    def partial(cls, **kwargs: Any) -> Any:
        """As of every operator; what stands in the DAG file is checked here and by its `expand`, too."""
        made = super().partial(**kwargs)
        try:
            check_arguments(made.kwargs["task_id"], kwargs, cls.checks())
        except InvalidArgumentsError:
            made._expand_called = True  # else Airflow warns that this task was never mapped
            raise
        made.kwargs["executor_config"] = with_pod(cls.kind, made.kwargs["executor_config"], made.kwargs.get("executor"))
        return CheckedPartial(made, cls)

    def _check(self, given: Mapping[str, Any]) -> None:
        """Raises InvalidArgumentsError for these arguments."""
        checks = {name: check for name, check in self.checks().items() if name in given}
        required = [name for name in self.required_with(given) if name in given]
        check_arguments(self.task_id, given, checks, required)


@dataclass(frozen=True)
class CheckedPartial:
    """What `partial()` of such an operator returns: Airflow's own, with checks of what it is expanded by."""

    partial: OperatorPartial
    operator: type[CheckedOperator]

    def expand(self, **mapped: Any) -> MappedOperator:
        """As Airflow's. Raises InvalidArgumentsError for an element that stands in the DAG file and can never work."""
        task = self.partial.expand(**mapped)
        present = {**self._given(), **mapped}
        required = self.operator.required_with(present)
        checks = self.operator.checks()
        of_elements = {name: _of_each(name, checks[name], name in required) for name in mapped if name in checks}
        check_arguments(task.task_id, present, of_elements, required)
        return task

    def expand_kwargs(self, kwargs: Any, *, strict: bool = True) -> MappedOperator:
        """As Airflow's. Raises InvalidArgumentsError as `expand` does, and for a name that no task can take."""
        task = self.partial.expand_kwargs(kwargs, strict=strict)
        rows = kwargs if isinstance(kwargs, Sequence) else ()
        problems = [
            replace(problem, field=f"{task.task_id}[{index}].{problem.field}")
            for index, row in enumerate(rows)
            if isinstance(row, Mapping)
            for problem in self._problems_of_row(row, strict=strict)
        ]
        if problems:
            raise InvalidArgumentsError(problems)
        return task

    def _problems_of_row(self, row: Mapping[str, Any], *, strict: bool) -> Iterator[FieldProblem]:
        known, name = _parameters(self.operator), self.operator.__name__
        for key, value in row.items():
            if key not in known:
                yield invalid("must be an argument of {operator}: correct the name", operator=name).at(
                    str(key), shown(value)
                )
            elif strict and key in self.partial.kwargs:
                yield invalid("must be left out: partial() has it already, or Airflow does not map it").at(
                    key, shown(value)
                )
        present = {**self._given(), **row}
        yield from problems_in(present, self.operator.checks(), self.operator.required_with(present))

    def _given(self) -> dict[str, Any]:
        """The arguments of all mapped tasks, with the defaults of the DAG, its group and the constructor."""
        holders = (self.partial.kwargs["dag"], self.partial.kwargs["task_group"])
        defaults = [holder.default_args for holder in holders if holder is not None]
        own = {name: one.default for name, one in _parameters(self.operator).items() if one.default is not one.empty}
        return dict(ChainMap(self.partial.kwargs, *reversed(defaults), own))


@cache
def _parameters(operator: type[BaseOperator]) -> Mapping[str, inspect.Parameter]:
    """Of the constructors of an operator and its bases: each passes on what it does not name."""
    constructors = [vars(kind)["__init__"] for kind in reversed(operator.__mro__[:-1]) if "__init__" in vars(kind)]
    return {
        name: parameter
        for constructor in constructors
        for name, parameter in inspect.signature(constructor).parameters.items()
        if name != "self" and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    }


def _of_each(name: str, check: Check, is_required: bool) -> Check:
    """The check of each element of a mapped argument; a mapping is expanded by its pairs."""

    def check_each(values: Any) -> None:
        elements = list(values.items()) if isinstance(values, Mapping) else values
        if not isinstance(elements, (list, tuple)):
            return  # the result of another task
        problems = [
            moved(problem, name, f"{name}[{index}]")
            for index, element in enumerate(elements)
            if element is not None or is_required
            for problem in problems_of_value(check, element)
        ]
        if problems:
            raise InvalidArgumentsError(problems)

    return check_each
