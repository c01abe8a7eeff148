"""The base class of all models, and the conversion of pydantic's errors into field problems."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from media_workflows.domain.invalid import InvalidValueError, InvalidValuesError, invalid
from media_workflows.domain.vendor_names import VENDOR_VALUES, unknown_field
from media_workflows.errors import DefinitionError, FieldProblem

__all__ = ["InvalidValueError", "Model", "field_path", "invalid", "parsed", "problems_of"]


class Model(BaseModel):
    """Base class of all models: immutable, and an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# pydantic puts the chosen alternative of a union into its paths; a definition has no such field.
UNION_FIELDS = {"notification": {"http", "sqs", "sns"}, "mark": {"image", "text", "svg"}}


def field_path(location: tuple[int | str, ...]) -> str:
    """The path of a field: ('jobs', 'transcode', 0, 'template') -> 'jobs.transcode[0].template'."""
    path = ""
    for before, part in zip(("", *location), location, strict=False):
        if part in UNION_FIELDS.get(str(before), ()):
            continue
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path or "(whole definition)"


_USER_AND_PASSWORD = re.compile(r"(?<=//)[^/\s'\"]*@")


def _shown(value: Any) -> str:
    """A refused value, shortened and without secrets: errors are logged."""
    if isinstance(value, dict) and (hidden := value.keys() & {"NotifyKey", "AwsSQS"}):
        value = value | dict.fromkeys(hidden, "***")
    text = _USER_AND_PASSWORD.sub("***@", repr(value))
    return text if len(text) <= 80 else f"{text[:77]}..."


def problems_of(error: ValidationError) -> list[FieldProblem]:
    """All problems of a pydantic error."""
    return [problem for found in error.errors(include_url=False) for problem in _problems(found)]


def _problems(found: ErrorDetails) -> list[FieldProblem]:
    got = "nothing" if found["type"] == "missing" else _shown(found["input"])
    path = field_path(found["loc"])
    if vendor_value := VENDOR_VALUES.get(str(found["input"])):
        return [vendor_value.at(path, got)]
    if found["type"] == "extra_forbidden":
        return [unknown_field(str(found["loc"][-1])).at(path, got)]
    context = found.get("ctx", {})
    if isinstance(error := context.get("error"), InvalidValueError):
        return [error.at(path, got)]
    if isinstance(error, InvalidValuesError):
        return [problem.at(path, got) for problem in error.problems]
    if error is not None:  # a plain ValueError
        return [FieldProblem(path, got, str(error), str(error))]
    # pydantic's own errors have no template; their type is the key of the translation.
    parameters = {name: str(value) for name, value in context.items()}
    return [FieldProblem(path, got, found["msg"], f"pydantic:{found['type']}", parameters)]


M = TypeVar("M", bound=Model)


def parsed(model: type[M], data: Any) -> M:
    """Validate outside data as a model. Raises DefinitionError with every problem found."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise DefinitionError(problems_of(error)) from None
