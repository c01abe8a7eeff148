"""The format of a quality control in events: the reference's QualityControlData. Pure.

The reference has the problems of content and those of streams in two sets. Its items have our names in another
spelling; one that it does not have follows its naming. `measurements`, all items with their values, are ours.
"""

from __future__ import annotations

from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput, QualityItem
from media_workflows.vendor_mps.event_shapes import Json

_NAMES = {"black_screen": "SolidColorScreen"}  # the reference has one item for every colour
CONTENT = frozenset({"black_screen", "no_voice", "low_voice", "high_voice", "low_resolution"})
# Category and SeverityLevel of the items of streams. The reference fixes the words, not which item has which.
DIAGNOSES = {
    "video_duplicated_frame": ("FrameException", "Warning"),
    "video_stream_lack": ("StreamStatusException", "Error"),
    "audio_stream_lack": ("StreamStatusException", "Error"),
    "stream_parse_failed": ("StreamStatusException", "Fatal"),
    "duration_mismatch": ("TimeStampException", "Warning"),
    "odd_resolution": ("StreamInfo", "Warning"),
    "dar_or_sar_invalid": ("DecodeParamException", "Warning"),
    "video_rotation": ("StreamInfo", "Notice"),
    "frame_rate": ("FrameException", "Warning"),
}


def quality_control(_type: str, output: QualityControlOutput, _region: str) -> Json:
    """The reference's QualityControlData; no score, because it requires a model."""
    return {
        "NoAudio": output.no_audio,
        "NoVideo": output.no_video,
        "QualityEvaluationScore": None,
        "QualityEvaluationMeanOpinionScore": None,
        "QualityControlResultSet": [_result(item) for item in output.hits if item.type in CONTENT],
        "ContainerDiagnoseResultSet": [_diagnosis(item) for item in output.hits if item.type in DIAGNOSES],
    }


def measurements(output: QualityControlOutput) -> list[Json]:
    """All items, also those without a problem."""
    return [_measurement(item) for item in output.items]


def _name(item: QualityItem) -> str:
    return _NAMES.get(item.type) or "".join(word.capitalize() for word in item.type.split("_"))


def _result(item: QualityItem) -> Json:
    segments = [
        {"Confidence": segment.confidence, "StartTimeOffset": segment.start_s, "EndTimeOffset": segment.end_s}
        for segment in item.segments
    ]
    return {"Type": _name(item), "QualityControlItems": [{**segment, "AreaCoordSet": []} for segment in segments]}


def _diagnosis(item: QualityItem) -> Json:
    category, severity = DIAGNOSES[item.type]
    return {
        "Category": category,
        "Type": _name(item),
        "SeverityLevel": severity,
        "DateTimeSet": [],  # the reference's are of live streams
        "TimestampSet": [segment.start_s for segment in item.segments],
    }


def _measurement(item: QualityItem) -> Json:
    return {
        "Type": _name(item),
        "Hit": item.hit,
        "Value": item.value,
        "Unit": item.unit,
        "Threshold": item.threshold,
        "Share": item.share,
        "NotMeasured": item.reason or "",
    }
