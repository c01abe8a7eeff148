"""The event of a finished run, in the reference's WorkflowTask shape (reference 4.2 and 4.3). Pure.

Paths are S3 keys as they are, without a leading slash. What the reference has and our probe does
not measure (colour, HDR, loudness) is left out rather than invented. What the reference lacks and a
receiver needs (our workflow and run) stands apart, under `MediaWorkflows`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from media_workflows.model.jobs.watermark import without_image_bytes
from media_workflows.model.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.model.result import ItemResult, JobResult, OutputRecord, SourceObject
from media_workflows.model.templates import find_template

Json = dict[str, Any]

TASK_KEYS = (
    "TranscodeTask",
    "AnimatedGraphicTask",
    "SnapshotByTimeOffsetTask",
    "SampleSnapshotTask",
    "ImageSpriteTask",
    "AdaptiveDynamicStreamingTask",
)
# The reference's numeric codes, by the start of the string code.
_ERROR_NUMBERS = (("InvalidInput", 40_000), ("SourceFileError", 60_000))
_OTHER_ERROR_NUMBER = 70_000
# The reference's results of tasks that we do not run, as it shows them when none was asked for.
_NOT_RUN: Json = {
    "AiContentReviewResultSet": [],
    "AiAnalysisResultSet": [],
    "AiRecognitionResultSet": [],
    "AiQualityControlTaskResult": None,
    "SmartSubtitlesTaskResult": None,
    "SmartEraseTaskResult": None,
    "AiDubbingTaskResult": None,
}


@dataclass(frozen=True)
class SourceFault:
    """Why the source itself could not be processed: an error code of ours and a message."""

    code: str
    message: str


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
    fault: SourceFault | None,
    finished_at: datetime,
    region: str = "",
) -> Json:
    """The event of one run. `region` is that of both buckets; times must be aware.

    Raises KeyError on a job kind that has no event shape, NotFoundError on an unknown template.
    """
    task = {
        "TaskId": task_id(workflow_id, run_id),
        "Status": "FINISH",
        "ErrCode": _error_number(fault.code) if fault else 0,
        "Message": f"{fault.code}: {fault.message}" if fault else "",
        "InputInfo": _input_info(source, region),
        "MetaData": _first_metadata(results),
        "MediaProcessResultSet": [_result(job, item, region) for job in results for item in job.items],
        **_NOT_RUN,
    }
    ours = {
        "WorkflowId": workflow_id,
        "WorkflowName": workflow_name,
        "Revision": revision,
        "RunId": run_id,
        "FinishTime": _time(finished_at),
    }
    return {"EventType": "WorkflowTask", "WorkflowTaskEvent": task, "MediaWorkflows": ours}


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _error_number(code: str) -> int:
    """0 for no error; the reference keeps this number for old clients."""
    if not code:
        return 0
    return next((number for start, number in _ERROR_NUMBERS if code.startswith(start)), _OTHER_ERROR_NUMBER)


def _input_info(source: SourceObject | None, region: str) -> Json | None:
    if source is None:
        return None
    return {
        "Type": "AWS-S3",
        "S3InputInfo": {"S3Bucket": source.bucket, "S3Region": region, "S3Object": source.key},
    }


def _storage(bucket: str, region: str) -> Json:
    return {"Type": "AWS-S3", "S3OutputStorage": {"S3Bucket": bucket, "S3Region": region}}


def _first_metadata(results: Sequence[JobResult]) -> Json | None:
    """All jobs probe the same source; the first that could tells."""
    return next((_metadata(job.source) for job in results if job.source), None)


def _metadata(info: MediaInfo) -> Json:
    """Width and height are the coded ones: `Rotate` goes with them."""
    return {
        "Size": info.size_bytes,
        "Container": info.container,
        "Bitrate": info.bitrate_bps,
        "Height": info.video.height if info.video else 0,
        "Width": info.video.width if info.video else 0,
        "Duration": info.duration_s,
        "Rotate": info.video.rotation if info.video else 0,
        "VideoStreamSet": _video_streams(info),
        "AudioStreamSet": _audio_streams(info),
        "VideoDuration": info.duration_s if info.video else 0.0,
        "AudioDuration": info.duration_s if info.audio else 0.0,
    }


def _video_streams(info: MediaInfo | None) -> list[Json]:
    return [_video_stream(info.video)] if info and info.video else []


def _audio_streams(info: MediaInfo | None) -> list[Json]:
    return [_audio_stream(stream) for stream in info.audio] if info else []


def _video_stream(stream: VideoStream) -> Json:
    """The reference's Fps is whole; the fraction is exact, also for 30000/1001."""
    rate = Fraction(stream.fps).limit_denominator(1001)
    return {
        "Bitrate": stream.bitrate_bps,
        "Height": stream.height,
        "Width": stream.width,
        "Codec": stream.codec,
        "Fps": round(stream.fps),
        "FpsNumerator": rate.numerator,
        "FpsDenominator": rate.denominator,
    }


def _audio_stream(stream: AudioStream) -> Json:
    return {
        "Bitrate": stream.bitrate_bps,
        "SamplingRate": stream.sample_rate_hz,
        "Codec": stream.codec,
        "Channel": stream.channels,
    }


def _result(job: JobResult, item: ItemResult, region: str) -> Json:
    shape = SHAPES[job.kind]
    output = shape.output(item, region) if item.status == "SUCCESS" and item.outputs else None
    task = {
        "Status": item.status,
        "ErrCodeExt": item.code,
        "ErrCode": _error_number(item.code),
        "Message": item.message,
        "Input": _input(item, shape, region),
        "Output": output,
        "BeginProcessTime": _time(job.begun_at),
        "FinishTime": _time(job.finished_at),
    }
    if shape.task_key == "TranscodeTask":
        task["Progress"] = 100 if item.status == "SUCCESS" else 0
    return {"Type": shape.type, **dict.fromkeys(TASK_KEYS), shape.task_key: task}


def _input(item: ItemResult, shape: _Shape, region: str) -> Json:
    """What was asked, with the output path as it came out; the pattern where nothing did."""
    asked = item.item
    path = item.outputs[0].key if item.outputs else asked.get("output_path", "")
    return {
        "Definition": item.definition,
        "RawParameter": asked.get("parameters"),
        "WatermarkSet": without_image_bytes(asked).get("watermarks", []),
        **{name: asked.get(ours) for name, ours in shape.inputs.items()},
        "OutputStorage": _storage(item.outputs[0].bucket, region) if item.outputs else None,
        "OutputObjectPath": path,
    }


def _main(item: ItemResult) -> OutputRecord:
    return next((output for output in item.outputs if output.role == "main"), item.outputs[0])


def _file(item: ItemResult) -> Json:
    """What transcodes and animations share. Size is that of all files: an HLS manifest and its segments."""
    main = _main(item)
    video = main.info.video if main.info else None
    return {
        "Path": main.key,
        "Definition": item.definition,
        "Bitrate": main.info.bitrate_bps if main.info else 0,
        "Height": video.height if video else 0,
        "Width": video.width if video else 0,
        "Size": sum(output.size_bytes for output in item.outputs),
        "Container": main.info.container if main.info else "",
        "Md5": main.md5,
    }


def _transcode(item: ItemResult, region: str) -> Json:
    info = _main(item).info
    return {
        "OutputStorage": _storage(_main(item).bucket, region),
        **_file(item),
        "Duration": info.duration_s if info else 0.0,
        "VideoStreamSet": _video_streams(info),
        "AudioStreamSet": _audio_streams(info),
    }


def _animated(item: ItemResult, region: str) -> Json:
    return {
        "Storage": _storage(_main(item).bucket, region),
        **_file(item),
        "StartTimeOffset": item.item.get("start_offset_s", 0),
        "EndTimeOffset": item.item.get("end_offset_s", 0),
    }


def _snapshots(item: ItemResult, region: str) -> Json:
    pictures: list[Json] = [
        {"TimeOffset": output.time_offset_s, "Path": output.key, "WaterMarkDefinition": []} for output in item.outputs
    ]
    return {"Storage": _storage(_main(item).bucket, region), "Definition": item.definition, "PicInfoSet": pictures}


def _samples(item: ItemResult, region: str) -> Json:
    recipe = item.item.get("parameters") or find_template("sample_snapshot", item.definition).parameters.model_dump()
    return {
        "Storage": _storage(_main(item).bucket, region),
        "Definition": item.definition,
        "SampleType": recipe["sample_type"].capitalize(),
        "Interval": recipe["sample_interval"],
        "ImagePathSet": [output.key for output in item.outputs],
        "WaterMarkDefinition": [],
    }


class _Shape(NamedTuple):
    """How one job kind shows: its names in the reference, its output, and its own input fields by our names."""

    type: str
    task_key: str
    output: Callable[[ItemResult, str], Json]
    inputs: dict[str, str]


_RANGE = {"StartTimeOffset": "start_offset_s", "EndTimeOffset": "end_offset_s"}
_OFFSETS = {"ExtTimeOffsetSet": "time_offsets"}

SHAPES: dict[str, _Shape] = {
    "transcode": _Shape("Transcode", "TranscodeTask", _transcode, {}),
    "animated_graphic": _Shape("AnimatedGraphics", "AnimatedGraphicTask", _animated, _RANGE),
    "snapshot_by_time_offset": _Shape("SnapshotByTimeOffset", "SnapshotByTimeOffsetTask", _snapshots, _OFFSETS),
    "sample_snapshot": _Shape("SampleSnapshot", "SampleSnapshotTask", _samples, {}),
}
