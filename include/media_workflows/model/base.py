"""The base of all models, and the one translation of pydantic's faults into ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from media_workflows.errors import DefinitionError, FieldProblem

T = TypeVar("T")


class Model(BaseModel):
    """Immutable; an unknown field is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def field_path(location: tuple[int | str, ...]) -> str:
    """('jobs', 'transcode', 0, 'template') -> 'jobs.transcode[0].template'."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path or "(whole definition)"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def problems_of(error: ValidationError) -> list[FieldProblem]:
    """Every fault of a pydantic error as (field, got, wants)."""
    found = []
    for fault in error.errors(include_url=False):
        got = "nothing" if fault["type"] == "missing" else _shown(fault["input"])
        wants = fault["msg"].removeprefix("Value error, ")
        wants = "unknown field, remove it" if fault["type"] == "extra_forbidden" else wants
        found.append(FieldProblem(field_path(fault["loc"]), got, wants))
    return found


def validated(build: Callable[[], T]) -> T:
    """Run `build`; its pydantic faults become one DefinitionError."""
    try:
        return build()
    except ValidationError as error:
        raise DefinitionError(problems_of(error)) from None
