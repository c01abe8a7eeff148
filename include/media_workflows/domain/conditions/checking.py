"""`check_condition`: a condition parsed and checked before any run: names, types, size, literals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from media_workflows.domain.conditions import engine, syntax
from media_workflows.domain.conditions.literals import literal_problems
from media_workflows.domain.conditions.messages import Place, problems_in, shown_type
from media_workflows.domain.conditions.variables import Variables
from media_workflows.domain.invalid import InvalidValueError, InvalidValuesError, invalid

MAX_CHARACTERS = 1000


@dataclass(frozen=True)
class Condition:
    """A checked condition."""

    text: str
    variables: Variables
    tree: syntax.Tree

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The variables that it may read, each once, in the order of the text."""
        return tuple(dict.fromkeys(name for name, _ in references(self.tree.expr, self.variables)))


def check_condition(text: str, variables: Variables) -> Condition:
    """The condition of a text, as it may be saved. Raises InvalidValuesError with every problem found."""
    condition = read_condition(text, variables)
    if problems := list(literal_problems(text, condition.tree, variables)):
        raise InvalidValuesError(problems)
    return condition


def read_condition(text: str, variables: Variables) -> Condition:
    """The condition of a text, as it can be evaluated: a stored one may be older than a check of its literals.

    Raises InvalidValuesError with every problem found.
    """
    if problem := _unusable(text):
        raise InvalidValuesError([problem])
    try:
        condition = Condition(text, variables, engine.parse(text))
        if problems := list(_refused_parts(condition)):
            raise InvalidValuesError(problems)
        type_ = engine.result_type(text, variables)
    except engine.CelError as error:
        raise InvalidValuesError(problems_in(str(error), text, variables)) from None
    if type_ != "BOOL":
        raise InvalidValuesError(
            [
                invalid(
                    "the result must be true or false, and is {type}: compare it with a value, as in "
                    "source.short_edge >= 1080",
                    type=shown_type(type_.lower()),
                )
            ]
        )
    return condition


def references(node: syntax.Node, variables: Variables) -> Iterator[tuple[str, bool]]:
    """The variables that an expression names; with each whether it is only tested, by `has(…)`."""
    name = syntax.path(node)
    if name in variables.by_name:
        yield name, syntax.is_test(node)
        return
    for child in syntax.children(node):
        yield from references(child, variables)


def _unusable(text: str) -> InvalidValueError | None:
    if not text.strip():
        return invalid("the condition is empty: leave it out, or write true")
    if len(text) > MAX_CHARACTERS:
        return invalid(
            "the condition has {count} characters, and at most {limit} are allowed: shorten it",
            count=len(text),
            limit=MAX_CHARACTERS,
        )
    if any("\ud800" <= character <= "\udfff" for character in text):
        return invalid("the condition has a character that is not valid Unicode: remove it")
    return None


def _refused_parts(condition: Condition) -> Iterator[InvalidValueError]:
    """What CEL takes and a condition may not have."""
    for node in syntax.descendants(condition.tree.expr):
        if syntax.is_loop(node):
            yield from _refused_loop(condition, node)
        if node.HasField("struct_expr") and node.struct_expr.message_name:
            yield invalid(
                "line {line}, column {column}: {name} cannot be made here: use the values of variables",
                **_where(condition, node),
                name=node.struct_expr.message_name,
            )
    yield from _bare_groups(condition, condition.tree.expr)


def _refused_loop(condition: Condition, node: syntax.Node) -> Iterator[InvalidValueError]:
    """A macro over the results of another may double its values at each level: text of 1 kB became 500 MB at two."""
    if any(syntax.is_loop(inner) for child in syntax.children(node) for inner in syntax.descendants(child)):
        yield invalid(
            "line {line}, column {column}: a macro cannot contain another macro or follow it: use one of all, exists, "
            "exists_one, filter and map, and `in` for further lists",
            **_where(condition, node),
        )
    if node.comprehension_expr.iter_var in condition.variables.groups:
        yield invalid(
            "line {line}, column {column}: {name} is the name of a group of values: give the variable of the macro "
            "another name",
            **_where(condition, node),
            name=node.comprehension_expr.iter_var,
        )


def _bare_groups(condition: Condition, node: syntax.Node) -> Iterator[InvalidValueError]:
    """Groups of variables that stand where a value belongs."""
    name = syntax.path(node)
    if name in condition.variables.groups:
        yield invalid(
            "line {line}, column {column}: {group} is a group of values: name one of them, as in {example}",
            **_where(condition, node),
            group=name,
            example=condition.variables.choices(f"{name}.")[0],
        )
    elif not name:
        for child in syntax.children(node):
            yield from _bare_groups(condition, child)


def _where(condition: Condition, node: syntax.Node) -> dict[str, object]:
    return Place.at(condition.text, syntax.offset(condition.tree, node))._asdict()
