"""A run's source and outputs for a browser; no other object is accessible through this module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import quote, urlencode

from media_workflows.airflow_adapter.connections import shared_clients
from media_workflows.domain.base import Model
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.removed_source import RemovedSource, removed_source
from media_workflows.domain.result import OutputRecord, Role, SourceObject
from media_workflows.errors import NotFoundError, StorageError
from media_workflows.services.buckets import storage
from media_workflows.storage.links import Links, shown_type
from media_workflows.storage.playlist_links import with_links
from media_workflows.storage.s3 import CHUNK_BYTES, ObjectStorage, version_argument
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.early_objects import EarlyFile, early_files
from media_workflows.store.engine import transaction
from media_workflows.store.runs import get_run

if TYPE_CHECKING:
    from botocore.response import StreamingBody

MAX_PLAYLIST_BYTES = 16 * 1024 * 1024
LISTED_ROLES = ("main", "manifest")  # players find the other files through these


class RunFile(NamedTuple):
    """An object of a run. `item` counts from 0 within the step; a source has neither.

    `is_early`: it is of a ladder that can be played while it is made. It is not verified yet, and may grow: its size is
    stated as 0, and `item` is unknown.
    """

    of: Literal["source", "output"]
    bucket: str
    key: str
    size_bytes: int
    version_id: str | None = None
    role: Role = "main"
    step_id: str | None = None
    kind: str | None = None
    item: int | None = None
    time_offset_s: float | None = None
    is_early: bool = False

    @property
    def is_listed(self) -> bool:
        """Whether the file has a link of its own. No player finds the pictures of a quality control."""
        return self.role in LISTED_ROLES or self.kind == "quality_control"


class LinkedFile(Model):
    """A file with its links: `url` to the storage, `path` (below the API's root) through this server.

    `playlist`, for HLS: a route that returns the playlist with presigned links. `is_early`: a ladder that can be played
    while it is made, not verified yet; its `size_bytes` is 0.
    """

    of: Literal["source", "output"]
    bucket: str
    key: str
    size_bytes: int
    role: Role
    step_id: str | None
    kind: str | None
    item: int | None
    time_offset_s: float | None
    is_early: bool
    content_type: str
    url: str
    path: str
    playlist: str | None


class LinkedFiles(Model):
    """One page of files."""

    total: int
    items: list[LinkedFile]


def run_files(workflow_id: str, run_id: str) -> list[RunFile]:
    """All objects of a run, the source first. A run that has none yet, or is unknown, gives []."""
    with transaction() as session:
        record = get_run(session, workflow_id, run_id)
        actions = actions_of_run(session, workflow_id, run_id)
        early = early_files(session, workflow_id, run_id)
    if record is None:
        return []
    files = list(_source(record.source, removed_source(record.source, actions.values())))
    for job in record.jobs:
        for number, item in enumerate(job.items):
            files += [_output(output, job.step.step_id, job.kind, number) for output in item.outputs]
    recorded = {(file.bucket, file.key) for file in files}
    return files + [_early(one) for one in early if _is_found(one) and one.published.place not in recorded]


def _source(source: SourceObject | None, removed: RemovedSource | None) -> Iterator[RunFile]:
    """Where the source is now, if one of the run's steps has moved it; nothing if one has deleted it."""
    if removed and not removed.is_readable:
        if moved := removed.moved_to:
            yield RunFile("source", moved.bucket, moved.key, moved.size_bytes)
    elif source:
        yield RunFile("source", source.bucket, source.key, source.size_bytes, source.version_id)


def _output(output: OutputRecord, step_id: str, kind: str, item: int) -> RunFile:
    place = (output.bucket, output.key, output.size_bytes)
    return RunFile("output", *place, None, output.role, step_id, kind, item, output.time_offset_s)


def _is_found(early: EarlyFile) -> bool:
    """A manifest is there once it can be played; the other files are those that the playlists name."""
    return early.is_playable or early.published.role != "manifest"


def _early(early: EarlyFile) -> RunFile:
    place, role = early.published.place, early.published.role
    return RunFile("output", *place, 0, None, role, early.step_id, AdaptiveDynamicStreamingItem.kind, is_early=True)


def linked_files(workflow_id: str, run_id: str, offset: int, limit: int) -> LinkedFiles:
    """Source, files, manifests and pictures of a quality control with links; not the files that a manifest names."""
    shown = [file for file in run_files(workflow_id, run_id) if file.is_listed]
    links = Links(shared_clients().public_s3)
    page = shown[offset : offset + limit]
    return LinkedFiles(total=len(shown), items=[_linked(file, links, workflow_id, run_id) for file in page])


def _linked(file: RunFile, links: Links, workflow_id: str, run_id: str) -> LinkedFile:
    query = urlencode({"workflow": workflow_id, "key": file.key})
    is_playlist = file.key.endswith(".m3u8") and file.of == "output"
    fields = {name: value for name, value in file._asdict().items() if name != "version_id"}
    return LinkedFile(
        **fields,
        content_type=shown_type(file.key),
        url=links.read(file.bucket, file.key, file.version_id),
        path=f"workflows/{workflow_id}/runs/{quote(run_id, safe='')}/content/{quote(file.key)}",
        playlist=f"runs/{quote(run_id, safe='')}/playlist?{query}" if is_playlist else None,
    )


def find_file(workflow_id: str, run_id: str, key: str) -> RunFile:
    """The run's output, else source, of this key. Raises NotFoundError."""
    found = [file for file in run_files(workflow_id, run_id) if file.key == key]
    if not found:
        raise NotFoundError("run '{run_id}' has no file '{key}'", run_id=run_id, key=key)
    return found[-1]


def linked_playlist(workflow_id: str, run_id: str, key: str) -> str:
    """An HLS playlist of a run with links: nested playlists lead to the same route, other files to the storage.

    Raises NotFoundError, StorageError.
    """
    outputs = {file.key: file for file in run_files(workflow_id, run_id) if file.of == "output"}
    if key not in outputs or not key.endswith(".m3u8"):
        raise NotFoundError("run '{run_id}' has no playlist '{key}'", run_id=run_id, key=key)
    links, made = Links(shared_clients().public_s3), {}

    def link(target: str) -> str | None:
        if target not in outputs:
            return None
        if target.endswith(".m3u8"):
            return "?" + urlencode({"workflow": workflow_id, "key": target})
        if target not in made:  # all segments may lie in one file
            made[target] = links.read(outputs[target].bucket, target)
        return made[target]

    return with_links(_text(storage(), outputs[key]), key, link)


def _text(source: ObjectStorage, file: RunFile) -> str:
    if file.size_bytes > MAX_PLAYLIST_BYTES:
        raise StorageError(
            "s3://{bucket}/{key} has {size_bytes} bytes, more than the {max_bytes} of a playlist: download it instead",
            bucket=file.bucket,
            key=file.key,
            size_bytes=file.size_bytes,
            max_bytes=MAX_PLAYLIST_BYTES,
        )
    with source.guard("read", file.bucket, file.key):
        return source.client.get_object(Bucket=file.bucket, Key=file.key)["Body"].read().decode("utf-8", "replace")


class Content(NamedTuple):
    """The bytes of an object; `content_range` is set when they are a part."""

    chunks: Iterator[bytes]
    length: int
    content_range: str | None


def content(file: RunFile, byte_range: str | None = None) -> Content:
    """The content of a file, or of a range of it ('bytes=0-99'). Raises StorageError, SourceGoneError."""
    source = storage()
    part = {"Range": byte_range} if byte_range else {}
    with source.guard("read", file.bucket, file.key):
        asked: dict[str, Any] = {**part, **version_argument(file.version_id)}
        answer = source.client.get_object(Bucket=file.bucket, Key=file.key, **asked)
    return Content(_chunks(answer["Body"]), answer["ContentLength"], answer.get("ContentRange"))


def _chunks(body: StreamingBody) -> Iterator[bytes]:
    """The chunks of a body; its connection is released when the reader stops."""
    with closing(body):
        yield from body.iter_chunks(CHUNK_BYTES)
