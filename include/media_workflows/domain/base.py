"""The base class of all models, and the conversion of pydantic's errors into field problems."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from media_workflows.domain.invalid import InvalidValueError, InvalidValuesError, invalid
from media_workflows.domain.pydantic_messages import plain_message
from media_workflows.domain.vendor_names import VENDOR_VALUES, unknown_field
from media_workflows.errors import DefinitionError, FieldProblem, InvalidRequestError

__all__ = [
    "InvalidValueError", "Model", "field_path", "invalid", "parsed", "parsed_request", "problems_in", "problems_of",
    "shown",
]  # fmt: skip


class Model(BaseModel):
    """Base class of all models: immutable, and an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


WHOLE_DEFINITION, WHOLE_REQUEST = "(whole definition)", "(whole request)"  # in place of a field

# pydantic puts the chosen alternative of a union into its paths; a definition has no such field.
_TARGETS = {"http", "sqs", "sns", "wecom", "dingtalk", "feishu", "slack", "email"}
UNION_FIELDS = {"notification": _TARGETS, "notify": _TARGETS, "mark": {"image", "text", "svg"}}


def field_path(location: tuple[int | str, ...]) -> str:
    """The path of a field: ('jobs', 'transcode', 0, 'template') -> 'jobs.transcode[0].template'."""
    path = ""
    for before, part in zip(("", *location), location, strict=False):
        if part in UNION_FIELDS.get(str(before), ()):
            continue
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path or WHOLE_DEFINITION


_USER_AND_PASSWORD = re.compile(r"(?<=//)[^/\s'\"]*@")


def shown(value: Any) -> str:
    """A refused value, shortened and without secrets: errors are logged."""
    if isinstance(value, dict) and (hidden := value.keys() & {"NotifyKey", "AwsSQS"}):
        value = value | dict.fromkeys(hidden, "***")
    text = _USER_AND_PASSWORD.sub("***@", repr(value))
    return text if len(text) <= 80 else f"{text[:77]}..."


def problems_of(error: ValidationError) -> list[FieldProblem]:
    """All problems of a pydantic error."""
    return problems_in(error.errors(include_url=False))


def problems_in(errors: Iterable[ErrorDetails]) -> list[FieldProblem]:
    """The problems of single errors as pydantic lists them."""
    return [problem for found in errors for problem in _problems(found)]


def _problems(found: ErrorDetails) -> list[FieldProblem]:
    got = "nothing" if found["type"] == "missing" else shown(found["input"])
    path = field_path(found["loc"])
    if isinstance(found["input"], str) and (vendor_value := VENDOR_VALUES.get(found["input"])):
        return [vendor_value.at(path, got)]
    if found["type"] == "extra_forbidden":
        return [unknown_field(str(found["loc"][-1])).at(path, got)]
    error = found.get("ctx", {}).get("error")
    if isinstance(error, InvalidValuesError):
        return [_at_its_field(problem, found, path, got) for problem in error.problems]
    if isinstance(error, ValueError) and not isinstance(error, InvalidValueError):
        return [FieldProblem(path, got, str(error), str(error))]
    if isinstance(error, InvalidValueError):
        return [_at_its_field(error, found, path, got)]
    return [plain_message(found).at(path, got)]


def _at_its_field(error: InvalidValueError, found: ErrorDetails, path: str, got: str) -> FieldProblem:
    """A validator of a whole model may name the field that it is about."""
    if not error.field:
        return error.at(path, got)
    values = found["input"] if isinstance(found["input"], dict) else {}
    got = shown(values[error.field]) if error.field in values else "nothing"
    return error.at(field_path((*found["loc"], error.field)), got)


M = TypeVar("M", bound=Model)


def parsed(model: type[M], data: Any) -> M:
    """Validate outside data as a model. Raises DefinitionError with every problem found."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise DefinitionError(problems_of(error)) from None


def parsed_request(model: type[M], data: Any) -> M:
    """Validate a request as a model. Raises InvalidRequestError with every problem found."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = problems_of(error)
        raise InvalidRequestError([replace(one, field=_of_request(one.field)) for one in found]) from None


def _of_request(field: str) -> str:
    return field.replace(WHOLE_DEFINITION, WHOLE_REQUEST)
