"""The format of each job kind in events: the vendor's names and output fields. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from media_workflows.domain.features import Box, Span
from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.domain.result import ItemResult, OutputRecord
from media_workflows.vendor_mps.event_containers import container_word
from media_workflows.vendor_mps.event_models.media_tasks import (
    AdaptiveOutput,
    AnimatedGraphicOutput,
    FileData,
    ImageSpriteOutput,
    SampleSnapshotOutput,
    TranscodeOutput,
)
from media_workflows.vendor_mps.event_models.values import AudioStreamData, StorageOnS3, VideoStreamData

Json = dict[str, Any]

# The vendor's numeric codes, by the prefix of the string code.
_ERROR_NUMBERS = (("InvalidInput", 40_000), ("SourceFileError", 60_000))
_OTHER_ERROR_NUMBER = 70_000
_NO_TIME = "0000-00-00T00:00:00Z"  # the vendor's value for a time in the future

# In the order of the vendor's task lists, in which results are, too.
TASK_KEYS = (
    "TranscodeTask",
    "AnimatedGraphicTask",
    "SnapshotByTimeOffsetTask",
    "SampleSnapshotTask",
    "ImageSpriteTask",
    "AdaptiveDynamicStreamingTask",
)


def shown_time(moment: datetime | None) -> str:
    """A time in the vendor's format; None = not yet known."""
    return _NO_TIME if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown_span(span: Span) -> Json:
    """A time span in the vendor's fields."""
    return {"StartTimeOffset": span.start_s, "EndTimeOffset": span.end_s}


def shown_area(box: Box | None) -> list[int]:
    """A position in the picture in the vendor's format; [] = unknown."""
    return list(box) if box else []


def error_number(code: str) -> int:
    """The numeric error code, which the vendor keeps for old clients; 0 = no error."""
    if not code:
        return 0
    return next((number for start, number in _ERROR_NUMBERS if code.startswith(start)), _OTHER_ERROR_NUMBER)


def storage(bucket: str, region: str) -> StorageOnS3:
    """The vendor's OutputStorage."""
    return {"Type": "AWS-S3", "S3OutputStorage": {"S3Bucket": bucket, "S3Region": region}}


def video_streams(info: MediaInfo | None) -> list[VideoStreamData]:
    """The vendor's VideoStreamSet of a file."""
    return [_video_stream(info.video)] if info and info.video else []


def audio_streams(info: MediaInfo | None) -> list[AudioStreamData]:
    """The vendor's AudioStreamSet of a file."""
    return [_audio_stream(stream) for stream in info.audio] if info else []


def _video_stream(stream: VideoStream) -> VideoStreamData:
    """A video stream. The vendor's Fps is an integer; the fraction is exact, also for 30000/1001."""
    # Results of an early version have no exact rate.
    rate = stream.frame_rate or Fraction(stream.fps).limit_denominator(1001)
    return {
        "Bitrate": stream.bitrate_bps,
        "Height": stream.height,
        "Width": stream.width,
        "Codec": stream.codec,
        "Fps": round(stream.fps),
        "ColorPrimaries": stream.color_primaries,
        "ColorSpace": stream.color_matrix,
        "ColorTransfer": stream.color_transfer,
        "HdrType": stream.hdr,
        "Codecs": stream.codec_string,
        "FpsNumerator": rate.numerator,
        "FpsDenominator": rate.denominator,
    }


def _audio_stream(stream: AudioStream) -> AudioStreamData:
    return {
        "Bitrate": stream.bitrate_bps,
        "SamplingRate": stream.sample_rate_hz,
        "Codec": stream.codec,
        "Channel": stream.channels,
        "Codecs": stream.codec_string,
    }


def whole_numbers(value: Any) -> Any:
    """The value with whole numbers as integers: clients with static types refuse `6.0` in a field of integers."""
    if isinstance(value, dict):
        return {key: whole_numbers(one) for key, one in value.items()}
    if isinstance(value, list):
        return [whole_numbers(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def main_output(outputs: Sequence[OutputRecord]) -> OutputRecord:
    """The main file of an item: the manifest, else the first main output."""
    by_role = {output.role: output for output in reversed(outputs)}
    return by_role.get("manifest") or by_role.get("main") or outputs[0]


def _file(item: ItemResult, container: str) -> FileData:
    """The common fields of transcodes and animations. Size is the total of all files: HLS manifest and segments."""
    main = main_output(item.outputs)
    video = main.info.video if main.info else None
    size_bytes = sum(output.size_bytes for output in item.outputs)
    return {
        "Path": main.key,
        "Definition": item.definition,
        "Bitrate": _bitrate(main, size_bytes),
        "Height": video.height if video else 0,
        "Width": video.width if video else 0,
        "Size": size_bytes,
        "Container": container or container_word(main.info, main.key),
        "Md5": main.md5,
    }


def _bitrate(main: OutputRecord, size_bytes: int) -> int:
    """The mean bitrate. The probe's is that of the main file alone, of HLS a playlist."""
    if main.info is None:
        return 0
    is_alone = size_bytes == main.size_bytes or not main.info.duration_s
    return main.info.bitrate_bps if is_alone else round(size_bytes * 8 / main.info.duration_s)


def _parameter(item: ItemResult, name: str) -> str:
    """A parameter of the item; '' in results of an early version."""
    return str((item.item.get("parameters") or {}).get(name) or "")


def _transcode(item: ItemResult, region: str) -> TranscodeOutput:
    info = main_output(item.outputs).info
    return {
        "OutputStorage": storage(main_output(item.outputs).bucket, region),
        **_file(item, _parameter(item, "container")),
        "Duration": info.duration_s if info else 0.0,
        "VideoStreamSet": video_streams(info),
        "AudioStreamSet": audio_streams(info),
    }


def _animated(item: ItemResult, region: str) -> AnimatedGraphicOutput:
    return {
        "Storage": storage(main_output(item.outputs).bucket, region),
        **_file(item, _parameter(item, "format")),
        "StartTimeOffset": item.item.get("start_offset_s", 0),
        "EndTimeOffset": item.item.get("end_offset_s", 0),
    }


def _watermark_ids(item: ItemResult) -> list[int]:
    """The template ids of the watermarks; 0 for one without a template."""
    return [watermark.get("template") or 0 for watermark in item.item.get("watermarks", [])]


def _snapshots(item: ItemResult, region: str) -> Json:
    pictures: list[Json] = [
        {"TimeOffset": output.time_offset_s, "Path": output.key, "WaterMarkDefinition": _watermark_ids(item)}
        for output in item.outputs
    ]
    return {
        "Storage": storage(main_output(item.outputs).bucket, region),
        "Definition": item.definition,
        "PicInfoSet": pictures,
    }


def _samples(item: ItemResult, region: str) -> SampleSnapshotOutput:
    parameters = item.item["parameters"]
    return {
        "Storage": storage(main_output(item.outputs).bucket, region),
        "Definition": item.definition,
        "SampleType": parameters["sample_type"].capitalize(),
        "Interval": max(1, round(parameters["sample_interval"])),  # the vendor's has no fractions
        "ImagePathSet": [output.key for output in item.outputs],
        "WaterMarkDefinition": _watermark_ids(item),
    }


def _sprite(item: ItemResult, region: str) -> ImageSpriteOutput:
    """The output of a sprite. Height and Width are those of one thumbnail; TotalCount is their number on all sheets."""
    parameters = item.item["parameters"]
    sheets = [output for output in item.outputs if output.role == "main"]
    sheet = sheets[0].info.video if sheets[0].info else None
    return {
        "Storage": storage(main_output(item.outputs).bucket, region),
        "Definition": item.definition,
        "Height": sheet.height // parameters["row_count"] if sheet else 0,
        "Width": sheet.width // parameters["column_count"] if sheet else 0,
        "TotalCount": sum(output.picture_count or 0 for output in sheets),
        "ImagePathSet": [output.key for output in sheets],
        "WebVttPath": main_output(item.outputs).key,
    }


def _adaptive(item: ItemResult, region: str) -> AdaptiveOutput:
    manifest = main_output(item.outputs)
    return {
        "Storage": storage(manifest.bucket, region),
        "Definition": item.definition,
        "Package": _PACKAGES[item.item["parameters"]["format"]],
        "Path": manifest.key,
    }


def _files(item: ItemResult, region: str) -> Json:
    return {
        "Storage": storage(main_output(item.outputs).bucket, region),
        "Definition": item.definition,
        "PathSet": [output.key for output in item.outputs],
    }


class Shape(NamedTuple):
    """The event format of a job kind: the vendor's names, and its output.

    `names` are the input fields that name files beside the main one, with our fields.
    """

    type: str
    task_key: str
    output: Callable[[ItemResult, str], Mapping[str, object]]
    names: dict[str, str]


# The vendor's values; of CMAF the main manifest's.
_PACKAGES: dict[str, Literal["HLS", "MPEG-DASH"]] = {"hls": "HLS", "dash": "MPEG-DASH", "cmaf": "HLS"}
_SEGMENTS = {"SegmentObjectName": "segment_path"}
_NAMES = {"SubStreamObjectName": "sub_stream_path", **_SEGMENTS}
_VTT = {"WebVttObjectName": "web_vtt_path"}

SHAPES: dict[str, Shape] = {
    "transcode": Shape("Transcode", "TranscodeTask", _transcode, _SEGMENTS),
    "animated_graphic": Shape("AnimatedGraphics", "AnimatedGraphicTask", _animated, {}),
    "snapshot_by_time_offset": Shape("SnapshotByTimeOffset", "SnapshotByTimeOffsetTask", _snapshots, {}),
    "sample_snapshot": Shape("SampleSnapshot", "SampleSnapshotTask", _samples, {}),
    "image_sprite": Shape("ImageSprites", "ImageSpriteTask", _sprite, _VTT),
    "adaptive_dynamic_streaming": Shape("AdaptiveDynamicStreaming", "AdaptiveDynamicStreamingTask", _adaptive, _NAMES),
}


def shape_of(kind: str) -> Shape:
    """The shape of a media kind. One that the vendor does not have shows under its own name, with its files."""
    name = "".join(word.capitalize() for word in kind.split("_"))
    return SHAPES.get(kind) or Shape(name, f"{name}Task", _files, {})
