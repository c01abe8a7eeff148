"""CEL's messages about a condition, in the words of this product: what is wrong, where, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from media_workflows.domain.conditions.variables import Variables
from media_workflows.domain.invalid import InvalidValueError, invalid

FUNCTIONS = (
    "all", "bool", "contains", "double", "duration", "endsWith", "exists", "exists_one", "filter", "has", "int", "map",
    "matches", "size", "startsWith", "string", "timestamp",
)  # fmt: skip
_ERROR = re.compile(r"^(?:INVALID_ARGUMENT: )?ERROR: <input>:(\d+):(\d+): (.*)$", re.MULTILINE)
_NO_FIELD = re.compile(r"undefined field '(.*)' not found in struct 'conditions\.(.*)'")
_UNDECLARED = re.compile(r"undeclared reference to '(.*)' \(in container")
_NO_OVERLOAD = re.compile(r"found no matching overload for '(.*)' applied to '\((.*)\)'")
_BAD_TOKEN = re.compile(
    r"Syntax error: (?:token recognition error at: '(.*)'$|(?:mismatched|extraneous) input '([^']*)')"
)
# A text in quotes, or what may be an operator, also one of another language.
_OPERATOR = re.compile(
    r"""\"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|===|!==|=>|=<|<>|[=!<>]=|&&|\|\||[=&|]|(?<![.\w])(?:and|or|not|in|is)\b""",
    re.I,
)
_ARITHMETIC = ("+", "-", "*", "/", "%")
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=", "in")
_MISTAKEN = {"=": "==", "===": "==", "is": "==", "!==": "!=", "<>": "!=", "=>": ">=", "=<": "<=", "and": "&&",
             "&": "&&", "or": "||", "|": "||", "not": "!", "IN": "in"}  # fmt: skip
_TYPES = {"int": "integer", "uint": "unsigned integer", "double": "number", "bool": "boolean",
          "string": "text", "null_type": "null", "list(string)": "list of texts",
          "map(string, string)": "map of texts"}  # fmt: skip


class Place(NamedTuple):
    """A place in the text of a condition, counted from 1."""

    line: int
    column: int

    @classmethod
    def at(cls, text: str, offset: int) -> Place:
        before = text[:offset]
        return cls(before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)

    def offset(self, text: str) -> int:
        """Its position in the text, in characters from 0."""
        return sum(len(line) + 1 for line in text.split("\n")[: self.line - 1]) + self.column - 1


def problems_in(message: str, text: str, variables: Variables) -> Iterator[InvalidValueError]:
    """The problems that CEL found, in its order; after the first syntax error the others only follow from it."""
    if "recursion" in message:
        yield invalid("the condition is nested too deeply: use fewer parentheses and operators within each other")
        return
    for line, column, cause in _ERROR.findall(message):
        place = Place(int(line), int(column))
        if cause.startswith(("Syntax error", "reserved identifier")):
            yield _foreign_operator(text, place) or _syntax_problem(cause, place)
            return
        if "*error*" in cause:  # the operand's own problem is listed
            continue
        yield _type_problem(cause, place, text, variables)


def shown_type(name: str) -> str:
    """A type of CEL in the words of `ValueType`, where it is one of these."""
    return _TYPES.get(name, name)


def _foreign_operator(text: str, place: Place) -> InvalidValueError | None:
    """The operator of another language that CEL met here, or stopped after."""
    at = place.offset(text)
    for found in _OPERATOR.finditer(text):
        is_here = found.start() <= at and not text[found.end() : at].strip()
        if is_here and (operator := _written(found[0])):
            return _no_operator(found[0], operator, Place.at(text, found.start()))
    return None


def _written(token: str) -> str | None:
    """What CEL writes for an operator of another language."""
    return _MISTAKEN.get(token) or _MISTAKEN.get(token.lower())


def _no_operator(token: str, operator: str, place: Place) -> InvalidValueError:
    return invalid(
        "line {line}, column {column}: '{token}' is no operator: write {operator}",
        **place._asdict(),
        token=token,
        operator=operator,
    )


def _syntax_problem(cause: str, place: Place) -> InvalidValueError:
    token = "".join(next(iter(_BAD_TOKEN.findall(cause)), ())).strip()
    if token == "<EOF>" or token.startswith(('"', "'")):
        return invalid(
            "line {line}, column {column}: the condition ends too early: complete it, and close parentheses and quotes",
            **place._asdict(),
        )
    return invalid(
        "line {line}, column {column}: the condition cannot be parsed here: {cause}; correct it",
        **place._asdict(),
        cause=cause.removeprefix("Syntax error: ").partition(" expecting {")[0],
    )


def _type_problem(cause: str, place: Place, text: str, variables: Variables) -> InvalidValueError:
    if found := _NO_FIELD.search(cause):
        return unknown_variable(f"{found[2].replace('__', '.')}.{found[1]}", place, variables)
    if found := _UNDECLARED.search(cause):
        is_call = text.split("\n")[place.line - 1][place.column - 1 :].startswith("(")
        return _unknown_function(found[1], place) if is_call else unknown_variable(found[1], place, variables)
    if found := _NO_OVERLOAD.search(cause):
        return _wrong_types(_shown_operator(found[1]), _arguments(found[2]), place)
    return invalid(
        "line {line}, column {column}: the condition is not valid here: {cause}; correct it",
        **place._asdict(),
        cause=cause,
    )


def unknown_variable(name: str, place: Place, variables: Variables) -> InvalidValueError:
    """The message for a name that no variable has."""
    if name.lower() in ("true", "false"):
        return invalid(
            "line {line}, column {column}: '{token}' is no value: write {value}",
            **place._asdict(),
            token=name,
            value=name.lower(),
        )
    first, _, rest = name.partition(".")
    if first == "steps" and rest and first in variables.later:
        return invalid(
            "line {line}, column {column}: {name} is known only after step '{id}': name it in `after`",
            **place._asdict(),
            name=name,
            id=rest.partition(".")[0],
        )
    if kind := variables.later.get(first):
        return _known_later(name, kind, place)
    if similar := variables.similar(name):
        return invalid(
            "line {line}, column {column}: there is no variable {name}: did you mean {similar}?",
            **place._asdict(),
            name=name,
            similar=", ".join(similar),
        )
    if kind := variables.later.get(name.rpartition(".")[2]):
        return _known_later(name, kind, place)
    return invalid(
        "line {line}, column {column}: there is no variable {name}: choose from {choices}",
        **place._asdict(),
        name=name,
        choices=", ".join(variables.choices(name)),
    )


def _known_later(name: str, kind: str, place: Place) -> InvalidValueError:
    return invalid(
        "line {line}, column {column}: {name} is known only after a step of {kind}: name such a step in `after`",
        **place._asdict(),
        name=name,
        kind=kind,
    )


def _unknown_function(name: str, place: Place) -> InvalidValueError:
    if operator := _written(name):
        return _no_operator(name, operator, place)
    if name in FUNCTIONS:
        return invalid(
            "line {line}, column {column}: {name}() does not take these values: check their number and order",
            **place._asdict(),
            name=name,
        )
    return invalid(
        "line {line}, column {column}: there is no function {name}(): use one of {functions}",
        **place._asdict(),
        name=name,
        functions=", ".join(get_close_matches(name, FUNCTIONS, n=3, cutoff=0.6) or FUNCTIONS),
    )


def _wrong_types(operator: str, types: list[str], place: Place) -> InvalidValueError:
    given: dict[str, object] = {**place._asdict(), "operator": operator}
    if "null_type" in types:
        return invalid(
            "line {line}, column {column}: no value is null: write has(…) to test whether one is known", **given
        )
    if operator in _ARITHMETIC and set(types) == {"int", "double"}:
        return invalid(
            "line {line}, column {column}: '{operator}' does not calculate with an integer and a number: convert the "
            "integer, as in double(2) or 2.0",
            **given,
        )
    if operator in _COMPARISONS and len(types) == 2:
        left, right = map(shown_type, types)
        return invalid(
            "line {line}, column {column}: '{operator}' cannot compare {left} with {right}: compare values of one "
            "type; text is in quotes, numbers are not",
            **given,
            left=left,
            right=right,
        )
    return invalid(
        "line {line}, column {column}: '{operator}' does not take {types}: use values of other types",
        **given,
        types=" and ".join(map(shown_type, types)),
    )


def _shown_operator(function: str) -> str:
    """'_>_' -> '>'."""
    if function == "_[_]":
        return "[ ]"
    if function == "_?_:_":
        return "? :"
    return function.strip("_@") or function


def _arguments(types: str) -> list[str]:
    """'string, list(int)' -> ['string', 'list(int)']: split at the commas outside parentheses."""
    return re.findall(r"(?:[^,()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+", types.replace(", ", ",")) if types else []
