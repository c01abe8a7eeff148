"""Literals of a condition that cannot be right: values that a variable never has, regular expressions that do not
compile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from media_workflows.domain.conditions import engine, syntax
from media_workflows.domain.conditions.messages import Place
from media_workflows.domain.conditions.variables import Variable, Variables
from media_workflows.domain.invalid import InvalidValueError, invalid

_INVALID_EXPRESSION = "invalid regular expression: "


def literal_problems(text: str, tree: syntax.Tree, variables: Variables) -> Iterator[InvalidValueError]:
    """All of them, in the order of the text."""
    for node in syntax.descendants(tree.expr):
        arguments = node.call_expr.args
        match node.call_expr.function:
            case "_==_" | "_!=_" if len(arguments) == 2:
                yield from _impossible(text, tree, variables, arguments)
            case "@in" if len(arguments) == 2:
                yield from _impossible_member(text, tree, variables, *arguments)
            case "matches" if arguments:
                yield from _bad_expression(text, tree, node)


def _impossible(
    text: str, tree: syntax.Tree, variables: Variables, operands: Sequence[syntax.Node]
) -> Iterator[InvalidValueError]:
    """Of `x == "a"` and `"a" == x`."""
    for variable, literal in (operands, reversed(operands)):
        if found := _with_values(variable, variables):
            yield from _not_among(text, tree, found, [literal])


def _impossible_member(
    text: str, tree: syntax.Tree, variables: Variables, member: syntax.Node, members: syntax.Node
) -> Iterator[InvalidValueError]:
    """Of `x in ["a"]`, and of `"a" in x`."""
    if found := _with_values(member, variables):
        yield from _not_among(text, tree, found, members.list_expr.elements)
    if found := _with_values(members, variables):
        yield from _not_among(text, tree, found, [member])


def _with_values(node: syntax.Node, variables: Variables) -> Variable | None:
    variable = variables.by_name.get(syntax.path(node))
    return variable if variable and variable.values and not syntax.is_test(node) else None


def _not_among(
    text: str, tree: syntax.Tree, variable: Variable, literals: Sequence[syntax.Node]
) -> Iterator[InvalidValueError]:
    for literal in literals:
        if literal.const_expr.HasField("string_value") and literal.const_expr.string_value not in variable.values:
            yield invalid(
                "line {line}, column {column}: {name} is never {value}: it is one of {values}",
                **_where(text, tree, literal),
                name=variable.name,
                value=repr(literal.const_expr.string_value),
                values=", ".join(variable.values),
            )


def _bad_expression(text: str, tree: syntax.Tree, node: syntax.Node) -> Iterator[InvalidValueError]:
    """Of `x.matches("…")` and `matches(x, "…")`. The engine tries the expression on the empty text."""
    pattern = node.call_expr.args[-1]
    if not pattern.const_expr.HasField("string_value"):
        return
    try:
        engine.evaluated(_matched_with_nothing(node, pattern), {})
    except engine.CelError as error:
        yield invalid(
            "line {line}, column {column}: the regular expression {pattern} cannot be used: {cause}; correct it (RE2)",
            **_where(text, tree, pattern),
            pattern=repr(pattern.const_expr.string_value),
            cause=str(error).partition(_INVALID_EXPRESSION)[2] or error,
        )


def _matched_with_nothing(node: syntax.Node, pattern: syntax.Node) -> syntax.Node:
    empty = type(node)()
    empty.const_expr.string_value = ""
    call = type(node)(id=node.id)
    call.call_expr.function = node.call_expr.function
    call.call_expr.args.extend([empty, pattern])
    return call


def _where(text: str, tree: syntax.Tree, node: syntax.Node) -> dict[str, Any]:
    return Place.at(text, syntax.offset(tree, node))._asdict()
