"""A condition (CEL) as the conditions of one rule. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from media_workflows.domain.conditions import engine, syntax
from media_workflows.domain.conditions.variables import ValueType, Variable, Variables

_OPERATORS = {"_==_": "==", "_!=_": "!=", "_>=_": ">=", "_<=_": "<=", "_>_": ">", "_<_": "<"}
_ORDERED = frozenset({">=", "<=", ">", "<"})
_LINKERS = {syntax.AND: "&&", syntax.OR: "||"}
_IN, _ENTRY = "@in", "_[_]"


class Rule(NamedTuple):
    """The conditions of a rule, (key, value) each."""

    linker: str
    conditions: tuple[tuple[str, str], ...]


def rule_of(condition: str, variables: Variables) -> Rule | None:
    """The rule of a condition; None = it has more than comparisons that are joined by one of && and ||."""
    root = engine.parse(condition).expr
    linker = _LINKERS.get(root.call_expr.function)
    parts = list(_operands(root, root.call_expr.function)) if linker else [root]
    found = [_comparison(part, variables) for part in parts]
    if any(one is None for one in found):
        return None
    return Rule(linker or "&&", tuple(one for one in found if one))


def _operands(node: syntax.Node, function: str) -> Iterator[syntax.Node]:
    if node.call_expr.function == function:
        for operand in node.call_expr.args:
            yield from _operands(operand, function)
    else:
        yield node


def _comparison(node: syntax.Node, variables: Variables) -> tuple[str, str] | None:
    call = node.call_expr
    if syntax.is_test(node):
        return (syntax.path(node), "known")
    if call.function == syntax.NOT:
        return _opposite(_comparison(call.args[0], variables), syntax.path(call.args[0]))
    if call.function == _IN:
        return _membership(call.args, variables)
    if operator := _OPERATORS.get(call.function):
        return _compared(call.args, operator, variables)
    variable = variables.by_name.get(syntax.path(node))
    return (variable.name, "true") if variable and variable.type == ValueType.BOOLEAN else None


def _opposite(found: tuple[str, str] | None, path: str) -> tuple[str, str] | None:
    """Of what has one: `true`, `known` and ==; the opposite of < is not written as >=."""
    opposites = {"true": "false", "known": "unknown"}
    if found is None:
        return None
    key, value = found
    if value in opposites and (path or value == "known"):
        return key, opposites[value]
    return (key, f"!={value[2:]}") if value.startswith("==") and not path else None


def _membership(args: Any, variables: Variables) -> tuple[str, str] | None:
    text, variable = syntax.constant(args[0]), variables.by_name.get(syntax.path(args[1]))
    if not isinstance(text, str) or text != text.strip() or not text or variable is None:
        return None
    if variable.type == ValueType.TEXT_MAP:
        return f"{variable.name}.{text}", "known"
    return (variable.name, f"=={text}") if variable.type == ValueType.TEXTS else None


def _compared(args: Any, operator: str, variables: Variables) -> tuple[str, str] | None:
    key, variable = _key(args[0]), _variable(args[0], variables)
    value = syntax.constant(args[1])
    if key is None or variable is None or value is None:
        return None
    if variable.type in (ValueType.INTEGER, ValueType.NUMBER):
        number = str(value)
        return None if "e" in number or "n" in number else (key, f"{operator}{number}")
    if operator in _ORDERED:
        return None
    if variable.type == ValueType.BOOLEAN:
        return key, f"{operator}{'true' if value else 'false'}"
    text = str(value)
    return None if text != text.strip() else (key, f"{operator}{text}")


def _variable(node: syntax.Node, variables: Variables) -> Variable | None:
    is_entry = node.call_expr.function == _ENTRY
    found = variables.by_name.get(syntax.path(node.call_expr.args[0] if is_entry else node))
    return found if found and (found.type == ValueType.TEXT_MAP) == is_entry else None


def _key(node: syntax.Node) -> str | None:
    """'source.width'; of an entry of a map 'source.tags.project'."""
    if node.call_expr.function != _ENTRY:
        return syntax.path(node) or None
    name, entry = syntax.path(node.call_expr.args[0]), syntax.constant(node.call_expr.args[1])
    return f"{name}.{entry}" if name and isinstance(entry, str) and entry else None
