"""What a run made: outputs, item results, job results. Stored per task, read by events and the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.intelligence import IntelligenceItem
from media_workflows.domain.jobs.watermark import without_image_bytes
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.domain.step_key import StepInstance, StepRecord
from media_workflows.domain.sub_tasks import SubTaskResult

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
    """One published object. `time_offset_s` is set on pictures, of a sprite sheet the first one's.

    `picture_count` is set on sprite sheets, `info` on what the probe opens, `vmaf` if measured. `etag` is what the
    storage called it when it was published. `sha256` is set on files and manifests; None = recorded by a version
    that did not compute it.
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
    sha256: str | None = Field(None, exclude_if=lambda sha256: sha256 is None)


class ItemResult(Model):
    """One item of a job: SUCCESS with outputs, or FAIL with a cause code and a message.

    `reused` is the run that had made the outputs already; None = this run encoded them. `sub_tasks` is what a job
    that looks and listens found; it is there of a failed item, too. `notices` name what was left out, converted or
    repaired on the way.
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


class JobResult(StepRecord):
    """One step of a run: all its items. `source_sha256` is of the bytes it read; None = it read none."""

    begun_at: datetime
    finished_at: datetime
    source: MediaInfo | None
    source_sha256: str | None = None
    items: tuple[ItemResult, ...]

    def without_findings(self) -> JobResult:
        """For lists: of sub-tasks only how they ended, and verdicts. All that is said in an hour is long."""
        items = tuple(
            item.model_copy(update={"sub_tasks": tuple(one.without_findings() for one in item.sub_tasks)})
            for item in self.items
        )
        return self.model_copy(update={"items": items})


def now() -> datetime:
    """Whole seconds: results and events are compared as text."""
    return datetime.now(UTC).replace(microsecond=0)


def shown_item(item: JobItem[Any]) -> dict[str, Any]:
    """The item as results keep it: without the bytes of watermark images."""
    return without_image_bytes(item.model_dump(mode="json"))


def item_failure(item: JobItem[Any], code: str, message: str) -> ItemResult:
    """An item that made nothing, and why; of one that looks and listens no sub-task has an answer."""
    types = [sub_task.type for sub_task in item.sub_tasks] if isinstance(item, IntelligenceItem) else []
    return ItemResult(
        item=shown_item(item),
        definition=item.definition,
        status="FAIL",
        code=code,
        message=message,
        sub_tasks=tuple(SubTaskResult(type=type_, status="FAIL", code=code, message=message) for type_ in types),
    )


def job_failure(
    kind: str,
    items: Sequence[JobItem[Any]],
    code: str,
    message: str,
    begun_at: datetime | None = None,
    step: StepInstance | None = None,
) -> JobResult:
    """A job of which no item was made, for one reason. Without `begun_at` it never began.

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
