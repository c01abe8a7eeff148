"""The names of an item's files in the echo of its input: with the source's variables filled in. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from media_workflows.domain.jobs import JOB_ITEMS
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.result import OutputRecord, SourceObject
from media_workflows.naming import render, source_variables
from media_workflows.vendor_mps.event_shapes import Json, Shape, main_output


def file_names(
    kind: str,
    request: Json,
    definition: int,
    outputs: Sequence[OutputRecord],
    shape: Shape,
    source: SourceObject | None,
) -> Json:
    """OutputObjectPath: the key of the first main file, or the requested pattern if there is none. Companions: their
    names relative to its directory, in which the numbers of segments and sub-streams stay variables."""
    path = request.get("output_path", "")
    if outputs:
        main = next((output for output in outputs if output.role == "main"), None)
        path = (main or main_output(outputs)).key
    variables = {"definition": str(definition)} | (source_variables(source.key) if source else {})
    resolved = _companions(kind, request, variables) if shape.names else {}
    names = {name: resolved.get(field) or request.get(field, "") for name, field in shape.names.items()}
    return {"OutputObjectPath": path, **names}


def _companions(kind: str, request: Json, variables: Mapping[str, str]) -> dict[str, str]:
    """The names of the files beside the main one, by our field."""
    item = _item(JOB_ITEMS[kind], request)
    if item is None:
        return {}
    directory = item.path_pattern[: item.path_pattern.rfind("/") + 1]
    return {
        field: render(pattern.removeprefix(directory), {**variables, "format": format_})
        for field, (pattern, format_) in item.companion_patterns.items()
    }


def _item(model: type[JobItem[Any]], request: Json) -> JobItem[Any] | None:
    """The item that a result holds, as far as names need it; None = of an early version, with other parameters.

    It is not validated as a definition is: it has both its template and the template's parameters.
    """
    try:
        parameters = model.parameters_model().model_validate(request.get("parameters"))
    except ValidationError:
        return None
    return model.model_construct(**{**request, "parameters": parameters})
