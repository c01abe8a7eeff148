"""A run in the reference's WorkflowTask shape (reference 4.2 and 4.3): the event of a finished one, and any's detail.

Paths are S3 keys as they are, without a leading slash. What the reference has and our probe does
not measure (loudness) is left out rather than invented. What the reference lacks and a
receiver needs (our workflow and run) stands apart, under `MediaWorkflows`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from media_workflows.domain.jobs import MEDIA_KINDS
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.watermark import without_image_bytes
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject
from media_workflows.vendor_mps.event_error import RunError, run_error
from media_workflows.vendor_mps.event_intelligence import UnfinishedJob, intelligence_results
from media_workflows.vendor_mps.event_shapes import (
    TASK_KEYS,
    Json,
    Shape,
    audio_streams,
    error_number,
    main_output,
    shape_of,
    shown_time,
    storage,
    video_streams,
)

# The reference's results of tasks that we do not run, as it shows them when none was asked for.
_NOT_RUN: Json = {
    "SmartSubtitlesTaskResult": None,
    "SmartEraseTaskResult": None,
    "AiDubbingTaskResult": None,
}


TaskStatus = Literal["WAITING", "PROCESSING", "FINISH"]


def canonical_json(event: Json) -> bytes:
    """The bytes that are signed and sent: keys in their own order, UTF-8, no spaces."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def event_id(workflow_id: str, run_id: str, body: bytes) -> str:
    """'evt_…', the same for the same event however often it is sent."""
    digest = hashlib.sha256(b"\0".join((workflow_id.encode(), run_id.encode(), body)))
    return f"evt_{digest.hexdigest()[:32]}"


def task_id(workflow_id: str, run_id: str) -> str:
    """The reference's form of a task id, from our names."""
    return f"{workflow_id}-WorkflowTask-{hashlib.sha256(run_id.encode()).hexdigest()[:32]}t0"


def workflow_task_event(
    *,
    workflow_id: str,
    workflow_name: str,
    revision: int,
    run_id: str,
    source: SourceObject | None,
    results: Sequence[JobResult],
    fault: RunError | None,
    finished_at: datetime | None,
    unfinished: Sequence[UnfinishedJob] = (),
    region: str = "",
) -> Json:
    """The event of one run; of one that goes on while `finished_at` is None. `region` is that of both buckets.

    Times must be aware. Raises NotFoundError on an unknown template.
    """
    status = "PROCESSING" if finished_at is None else "FINISH"
    task = _workflow_task(workflow_id, run_id, status, source, results, unfinished, fault, region)
    ended = [item for job in results if job.kind in MEDIA_KINDS for item in job.items]
    ours = {
        "WorkflowId": workflow_id,
        "WorkflowName": workflow_name,
        "Revision": revision,
        "RunId": run_id,
        "FinishTime": shown_time(finished_at),
        "ReusedRunIds": [item.reused for item in ended],
        "Notices": [_notices(item) for item in ended],
    }
    return {
        "EventType": "WorkflowTask",
        "WorkflowTaskEvent": task,
        "SessionId": "",
        "SessionContext": "",
        "MediaWorkflows": ours,
    }


def _notices(item: ItemResult) -> list[Json]:
    return [
        {"Code": notice.code, "Message": notice.message, "Parameters": notice.parameters} for notice in item.notices
    ]


def with_event_id(event: Json, id_: str) -> Json:
    """The event with its id in it: a Lambda function sees nothing but the body."""
    return event | {"MediaWorkflows": {"EventId": id_, **event["MediaWorkflows"]}}


def task_detail(
    *,
    workflow_id: str,
    run_id: str,
    status: TaskStatus,
    source: SourceObject | None,
    results: Sequence[JobResult],
    unfinished: Sequence[UnfinishedJob],
    fault: RunError | None,
    created_at: datetime | None,
    begun_at: datetime | None,
    finished_at: datetime | None,
    priority: int = 0,
    region: str = "",
) -> Json:
    """A run as the reference's DescribeTaskDetail shows it, finished or not. Raises as `workflow_task_event`."""
    return {
        "TaskType": "WorkflowTask",
        "Status": status,
        "CreateTime": shown_time(created_at),
        "BeginProcessTime": shown_time(begun_at),
        "FinishTime": shown_time(finished_at),
        "WorkflowTask": _workflow_task(
            workflow_id,
            run_id,
            "FINISH" if status == "FINISH" else "PROCESSING",
            source,
            results,
            unfinished,
            fault,
            region,
        ),
        "TaskNotifyConfig": None,
        "TasksPriority": priority,
        "SessionId": "",
        "SessionContext": "",
    }


def _workflow_task(
    workflow_id: str,
    run_id: str,
    status: str,
    source: SourceObject | None,
    results: Sequence[JobResult],
    unfinished: Sequence[UnfinishedJob],
    fault: RunError | None,
    region: str,
) -> Json:
    error = fault or run_error(results, status == "FINISH")
    ended = [_result(job, item, region) for job in results if job.kind in MEDIA_KINDS for item in job.items]
    waiting = [_unfinished(job, item, region) for job in unfinished if job.kind in MEDIA_KINDS for item in job.items]
    return {
        "TaskId": task_id(workflow_id, run_id),
        "Status": status,
        "ErrCode": error_number(error.code) if error else 0,
        "Message": f"{error.code}: {error.message}" if error else "",
        "InputInfo": _input_info(source, region),
        "MetaData": _first_metadata(results),
        "MediaProcessResultSet": ended + waiting,
        **intelligence_results(results, unfinished, region),
        **_NOT_RUN,
    }


def _input_info(source: SourceObject | None, region: str) -> Json | None:
    if source is None:
        return None
    return {
        "Type": "AWS-S3",
        "S3InputInfo": {"S3Bucket": source.bucket, "S3Region": region, "S3Object": source.key},
    }


def _first_metadata(results: Sequence[JobResult]) -> Json | None:
    """All jobs probe the same source; the first that could tells."""
    return next((_metadata(job.source) for job in results if job.source), None)


def _metadata(info: MediaInfo) -> Json:
    """Width and height are the coded ones: `Rotate` goes with them. A stream that tells no length has the file's."""
    audio = info.main_audio
    return {
        "Size": info.size_bytes,
        "Container": info.container,
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


def _result(job: JobResult, item: ItemResult, region: str) -> Json:
    shape = shape_of(job.kind)
    output = shape.output(item, region) if item.status == "SUCCESS" and item.outputs else None
    task = {
        "Status": item.status,
        "ErrCodeExt": item.code,
        "ErrCode": error_number(item.code),
        "Message": item.message,
        "Input": _input(item.item, item.definition, item.outputs, shape, region),
        "Output": output,
        "BeginProcessTime": shown_time(job.begun_at),
        "FinishTime": shown_time(job.finished_at),
    }
    return _of_kind(shape, task, 100 if item.status == "SUCCESS" else 0)


def _unfinished(job: UnfinishedJob, item: JobItem[Any], region: str) -> Json:
    shape = shape_of(job.kind)
    task = {
        "Status": "PROCESSING",
        "ErrCodeExt": "",
        "ErrCode": 0,
        "Message": "",
        "Input": _input(item.model_dump(mode="json"), item.definition, (), shape, region),
        "Output": None,
        "BeginProcessTime": shown_time(job.begun_at),
        "FinishTime": shown_time(None),
    }
    return _of_kind(shape, task, int(job.percent))


def _of_kind(shape: Shape, task: Json, percent: int) -> Json:
    progress = {"Progress": percent} if shape.task_key == "TranscodeTask" else {}
    return {"Type": shape.type, **dict.fromkeys(TASK_KEYS), shape.task_key: task | progress}


def _input(asked: Json, definition: int, outputs: Sequence[OutputRecord], shape: Shape, region: str) -> Json:
    """What was asked, with the output path as it came out; the pattern where nothing did."""
    return {
        "Definition": definition,
        "RawParameter": asked.get("parameters") if asked.get("template") is None else None,
        "OverrideParameter": asked.get("override"),
        "WatermarkSet": without_image_bytes(asked).get("watermarks", []),
        "MosaicSet": asked.get("mosaics", []),
        **{name: asked.get(ours) for name, ours in shape.inputs.items()},
        "OutputStorage": storage(outputs[0].bucket, region) if outputs else None,
        "OutputObjectPath": main_output(outputs).key if outputs else asked.get("output_path", ""),
    }
