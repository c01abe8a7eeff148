"""Key and Value of a rule's condition, as conditions here (CEL), and back. Pure.

The vendor publishes no keys. Ours are the variables of conditions (docs/conditions.md); a map's entry follows its name
after a dot. A value is an operator and a literal; without an operator it is ==. `known` and `unknown` test whether
there is a value.
"""

from __future__ import annotations

import json
import re

from media_workflows.domain.conditions.outcomes import FINDINGS, RUN, step_variables
from media_workflows.domain.conditions.source import SOURCE
from media_workflows.domain.conditions.variables import ValueType, Variable, Variables
from media_workflows.domain.invalid import invalid

_VALUE = re.compile(r"(==|!=|>=|<=|>|<)?+\s*+(.*)", re.DOTALL)
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_NUMBERS = (ValueType.INTEGER, ValueType.NUMBER)
LINKERS = ("&&", "||")


def known_variables(step_ids: list[str]) -> Variables:
    """The variables that keys may name in a schedule with these steps; where each may stand is checked later."""
    return Variables(
        [
            *SOURCE,
            *RUN,
            *(variable for found in FINDINGS.values() for variable in found.variables),
            *(variable for id_ in step_ids for variable in step_variables(id_, makes_media=True)),
        ]
    )


def condition_of(key: str, value: str, variables: Variables) -> str:
    """The condition of a rule as CEL. Raises InvalidValueError."""
    variable, entry = _variable(key, variables)
    if value.strip() in ("known", "unknown"):
        return _existence(variable, entry, is_known=value.strip() == "known")
    found = _VALUE.fullmatch(value.strip())
    assert found is not None  # every text has this form
    return _comparison(variable, entry, found[1] or "==", found[2])


def _variable(key: str, variables: Variables) -> tuple[Variable, str]:
    """The variable of a key, and of a map the name of the entry."""
    maps = (one for one in variables if one.type == ValueType.TEXT_MAP and key.startswith(f"{one.name}."))
    if one := next(maps, None):
        return one, key.removeprefix(f"{one.name}.")
    variable = variables.by_name.get(key)
    if variable is None or variable.type == ValueType.TEXT_MAP:
        raise _unknown_key(key, variables)
    return variable, ""


def _unknown_key(key: str, variables: Variables) -> Exception:
    if similar := [name for name in variables.similar(key) if name in variables.by_name]:
        return invalid("there is no {key} in conditions; did you mean {names}?", key=key, names=" or ".join(similar))
    return invalid(
        "there is no {key} in conditions; the commercial service publishes no keys: use one of docs/conditions.md, as "
        "quality.black_screen with the value true",
        key=key,
    )


def _existence(variable: Variable, entry: str, *, is_known: bool) -> str:
    test = f"{_text(entry)} in {variable.name}" if entry else f"has({variable.name})"
    return test if is_known else f"!({test})"


def _comparison(variable: Variable, entry: str, operator: str, literal: str) -> str:
    if variable.type in _NUMBERS:
        if not _NUMBER.fullmatch(literal):
            raise invalid("must be a number after an operator, as in >=1080")
        return f"{variable.name} {operator} {literal}"
    if operator not in ("==", "!="):
        raise invalid("{key} is no number: use == or !=", key=variable.name)
    if variable.type == ValueType.BOOLEAN:
        if literal not in ("true", "false"):
            raise invalid("must be true or false")
        return variable.name if (literal == "true") == (operator == "==") else f"!{variable.name}"
    if variable.type == ValueType.TEXTS:
        found = f"{_text(literal)} in {variable.name}"
        return found if operator == "==" else f"!({found})"
    return f"{variable.name}{f'[{_text(entry)}]' if entry else ''} {operator} {_text(literal)}"


def _text(literal: str) -> str:
    return json.dumps(literal, ensure_ascii=False)


def closed(condition: str) -> str:
    """The condition as an operand of `&&`."""
    return f"({condition})" if " || " in condition else condition


def neither(condition: str) -> str:
    """The opposite of a condition."""
    return f"!({condition})"
