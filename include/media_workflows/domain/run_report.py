"""The report of one run: its source, the result of each item, and the progress of its jobs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from media_workflows.domain.action_result import ActionResultFields
from media_workflows.domain.base import Model
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.loudness import TrackLoudness
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.domain.progress import JobProgress
from media_workflows.domain.result import (
    ItemResult,
    JobResult,
    OutputRecord,
    RanCommand,
    Role,
    SourceObject,
    shown_item,
)
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_key import StepRecord
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.usage import Usage
from media_workflows.domain.waiting import Waiting


class MediaFile(Model):
    """The properties of a file in one row, so that a source and its outputs can be compared.

    `width` and `height` are pixels as shown, after rotation. None = it has none, as a picture has no duration, or it
    was not probed. The checksum of a source is its `sha256`, of an output its `md5`.
    """

    bucket: str
    key: str
    size_bytes: int
    md5: str | None = None
    sha256: str | None = None
    etag: str = ""
    role: Role | None = None
    vmaf: float | None = None
    loudness: tuple[TrackLoudness, ...] = ()
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
    """An item: its definition, its status and its files. `reused`: the earlier run that made them.

    `sub_tasks` are the results of review, recognition, analysis or quality control, `sub_task_types` their types, also
    before there is a result.
    """

    item: dict[str, Any]
    definition: int
    status: Literal["PROCESSING", "SUCCESS", "FAIL"]
    code: str = ""
    message: str = ""
    notices: tuple[Notice, ...] = ()
    reused: str | None = None
    sub_task_types: tuple[str, ...] = ()
    sub_tasks: tuple[SubTaskResult, ...] = ()
    after: tuple[MediaFile, ...] = ()


class EarlyPlaylist(Model):
    """Where a ladder can be played while it is made. It is not verified yet, and removed if the ladder fails."""

    bucket: str
    key: str
    since: datetime


class JobReport(StepRecord):
    """The report of a job of a run. `state` and `try_number` are those of its task in Airflow.

    `decision` is why a step of a graph ran or was skipped; None = it has no condition, or is not decided yet.
    `stalled_s`: its encode has stood still for so long; `waiting` is what it waits for once it is due. `commands` are
    those that ran, `usage` is what its last try used. `early_playlists` are there until the step ends.
    """

    state: str | None
    try_number: int
    progress: JobProgress | None
    stalled_s: int | None = None
    waiting: Waiting | None = None
    begun_at: datetime | None
    finished_at: datetime | None
    items: tuple[ItemReport, ...]
    decision: StepDecision | None = None
    commands: tuple[RanCommand, ...] = ()
    usage: Usage | None = None
    early_playlists: tuple[EarlyPlaylist, ...] = Field((), exclude_if=lambda early: not early)


class ActionReport(ActionResultFields):
    """The report of a step of a run that makes no media. `state` and `try_number` are those of its task in Airflow.

    `answer_at` is the address of Airflow's page where an approval is answered, while it waits; '' = it does not.
    """

    step_id: str
    kind: str
    state: str | None
    try_number: int
    begun_at: datetime | None
    finished_at: datetime | None
    decision: StepDecision | None = None
    answer_at: str = ""


def source_file(source: SourceObject, jobs: Iterable[JobResult]) -> MediaFile:
    """The source of a run; its checksum and media properties are known once a job has ended."""
    probed = next((job for job in jobs if job.source), None)
    return MediaFile(
        bucket=source.bucket,
        key=source.key,
        size_bytes=source.size_bytes,
        etag=source.etag,
        sha256=probed.source_sha256 if probed else None,
        **_media_properties(probed.source if probed else None),
    )


_OF_TIME = ("duration_s", "bitrate_bps", "fps")  # properties that pictures do not have


def output_file(output: OutputRecord) -> MediaFile:
    """An output of a run."""
    properties = _media_properties(output.info)
    if output.time_offset_s is not None:  # probed as a video of one frame
        properties = {name: value for name, value in properties.items() if name not in _OF_TIME}
    return MediaFile(**output.model_dump(include=set(MediaFile.model_fields)), **properties)


def _media_properties(info: MediaInfo | None) -> dict[str, Any]:
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
        **item.model_dump(exclude={"outputs"}),
        sub_task_types=tuple(one.type for one in item.sub_tasks),
        after=tuple(output_file(output) for output in item.outputs),
    )


def unfinished_items(items: Sequence[JobItem[Any]]) -> tuple[ItemReport, ...]:
    """The items of a job that has no result yet."""
    return tuple(
        ItemReport(
            item=shown_item(item),
            definition=item.definition,
            status="PROCESSING",
            sub_task_types=item.sub_task_types,
        )
        for item in items
    )
