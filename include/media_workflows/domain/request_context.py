"""`RequestContext`: what a caller gives to a request and gets back in the events of its runs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from media_workflows.domain.base import Model, parsed

MAX_TAGS = 50
TagName = Annotated[str, StringConstraints(min_length=1, max_length=128)]
TagValue = Annotated[str, StringConstraints(max_length=256)]


class RequestContext(Model):
    """The caller's data. It has no meaning here, must hold no secrets, and is in events, pages and logs."""

    id: str = Field("", max_length=128, description="`SessionId` of events")
    text: str = Field("", max_length=1000, description="`SessionContext` of events")
    tags: dict[TagName, TagValue] = Field(default_factory=dict, max_length=MAX_TAGS)


NO_CONTEXT = RequestContext()


def context_conf(context: RequestContext) -> dict[str, Any]:
    """The part of a run's configuration that holds its context; {} = it has none."""
    return {} if context == NO_CONTEXT else {"context": context.model_dump()}


def context_of(conf: Mapping[str, Any] | None) -> RequestContext:
    """The context of a run by its configuration. Raises DefinitionError for one that was started by hand."""
    return parsed(RequestContext, (conf or {}).get("context") or {})
