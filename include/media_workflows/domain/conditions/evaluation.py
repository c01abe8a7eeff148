"""`evaluate`: the value of a condition for one file, and the values that decided it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from media_workflows.domain.conditions import engine, syntax
from media_workflows.domain.conditions.checking import Condition, references
from media_workflows.domain.conditions.messages import Place
from media_workflows.domain.conditions.variables import Value, Values, ValueType
from media_workflows.errors import ConditionError

_NO_KEY = re.compile(r"Key not found in map : (.*)")
_NO_ELEMENT = re.compile(r"Index error: index=(-?\d+) size=(\d+)")
SHOWN_CHARACTERS = 120  # of a condition in an error
_BY_ZERO = ("divide by zero", "modulus by zero")


@dataclass(frozen=True)
class Evaluation:
    """The value of a condition, and the values that decided it, by name; None = unknown."""

    value: bool
    decided_by: dict[str, Value | None]


class _Failed(NamedTuple):
    """The result of an expression that cannot be evaluated."""

    cause: str


def evaluate(condition: Condition, values: Values) -> Evaluation:
    """Evaluate a condition with the values of one file. Raises ConditionError when it has no value.

    As in CEL, a value that does not matter may be unknown: `true || x` and `false && x` are decided without x.
    """
    return _Evaluator(condition, values).evaluation()


class _Evaluator:
    def __init__(self, condition: Condition, values: Values) -> None:
        self._condition, self._values = condition, values
        self._data: dict[str, Any] = _nested(condition, values)

    def evaluation(self) -> Evaluation:
        root = self._condition.tree.expr
        value = self._result(root)
        parts = list(self._deciding(root))
        if isinstance(value, _Failed):
            raise next(self._errors(parts), None) or self._error(root, value.cause)
        named = (name for part in parts for name, _ in references(part, self._condition.variables))
        return Evaluation(value is True, {name: self._values.get(name) for name in named})

    def _result(self, node: syntax.Node) -> Any:
        try:
            return engine.evaluated(node, self._data)
        except engine.CelError as error:
            return _Failed(str(error))

    def _deciding(self, node: syntax.Node) -> Iterator[syntax.Node]:
        """The parts of an expression without `&&`, `||`, `!` and `?:` that its value follows from."""
        call, function = node.call_expr, node.call_expr.function
        if function in (syntax.AND, syntax.OR):
            enough = function == syntax.OR  # one operand with this value decides
            decisive = next((operand for operand in call.args if self._result(operand) is enough), None)
            for operand in call.args if decisive is None else [decisive]:
                yield from self._deciding(operand)
        elif function == syntax.NOT:
            yield from self._deciding(call.args[0])
        elif function == syntax.CHOICE:
            yield from self._deciding(call.args[0])
            chosen = {True: call.args[1:2], False: call.args[2:3]}.get(self._result(call.args[0]), [])
            for operand in chosen:
                yield from self._deciding(operand)
        else:
            yield node

    def _errors(self, parts: list[syntax.Node]) -> Iterator[ConditionError]:
        """The errors of the parts that failed, in the order of the text."""
        for part in parts:
            result = self._result(part)
            if isinstance(result, _Failed):
                yield self._error(part, result.cause)

    def _error(self, part: syntax.Node, cause: str) -> ConditionError:
        unknown = (name for name, tested in references(part, self._condition.variables) if not tested)
        if name := next((name for name in unknown if name not in self._values), None):
            return ConditionError(
                "{name} is unknown for this file; write has({name}) && … in the condition {condition}",
                name=name,
                condition=_short(self._condition.text),
            )
        place = Place.at(self._condition.text, syntax.offset(self._condition.tree, part))
        return _failure(cause, _short(self._condition.text), place)


def _nested(condition: Condition, values: Values) -> dict[str, Any]:
    """The known values as CEL reads them: groups are maps."""
    data: dict[str, Any] = {}
    for group in sorted(condition.variables.groups):
        _inner(data, group.split("."))
    for name, value in values.items():
        if name not in condition.variables.by_name:
            continue
        *groups, last = name.split(".")
        is_number = condition.variables.by_name[name].type == ValueType.NUMBER
        _inner(data, groups)[last] = float(value) if is_number else value  # type: ignore[arg-type]
    return data


def _inner(data: dict[str, Any], groups: list[str]) -> dict[str, Any]:
    for group in groups:
        data = data.setdefault(group, {})
    return data


def _short(condition: str) -> str:
    return condition if len(condition) <= SHOWN_CHARACTERS else f"{condition[:SHOWN_CHARACTERS]}…"


def _failure(cause: str, condition: str, place: Place) -> ConditionError:
    """The error for a part that cannot be evaluated with the values of this file."""
    where: dict[str, object] = {**place._asdict(), "condition": condition}
    if any(words in cause for words in _BY_ZERO):
        return ConditionError(
            "condition {condition}, line {line}, column {column}: division by zero; test the divisor first, as in "
            "x != 0 && …",
            **where,
        )
    if found := _NO_ELEMENT.search(cause):
        return ConditionError(
            "condition {condition}, line {line}, column {column}: the list has no index {index}, its size is "
            "{size}; test it first, as in size(…) > {index} && …",
            **where,
            index=found[1],
            size=found[2],
        )
    if found := _NO_KEY.search(cause):
        return ConditionError(
            "condition {condition}, line {line}, column {column}: there is no {name}; test it first, as in "
            "{name} in … && …",
            **where,
            name=found[1],
        )
    if "Iteration budget" in cause:
        return ConditionError(
            "condition {condition}: too many steps; use fewer or shorter lists in its macros", condition=condition
        )
    return ConditionError(
        "condition {condition}, line {line}, column {column}: it cannot be evaluated: {cause}; correct it",
        **where,
        cause=cause.partition(": ")[2] or cause,
    )
