"""The base of all models, and the one translation of pydantic's faults into ours."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

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


def problems_of(error: ValidationError) -> list[FieldProblem]:
    """Every fault of a pydantic error as (field, got, wants)."""
    found = []
    for fault in error.errors(include_url=False):
        got = "nothing" if fault["type"] == "missing" else _shown(fault["input"])
        wants = fault["msg"].removeprefix("Value error, ")
        wants = unknown_field(str(fault["loc"][-1])) if fault["type"] == "extra_forbidden" else wants
        wants = VENDOR_VALUES.get(str(fault["input"]), wants)
        found.append(FieldProblem(field_path(fault["loc"]), got, wants))
    return found


M = TypeVar("M", bound=Model)


def parsed(model: type[M], data: Any) -> M:
    """Outside data as a model. Raises DefinitionError with every problem found."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise DefinitionError(problems_of(error)) from None
