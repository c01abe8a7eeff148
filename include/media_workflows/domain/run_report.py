"""All that is known of one run: its file before, what each item made of it, and how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from media_workflows.domain.base import Model
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.domain.progress import JobProgress
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, Role, SourceObject, shown_item
from media_workflows.domain.step_key import StepRecord
from media_workflows.domain.sub_tasks import SubTaskResult


class MediaFile(Model):
    """A file in one row, so that a source and its outputs can be put side by side.

    `width` and `height` are pixels as shown, after rotation. None = it has none, or no probe opened it. The checksum
    of a source is its `sha256`, of an output its `md5`.
    """

    bucket: str
    key: str
    size_bytes: int
    md5: str | None = None
    sha256: str | None = None
    etag: str = ""
    role: Role | None = None
    vmaf: float | None = None
    time_offset_s: float | None = None
    picture_count: int | None = None
    container: str | None = None
    duration_s: float | None = None
    bitrate_bps: int | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    video_codec: str | None = None
    audio_codecs: tuple[str, ...] = ()


class ItemReport(Model):
    """An item: what was asked, what became of it, and the files it made. `reused`: the run that had made them.

    `sub_tasks` is what a job that looks and listens found.
    """

    item: dict[str, Any]
    definition: int
    status: Literal["PROCESSING", "SUCCESS", "FAIL"]
    code: str = ""
    message: str = ""
    notices: tuple[Notice, ...] = ()
    reused: str | None = None
    sub_tasks: tuple[SubTaskResult, ...] = ()
    after: tuple[MediaFile, ...] = ()


class JobReport(StepRecord):
    """A job of a run. `state` and `try_number` are those of its task in Airflow."""

    state: str | None
    try_number: int
    progress: JobProgress | None
    begun_at: datetime | None
    finished_at: datetime | None
    items: tuple[ItemReport, ...]


def source_file(source: SourceObject, jobs: Iterable[JobResult]) -> MediaFile:
    """The file a run began with; its checksum and what the probe found are known once a job has ended."""
    ended = next((job for job in jobs if job.source), None)
    return MediaFile(
        bucket=source.bucket,
        key=source.key,
        size_bytes=source.size_bytes,
        etag=source.etag,
        sha256=ended.source_sha256 if ended else None,
        **_seen(ended.source if ended else None),
    )


def output_file(output: OutputRecord) -> MediaFile:
    """A file a run made."""
    return MediaFile(**output.model_dump(include=set(MediaFile.model_fields)), **_seen(output.info))


def _seen(info: MediaInfo | None) -> dict[str, Any]:
    if info is None:
        return {}
    video = info.video
    shown = (
        {
            "width": video.display_width,
            "height": video.display_height,
            "fps": video.fps,
            "video_codec": video.codec,
        }
        if video
        else {}
    )
    return {
        "container": info.container,
        "duration_s": info.duration_s,
        "bitrate_bps": info.bitrate_bps,
        "audio_codecs": tuple(stream.codec for stream in info.audio),
        **shown,
    }


def ended_items(result: JobResult) -> tuple[ItemReport, ...]:
    """The items of a job that has a result."""
    return tuple(_ended(item) for item in result.items)


def _ended(item: ItemResult) -> ItemReport:
    return ItemReport(
        **item.model_dump(exclude={"outputs"}), after=tuple(output_file(output) for output in item.outputs)
    )


def unfinished_items(items: Sequence[JobItem[Any]]) -> tuple[ItemReport, ...]:
    """The items of a job that has none yet."""
    return tuple(ItemReport(item=shown_item(item), definition=item.definition, status="PROCESSING") for item in items)
