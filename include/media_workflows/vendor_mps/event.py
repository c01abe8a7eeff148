"""A run in the vendor's WorkflowTask format: the task, and its event.

Paths are S3 keys without a leading slash. Fields of the vendor that our probe does not measure (loudness) are left
out rather than invented. Fields that receivers need and the vendor lacks (our workflow and run) are under
`MediaWorkflows`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from media_workflows.domain.jobs import JOB_KINDS
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.request_context import RequestContext
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, RequestedSource, SourceObject
from media_workflows.vendor_mps.event_containers import container_word
from media_workflows.vendor_mps.event_error import run_error
from media_workflows.vendor_mps.event_intelligence import FIELDS, UnfinishedJob, intelligence_results, own_results
from media_workflows.vendor_mps.event_models.values import InputInfo, MetaData
from media_workflows.vendor_mps.event_names import file_names
from media_workflows.vendor_mps.event_notes import Ended, notes_of, source_notes
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.event_shapes import (
    TASK_KEYS,
    Json,
    Shape,
    audio_streams,
    error_number,
    shape_of,
    shown_time,
    storage,
    video_streams,
    whole_numbers,
)
from media_workflows.vendor_mps.ids import task_id
from media_workflows.vendor_mps.reading import ObjectPlace
from media_workflows.vendor_mps.tasks.echo import task_echo

# The vendor's result fields of tasks that we do not support, as it sends them without such a task.
_NOT_RUN: Json = {
    "SmartSubtitlesTaskResult": None,
    "SmartEraseTaskResult": None,
    "AiDubbingTaskResult": None,
}

# The kinds whose items are in MediaProcessResultSet: the others have fields of their own.
MEDIA_PROCESSES = frozenset(kind for kind in JOB_KINDS if kind not in FIELDS)


def canonical_json(event: Json) -> bytes:
    """The event as the bytes that are signed and sent: keys in insertion order, UTF-8, no spaces."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def event_id(workflow_id: str, run_id: str, body: bytes) -> str:
    """The event id 'evt_…', equal for every delivery of the same event."""
    digest = hashlib.sha256(b"\0".join((workflow_id.encode(), run_id.encode(), body)))
    return f"evt_{digest.hexdigest()[:32]}"


def workflow_task_event(run: EventRun) -> Json:
    """The event of one run."""
    results, unfinished = run.results, run.unfinished
    ours = {
        "WorkflowId": run.workflow_id,
        "WorkflowName": run.workflow_name,
        "Revision": run.revision,
        "RunId": run.run_id,
        "FinishTime": shown_time(run.finished_at),
        **source_notes(run.source),
        **notes_of([one if isinstance(one, Ended) else None for one in _media_items(results, unfinished)]),
        **own_results(results, unfinished),
    }
    return {
        "EventType": "WorkflowTask",
        "WorkflowTaskEvent": workflow_task(run),
        "SessionId": "",
        "SessionContext": "",
        "MediaWorkflows": whole_numbers(ours),
    }


class _Waiting(NamedTuple):
    """An item that has not ended, with its job."""

    job: UnfinishedJob
    item: JobItem[Any]


def with_event_id(event: Json, id_: str) -> Json:
    """The event with its id in the body, as a Lambda function gets no headers."""
    return event | {"MediaWorkflows": {"EventId": id_, **event["MediaWorkflows"]}}


def with_origin(event: Json, name: Literal["BackfillId", "RequestId"], id_: str) -> Json:
    """The event of a run with the id of the backfill, or of the request for ad-hoc processing, that started it."""
    return event | {"MediaWorkflows": {**event["MediaWorkflows"], name: id_}}


def with_context(event: Json, context: RequestContext) -> Json:
    """The event with the context of the request that started its run."""
    tags = {"Tags": context.tags} if context.tags else {}
    session = {"SessionId": context.id, "SessionContext": context.text}
    return event | session | {"MediaWorkflows": {**event["MediaWorkflows"], **tags}}


def workflow_task(run: EventRun) -> Json:
    """A run as the vendor's WorkflowTask."""
    error = run.error or run_error(run.results, run.is_finished)
    region, source = run.region, run.source
    media = [
        media_result(*one, region, source) if isinstance(one, Ended) else unfinished_result(*one, region, source)
        for one in _media_items(run.results, run.unfinished)
    ]
    task = {
        "TaskId": task_id(run.workflow_id, run.run_id),
        "Status": "FINISH" if run.is_finished else "PROCESSING",
        "ErrCode": error_number(error.code) if error else 0,
        "Message": f"{error.code}: {error.message}" if error else "",
        "InputInfo": input_info(source or run.requested, region),
        "MetaData": first_metadata(run.results, source),
        "MediaProcessResultSet": media,
        **intelligence_results(run.results, run.unfinished, region),
        **_NOT_RUN,
    }
    return dict(whole_numbers(task))


def _media_items(results: Sequence[JobResult], unfinished: Sequence[UnfinishedJob]) -> list[Ended | _Waiting]:
    """The items of MediaProcessResultSet, in the vendor's order of kinds."""
    found: list[Ended | _Waiting] = [Ended(job, item) for job in results for item in job.items]
    found += [_Waiting(job, item) for job in unfinished for item in job.items]
    return sorted((one for one in found if one.job.kind in MEDIA_PROCESSES), key=_place)


def _place(one: Ended | _Waiting) -> int:
    key = shape_of(one.job.kind).task_key
    return TASK_KEYS.index(key) if key in TASK_KEYS else len(TASK_KEYS)


def input_info(source: SourceObject | RequestedSource | None, region: str) -> InputInfo | None:
    """The vendor's InputInfo."""
    if source is None:
        return None
    name = source.name if isinstance(source, RequestedSource) else source.key
    if not source.bucket:
        return {"Type": "URL", "UrlInputInfo": {"Url": name}}
    return {"Type": "AWS-S3", "S3InputInfo": {"S3Bucket": source.bucket, "S3Region": region, "S3Object": name}}


def first_metadata(results: Sequence[JobResult], source: SourceObject | None) -> MetaData | None:
    """The metadata from the first job that could probe the source: it is the same for all."""
    key = source.key if source else ""
    return next((media_metadata(job.source, key) for job in results if job.source), None)


def media_metadata(info: MediaInfo, key: str) -> MetaData:
    """The vendor's MetaData. Width and height are coded ones, to be used with `Rotate`. A stream without a duration
    has the file's."""
    audio = info.main_audio
    return {
        "Size": info.size_bytes,
        "Container": container_word(info, key),
        "Bitrate": info.bitrate_bps,
        "Height": info.video.height if info.video else 0,
        "Width": info.video.width if info.video else 0,
        "Duration": info.duration_s,
        "Rotate": info.video.rotation if info.video else 0,
        "VideoStreamSet": video_streams(info),
        "AudioStreamSet": audio_streams(info),
        "VideoDuration": info.video.duration_s or info.duration_s if info.video else 0.0,
        "AudioDuration": audio.duration_s or info.duration_s if audio else 0.0,
    }


def media_result(job: JobResult, item: ItemResult, region: str, source: SourceObject | None) -> Json:
    """The entry of an item in MediaProcessResultSet."""
    shape = shape_of(job.kind)
    output = shape.output(item, region) if item.status == "SUCCESS" and item.outputs else None
    task = {
        "Status": item.status,
        "ErrCodeExt": item.code,
        "ErrCode": error_number(item.code),
        "Message": item.message,
        "Input": _input(job.kind, item.item, item.outputs, region)
        | file_names(job.kind, item.item, item.definition, item.outputs, shape, source),
        "Output": output,
        "BeginProcessTime": shown_time(job.begun_at),
        "FinishTime": shown_time(job.finished_at),
    }
    return _of_kind(shape, task, 100 if item.status == "SUCCESS" else 0)


def unfinished_result(job: UnfinishedJob, item: JobItem[Any], region: str, source: SourceObject | None) -> Json:
    """The entry of an item that has not ended."""
    shape, request = shape_of(job.kind), item.model_dump(mode="json")
    task = {
        "Status": "PROCESSING",
        "ErrCodeExt": "",
        "ErrCode": 0,
        "Message": "",
        "Input": _input(job.kind, request, (), region)
        | file_names(job.kind, request, item.definition, (), shape, source),
        "Output": None,
        "BeginProcessTime": shown_time(job.begun_at),
        "FinishTime": shown_time(None),
    }
    return _of_kind(shape, task, int(job.percent))


def _of_kind(shape: Shape, task: Json, percent: int) -> Json:
    if shape.task_key == "TranscodeTask":  # in the vendor it has progress instead of times
        task = {name: value for name, value in task.items() if not name.endswith("Time")} | {"Progress": percent}
    return {"Type": shape.type, **dict.fromkeys(TASK_KEYS), shape.task_key: task}


def _input(kind: str, request: Json, outputs: Sequence[OutputRecord], region: str) -> Json:
    """The vendor's Input: the request, without the names of files."""
    return {
        **task_echo(kind, request, ObjectPlace(region=region)),
        "OutputStorage": storage(outputs[0].bucket, region) if outputs else None,
    }
