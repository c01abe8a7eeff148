"""The base of all models, and the one translation of pydantic's errors into ours."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from media_workflows.domain.vendor_names import VENDOR_VALUES, unknown_field
from media_workflows.errors import DefinitionError, FieldProblem


class Model(BaseModel):
    """Immutable; an unknown field is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# pydantic puts the chosen alternative of a union into its paths; the author of a definition knows no such field.
UNION_FIELDS = {"notification": {"http", "sqs", "sns"}, "mark": {"image", "text", "svg"}}


def field_path(location: tuple[int | str, ...]) -> str:
    """('jobs', 'transcode', 0, 'template') -> 'jobs.transcode[0].template'."""
    path = ""
    for before, part in zip(("", *location), location, strict=False):
        if part in UNION_FIELDS.get(str(before), ()):
            continue
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path or "(whole definition)"


_USER_AND_PASSWORD = re.compile(r"(?<=//)[^/\s'\"]*@")


def _shown(value: Any) -> str:
    """A refused value, shortened; what is secret in it must not reach logs by way of an error."""
    if isinstance(value, dict) and (hidden := value.keys() & {"NotifyKey", "AwsSQS"}):
        value = value | dict.fromkeys(hidden, "***")
    text = _USER_AND_PASSWORD.sub("***@", repr(value))
    return text if len(text) <= 80 else f"{text[:77]}..."


_TEMPLATE = "template"


def invalid(template: str, **parameters: object) -> PydanticCustomError:
    """What validators raise: `template` says what is expected, with a `{name}` for each parameter."""
    shown = {name: str(value) for name, value in parameters.items()}
    return PydanticCustomError("invalid", template, {**shown, _TEMPLATE: template})


def problems_of(error: ValidationError) -> list[FieldProblem]:
    """Every problem of a pydantic error."""
    return [_problem(found) for found in error.errors(include_url=False)]


def _problem(found: ErrorDetails) -> FieldProblem:
    got = "nothing" if found["type"] == "missing" else _shown(found["input"])
    path = field_path(found["loc"])
    vendor_value = VENDOR_VALUES.get(str(found["input"]))
    if vendor_value or found["type"] == "extra_forbidden":
        expected = vendor_value or unknown_field(str(found["loc"][-1]))
        return FieldProblem(path, got, expected, expected)
    context = {name: str(value) for name, value in found.get("ctx", {}).items()}
    expected = found["msg"].removeprefix("Value error, ")
    # pydantic's own errors have no template; their type is the key of the translation.
    template = context.pop(_TEMPLATE, expected if found["type"] == "value_error" else f"pydantic:{found['type']}")
    return FieldProblem(path, got, expected, template, context)


M = TypeVar("M", bound=Model)


def parsed(model: type[M], data: Any) -> M:
    """Outside data as a model. Raises DefinitionError with every problem found."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise DefinitionError(problems_of(error)) from None
