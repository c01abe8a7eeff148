"""Routes: browser uploads into the directory of a workflow's trigger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from airflow.api_fastapi.core_api.security import GetUserDep
from anyio import CancelScope
from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from media_workflows.domain.plain_data import MAX_INTEGER
from media_workflows.services import browser_upload as service
from media_workflows.services.browser_upload import BrowserUpload, Uploaded, UploadPlan
from media_workflows_plugin.api.access import Uploader, require
from media_workflows_plugin.api.guarded_route import GuardedRoute

router = APIRouter(prefix="/api/v1/workflows/{workflow_id}/upload", tags=["upload"], route_class=GuardedRoute)
Overwrite = Annotated[bool, Query(description="Replace an existing object; requires permission to edit")]


class FileRequest(BaseModel):
    """A file: its name below the trigger's directory, its size in bytes, and whether it may replace another.

    `content_type` is not used: the type follows from the name.
    """

    name: str = Field(min_length=1, max_length=1024)
    size: int
    content_type: str = ""
    overwrite: bool = False


class CompleteRequest(FileRequest):
    """A file whose parts have been uploaded."""

    upload_id: str = Field(min_length=1)


@router.post("")
def begin_upload(workflow_id: str, file: FileRequest, _user: Uploader, user: GetUserDep) -> UploadPlan:
    """Begin an upload: presigned links with which the browser sends the file directly to the bucket."""
    replace = _may_replace(file.overwrite, user, workflow_id)
    return service.plan_browser_upload(workflow_id, file.name, file.size, overwrite=replace)


@router.post("/complete")
def complete_upload(workflow_id: str, file: CompleteRequest, _user: Uploader, user: GetUserDep) -> Uploaded:
    """Complete a multipart upload: its parts become the object."""
    replace = _may_replace(file.overwrite, user, workflow_id)
    return service.browser_upload(workflow_id, file.name, file.size, overwrite=replace).complete(file.upload_id)


@router.post("/abort", status_code=204)
def abort_upload(workflow_id: str, file: CompleteRequest, _user: Uploader) -> None:
    """Abort a multipart upload and discard its parts."""
    service.browser_upload(workflow_id, file.name, file.size).abort(file.upload_id)


@router.put("/{name:path}")
async def stream_upload(
    workflow_id: str,
    name: str,
    request: Request,
    _user: Uploader,
    user: GetUserDep,
    content_length: Annotated[int, Header(ge=0, le=MAX_INTEGER, description="Size of the file in bytes")] = 0,
    overwrite: Overwrite = False,
) -> Uploaded:
    """Upload a file as the body, through this server: for browsers that cannot reach the storage."""
    replace = _may_replace(overwrite, user, workflow_id)
    upload = await run_in_threadpool(service.browser_upload, workflow_id, name, content_length, overwrite=replace)
    await run_in_threadpool(upload.begin)
    try:
        async for part in _parts(request, upload):
            await run_in_threadpool(upload.send, part)
        return await run_in_threadpool(upload.end)
    except BaseException:
        with CancelScope(shield=True):
            await run_in_threadpool(upload.abort)
        raise


async def _parts(request: Request, upload: BrowserUpload) -> AsyncIterator[bytes]:
    """The body in parts of `part_bytes`; Starlette raises ClientDisconnect when it ends early."""
    waiting = bytearray()
    async for chunk in request.stream():
        waiting += chunk
        while len(waiting) >= upload.part_bytes:
            yield bytes(waiting[: upload.part_bytes])
            del waiting[: upload.part_bytes]
    if waiting:
        yield bytes(waiting)


def _may_replace(overwrite: bool, user: GetUserDep, workflow_id: str) -> bool:
    """Check that the user may replace an object. Raises NotPermittedError without permission to edit."""
    if overwrite:
        require(user, "PUT", workflow_id)
    return overwrite
