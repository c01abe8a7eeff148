"""The results of a run: outputs, items, jobs. They are stored per task and read by events and the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.watermark import without_image_bytes
from media_workflows.domain.loudness import TrackLoudness
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.domain.step_key import NOT_MAPPED, StepInstance, StepRecord
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.usage import Usage

# What an output is within its item, in the order of publishing: segments, files of their own, sub-stream playlists,
# and last the manifest that names the others.
Role = Literal["segment", "main", "playlist", "manifest"]


class SourceObject(Model):
    """The uploaded object of a run, as the upload sensor confirmed it. `metadata` is what its owner gave it."""

    bucket: str
    key: str
    etag: str
    size_bytes: int
    version_id: str | None = None
    last_modified: datetime | None = None
    content_type: str | None = None
    metadata: dict[str, str] = Field(default_factory=dict, exclude_if=lambda metadata: not metadata)


class RequestedSource(NamedTuple):
    """What a request for ad-hoc processing names as the source of a run: an object, or a URL without its query."""

    bucket: str  # '' = of a URL
    name: str  # the object's key, or the URL


class OutputRecord(Model):
    """One published object. `time_offset_s` is set on pictures; a sprite sheet has that of its first one.

    `picture_count` is set on sprite sheets, `info` on files that the probe opens, `vmaf` if measured,
    `loudness` of audio tracks that were normalised. `etag` is the
    storage's ETag at the time of publishing. `sha256` is set on files and manifests; None = recorded by a version that
    did not compute it. `contents` is what the manifest of a ladder lists, from which it is rewritten when a track
    joins later.
    """

    bucket: str
    key: str
    size_bytes: int
    md5: str
    etag: str = ""
    info: MediaInfo | None = None
    time_offset_s: float | None = None
    picture_count: int | None = None
    role: Role = "main"
    vmaf: float | None = None
    loudness: tuple[TrackLoudness, ...] = Field((), exclude_if=lambda loudness: not loudness)
    sha256: str | None = Field(None, exclude_if=lambda sha256: sha256 is None)
    contents: dict[str, Any] | None = Field(None, exclude_if=lambda contents: contents is None)


class ItemResult(Model):
    """One item of a job: SUCCESS with outputs, or FAIL with a cause code and a message.

    `reused` is the earlier run that made the outputs; None = this run encoded them. `sub_tasks` are the results of
    review, recognition, analysis or quality control, also of a failed item. `notices` list what was left out,
    converted or repaired.
    """

    item: dict[str, Any]
    definition: int
    status: Literal["SUCCESS", "FAIL"]
    code: str = ""
    message: str = ""
    outputs: tuple[OutputRecord, ...] = ()
    notices: tuple[Notice, ...] = ()
    reused: str | None = None
    sub_tasks: tuple[SubTaskResult, ...] = ()


class RanCommand(Model):
    """An ffmpeg command that ran, as a shell would start it in the step's work directory, and the end of its log.

    `exit_code` is minus the number of the signal that ended it. `cpu_s` is its processor time; 0 = it did not end by
    itself, or ran in a version that did not record it.
    """

    command: str
    took_s: float
    exit_code: int
    output: str
    cpu_s: float = Field(0.0, exclude_if=lambda cpu_s: not cpu_s)


class JobResult(StepRecord):
    """The result of one step of a run: all its items.

    `source` and `source_sha256` are None if it did not read the run's source. `commands` ran in its last try, in this
    order; () = everything was reused, or it ran in a version that did not record them. `usage` is that of the last try;
    None = it never began, or ran in a version that did not record it.
    """

    begun_at: datetime
    finished_at: datetime
    source: MediaInfo | None
    source_sha256: str | None = None
    items: tuple[ItemResult, ...]
    commands: tuple[RanCommand, ...] = Field((), exclude_if=lambda commands: not commands)
    usage: Usage | None = Field(None, exclude_if=lambda usage: usage is None)

    def without_findings(self) -> JobResult:
        """A short form for lists: sub-tasks keep only status and verdict, and there are no commands.

        The transcript of an hour is long.
        """
        items = tuple(
            item.model_copy(update={"sub_tasks": tuple(one.without_findings() for one in item.sub_tasks)})
            for item in self.items
        )
        return self.model_copy(update={"items": items, "commands": ()})


def result_for(results: Iterable[JobResult], step_id: str, map_index: int) -> JobResult | None:
    """The result of a step that a task of this map index reads: of the same index, or of a step that is not mapped.

    That of another index is about another file. Airflow maps the tasks of a mapped group alike.
    """
    of_step = {job.step.map_index: job for job in results if job.step.step_id == step_id}
    return of_step.get(map_index) or of_step.get(NOT_MAPPED)


def now() -> datetime:
    """The time in whole seconds: results and events are compared as text."""
    return datetime.now(UTC).replace(microsecond=0)


def shown_item(item: JobItem[Any]) -> dict[str, Any]:
    """The item as stored in results: without the bytes of watermark images."""
    return without_image_bytes(item.model_dump(mode="json"))


def item_failure(item: JobItem[Any], code: str, message: str) -> ItemResult:
    """The result of an item that failed as a whole, with all its sub-tasks."""
    return ItemResult(
        item=shown_item(item),
        definition=item.definition,
        status="FAIL",
        code=code,
        message=message,
        sub_tasks=tuple(
            SubTaskResult(type=type_, status="FAIL", code=code, message=message) for type_ in item.sub_task_types
        ),
    )


def job_failure(
    kind: str,
    items: Sequence[JobItem[Any]],
    code: str,
    message: str,
    begun_at: datetime | None = None,
    step: StepInstance | None = None,
) -> JobResult:
    """The result of a job whose items all failed for one reason. Without `begun_at` it never began.

    Without `step` it is the step whose id is the kind.
    """
    return JobResult(
        kind=kind,
        **(step or StepInstance(kind))._asdict(),
        begun_at=begun_at or now(),
        finished_at=now(),
        source=None,
        items=tuple(item_failure(item, code, message) for item in items),
    )
