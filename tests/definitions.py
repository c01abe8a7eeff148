"""Definitions for tests: the smallest valid one, and what to change in it."""

from __future__ import annotations

import copy
from typing import Any

from media_workflows.domain.templates import parse_template
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import DefinitionError
from pictures import encoded, plain

PNG = encoded(plain())
_MINIMAL: dict[str, Any] = {
    "name": "w",
    "trigger": {"bucket": "media-input"},
    "jobs": {"transcode": [{"template": 100010}]},
}


def definition(**parts: Any) -> dict[str, Any]:
    """The smallest valid definition, as data, with these top-level parts replaced."""
    return copy.deepcopy(_MINIMAL) | parts


def graph(*steps: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """The smallest definition with these steps in place of jobs, as data."""
    data = definition(steps=list(copy.deepcopy(steps)), **parts)
    del data["jobs"]
    return data


def workflow(name: str = "w", bucket: str = "media-input", directory: str | None = None, **parts: Any) -> Workflow:
    """A workflow on this place; `formats` goes to the trigger, the rest are top-level parts."""
    trigger: dict[str, Any] = {"bucket": bucket, "directory": directory}
    if "formats" in parts:
        trigger["formats"] = parts.pop("formats")
    return parse_workflow(definition(name=name, trigger=trigger, **parts))


def template_refusal(data: Any) -> DefinitionError | None:
    """Why data are no template; None = they are one."""
    try:
        parse_template(data)
    except DefinitionError as error:
        return error
    return None


def workflow_refusal(data: Any) -> DefinitionError | None:
    """Why data are no workflow; None = they are one."""
    try:
        parse_workflow(data)
    except DefinitionError as error:
        return error
    return None
