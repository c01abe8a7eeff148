"""Routes: dry runs of stored and unsaved workflows, and samples of their outputs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter
from filelock import FileLock, Timeout
from pydantic import BaseModel, Field

from media_workflows.domain.dry_run import DryRun
from media_workflows.domain.overlay_frame import OverlayFrame, OverlayOutput
from media_workflows.domain.samples import OutputId, Sample, SamplePlan, SampleRange
from media_workflows.errors import BusyError
from media_workflows.services import dry_run as service
from media_workflows.services import overlay_frame, samples
from media_workflows.services import workflows as workflow_service
from media_workflows.settings import get_settings
from media_workflows_plugin.api.access import Creator, RunStarter
from media_workflows_plugin.api.guarded_route import GuardedRoute

router = APIRouter(prefix="/api/v1", tags=["dry run"], route_class=GuardedRoute)
TURN_WAIT_S = 20.0


Key = Annotated[str, Field(min_length=1, max_length=1024, description="Object key in the trigger bucket")]


class DryRunRequest(BaseModel):
    """The object in the trigger directory to try."""

    key: Key
    calibrate: bool = Field(True, description="Try the commands on a short piece of the source, for the estimate")


class DefinitionDryRunRequest(DryRunRequest):
    """An object and a workflow that is not stored."""

    definition: dict[str, Any]


class ObjectRequest(BaseModel):
    """A workflow that is not stored, and an object in its trigger directory."""

    definition: dict[str, Any]
    key: Key


class SampleRequest(ObjectRequest):
    """The part of the object, and the output; null = the source in a form that browsers play."""

    range: SampleRange = SampleRange()
    output: OutputId | None = None


class FrameRequest(ObjectRequest):
    """The output whose overlays are placed, and the moment of it in seconds."""

    output: OverlayOutput
    at_s: float = Field(0.0, ge=0, allow_inf_nan=False)


@router.post("/workflows/{workflow_id}/dry-run")
def dry_run_workflow(workflow_id: str, request: DryRunRequest, _user: RunStarter) -> DryRun:
    """Try a stored workflow on an object of its trigger directory. Nothing is written, no run is started.

    It reads the object and runs ffmpeg, as a run does, so it requires the permission to start runs.
    """
    with turn():
        return service.of_stored_workflow(workflow_id, request.key, request.calibrate)


@router.post("/dry-run")
def dry_run_definition(request: DefinitionDryRunRequest, _user: Creator) -> DryRun:
    """Try an unsaved definition on an object of its trigger directory; requires permission to create workflows."""
    definition = workflow_service.parse(request.definition)
    with turn():
        return service.of_definition(definition, request.key, request.calibrate)


@router.post("/dry-run/outputs")
def list_sample_outputs(request: ObjectRequest, _user: Creator) -> SamplePlan:
    """List the outputs of an unsaved definition that can be tried with an object of its trigger directory."""
    definition = workflow_service.parse(request.definition)
    with turn():
        return samples.outputs_of(definition, request.key)


@router.post("/dry-run/sample")
def make_sample(request: SampleRequest, _user: Creator) -> Sample:
    """Make a few seconds of one output of an unsaved definition, or of the source for comparison. Nothing is stored."""
    definition = workflow_service.parse(request.definition)
    with turn():
        return samples.make(definition, request.key, request.range, request.output)


@router.post("/dry-run/frame")
def show_frame(request: FrameRequest, _user: Creator) -> OverlayFrame:
    """Show a frame of one output of an unsaved definition, and where its overlays are. Nothing is stored."""
    definition = workflow_service.parse(request.definition)
    with turn():
        return overlay_frame.frame_of(definition, request.key, request.output, request.at_s)


@contextmanager
def turn() -> Iterator[None]:
    """One dry run, sample or try-out at a time on this machine, whichever of the api-server's processes runs it.

    It downloads a source and runs ffmpeg.
    """
    directory = get_settings().data_dir.expanduser()
    directory.mkdir(parents=True, exist_ok=True)
    lock = FileLock(directory / "dry-run.lock")
    try:
        lock.acquire(timeout=TURN_WAIT_S)
    except Timeout:
        raise BusyError("another dry run or try-out is in progress: try again in a minute") from None
    try:
        yield
    finally:
        lock.release()
