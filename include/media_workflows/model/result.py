"""What a run made: outputs, item results, job results. Stored per task, read by events and the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from media_workflows.model.base import Model
from media_workflows.model.media_info import MediaInfo

# What an output is within its item, in the order of publishing: segments, files of their own, sub-stream playlists,
# and last the manifest that names the others.
Role = Literal["segment", "main", "playlist", "manifest"]


class SourceObject(Model):
    """The uploaded object of a run, as the upload sensor confirmed it."""

    bucket: str
    key: str
    etag: str
    size_bytes: int
    version_id: str | None = None
    last_modified: datetime | None = None
    content_type: str | None = None


class OutputRecord(Model):
    """One published object. `time_offset_s` is set on pictures; `info` on what the probe opens.

    `etag` is what the storage called it when it was published.
    """

    bucket: str
    key: str
    size_bytes: int
    md5: str
    etag: str = ""
    info: MediaInfo | None = None
    time_offset_s: float | None = None
    role: Role = "main"


class ItemResult(Model):
    """One item of a job: SUCCESS with outputs, or FAIL with a cause code and a message.

    `reused` is the run that had made the outputs already; None = this run encoded them.
    """

    item: dict[str, Any]
    definition: int
    status: Literal["SUCCESS", "FAIL"]
    code: str = ""
    message: str = ""
    outputs: tuple[OutputRecord, ...] = ()
    reused: str | None = None


class JobResult(Model):
    """One task of a run: all items of one job kind."""

    kind: str
    begun_at: datetime
    finished_at: datetime
    source: MediaInfo | None
    items: tuple[ItemResult, ...]
