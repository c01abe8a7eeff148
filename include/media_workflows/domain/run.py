"""`Run`: which run of which workflow something is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from media_workflows.domain.request_context import NO_CONTEXT, RequestContext
from media_workflows.domain.workflow import Workflow


@dataclass(frozen=True)
class Run:
    """A run of one revision of a workflow, or of a request. `context` is the caller's."""

    workflow_id: str
    run_id: str
    revision: int
    workflow: Workflow
    context: RequestContext = NO_CONTEXT


def requests_force(conf: Mapping[str, Any]) -> bool:
    """Whether nothing may be reused in a run of this conf. Programs also send texts: 'false' is not a request."""
    return str(conf.get("force")).lower() in ("true", "1")
