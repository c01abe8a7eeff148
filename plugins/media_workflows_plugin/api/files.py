"""Routes: a run's source and outputs, for previews."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import PlainTextResponse, StreamingResponse

from media_workflows.services import run_files as service
from media_workflows.services.run_files import LinkedFiles
from media_workflows.storage.links import disposition, shown_type
from media_workflows_plugin.api.access import ReadableRun, RunReader
from media_workflows_plugin.api.guarded_route import GuardedRoute
from media_workflows_plugin.api.schemas import Offset

router = APIRouter(prefix="/api/v1", tags=["files"], route_class=GuardedRoute)
PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
# The content must not run scripts in Airflow's origin, whatever it is.
HARMLESS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
_RANGE = re.compile(r"bytes=(\d*)-\d*")


@router.get("/runs/{run_id}/files")
def list_files(
    _user: RunReader, run: ReadableRun, offset: Offset = 0, limit: Annotated[int, Query(ge=1, le=500)] = 200
) -> LinkedFiles:
    """List source, files and manifests, each with a link that is valid for 15 minutes."""
    return service.linked_files(run.workflow_id, run.run_id, offset, limit)


@router.get("/runs/{run_id}/playlist")
def get_playlist(
    _user: RunReader, run: ReadableRun, key: Annotated[str, Query(description="Key of a playlist of the run")]
) -> Response:
    """An HLS playlist whose segments, keys and playlists are links."""
    text = service.linked_playlist(run.workflow_id, run.run_id, key)
    return PlainTextResponse(text, media_type=PLAYLIST_TYPE, headers=HARMLESS | {"Cache-Control": "no-store"})


@router.get("/workflows/{workflow_id}/runs/{run_id}/content/{key:path}")
def get_content(
    workflow_id: str, run_id: str, key: str, _user: RunReader, byte_range: Annotated[str, Header(alias="range")] = ""
) -> Response:
    """A file of the run through this server, whole or a range. Relative names in a playlist resolve to this route."""
    file = service.find_file(workflow_id, run_id, key)
    asked = _RANGE.fullmatch(byte_range.strip())
    if asked and asked[1] and not file.is_early and int(asked[1]) >= file.size_bytes:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{file.size_bytes}"})
    found = service.content(file, asked[0] if asked else None)
    headers = {
        **HARMLESS,
        "Content-Length": str(found.length),
        "Content-Disposition": disposition(key),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        **({"Content-Range": found.content_range} if found.content_range else {}),
    }
    status = 206 if found.content_range else 200
    return StreamingResponse(found.chunks, status, headers, media_type=shown_type(key))
