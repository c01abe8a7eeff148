"""Routes: dry runs of stored and unsaved workflows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from media_workflows.domain.dry_run import DryRun
from media_workflows.errors import BusyError
from media_workflows.services import dry_run as service
from media_workflows.services import workflows as workflow_service
from media_workflows_plugin.api.access import Creator, Reader

router = APIRouter(prefix="/api/v1", tags=["dry run"])
# A dry run fetches a source and runs ffmpeg in the api-server: only one at a time, to limit the load.
_TURN = threading.Lock()
TURN_WAIT_S = 20.0


class DryRunRequest(BaseModel):
    """The object in the trigger bucket to try."""

    key: str = Field(min_length=1, max_length=1024, description="Object key in the trigger bucket")
    calibrate: bool = Field(True, description="Try the commands on a short piece of the source, for the estimate")


class DefinitionDryRunRequest(DryRunRequest):
    """An object and a workflow that is not stored."""

    definition: dict[str, Any]


@router.post("/workflows/{workflow_id}/dry-run")
def dry_run_workflow(workflow_id: str, request: DryRunRequest, _user: Reader) -> DryRun:
    """Try a stored workflow on an object of its trigger bucket. Nothing is written, no run is started."""
    with _turn():
        return service.of_stored_workflow(workflow_id, request.key, request.calibrate)


@router.post("/dry-run")
def dry_run_definition(request: DefinitionDryRunRequest, _user: Creator) -> DryRun:
    """Try an unsaved definition on an object of its trigger bucket; requires permission to create workflows."""
    definition = workflow_service.parse(request.definition)
    with _turn():
        return service.of_definition(definition, request.key, request.calibrate)


@contextmanager
def _turn() -> Iterator[None]:
    if not _TURN.acquire(timeout=TURN_WAIT_S):
        raise BusyError("another dry run is in progress: try again in a minute")
    try:
        yield
    finally:
        _TURN.release()
