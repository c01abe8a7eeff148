"""The format of a quality control in events: the vendor's QualityControlData. Pure.

The vendor has the problems of content and those of streams in two sets. Its items have our names in another
spelling; one that it does not have follows its naming. `measurements`, all items with their values, are ours.
"""

from __future__ import annotations

from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput, QualityItem
from media_workflows.vendor_mps.event_shapes import Json

_NAMES = {  # those whose words the vendor spells in another way
    "qr_code": "QRCode",
    "av_timestamp_interleave": "AVTimestampInterleave",
    "aac_duration_deviation": "AACDurationDeviation",
    "stream_nalu_error": "StreamNALUError",
    "video_bitrate_out_of_range": "VideoBitrateOutofRange",
    "audio_bitrate_out_of_range": "AudioBitrateOutofRange",
}
_PICTURE = (
    *("black_screen", "mosaic", "blur", "jitter", "noise", "black_white_edge", "solid_color_screen", "low_lighting"),
    *("high_lighting", "crash_screen", "qr_code", "bar_code"),
)
_SOUND = ("no_voice", "low_voice", "high_voice", "audio_noise", "audio_out_of_phase")
CONTENT = frozenset({*_PICTURE, *_SOUND, "low_resolution"})
# Category and SeverityLevel of the items of streams. The vendor fixes the words, not which item has which.
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
    "audio_duplicated_frame": ("FrameException", "Warning"),
    "audio_dropping_frames": ("FrameException", "Warning"),
    "aac_duration_deviation": ("TimeStampException", "Notice"),
    "video_resolution_changed": ("DecodeParamException", "Warning"),
    "audio_sample_rate_changed": ("DecodeParamException", "Warning"),
    "audio_channels_changed": ("DecodeParamException", "Warning"),
    "parameter_sets_changed": ("DecodeParamException", "Notice"),
    "timestamp_fallback": ("TimeStampException", "Error"),
    "dts_jitter": ("TimeStampException", "Warning"),
    "pts_jitter": ("TimeStampException", "Warning"),
    "pts_less_than_dts": ("TimeStampException", "Error"),
    "fps_jitter": ("FrameException", "Warning"),
    "video_dropping_frames": ("FrameException", "Warning"),
    "av_timestamp_interleave": ("TimeStampException", "Warning"),
    "stream_open_failed": ("StreamStatusException", "Error"),
    "stream_nalu_error": ("StreamStatusException", "Error"),
    "video_decode_failed": ("StreamStatusException", "Error"),
    "audio_decode_failed": ("StreamStatusException", "Error"),
    "video_first_frame_not_idr": ("FrameException", "Warning"),
    "ts_stream_no_aud": ("StreamInfo", "Notice"),
    "ts_multi_programs": ("StreamInfo", "Notice"),
    "video_bitrate_out_of_range": ("StreamInfo", "Warning"),
    "audio_bitrate_out_of_range": ("StreamInfo", "Warning"),
    "mp4_invalid_codec_fourcc": ("DecodeParamException", "Error"),
    "timecode_track_exist": ("StreamInfo", "Notice"),
}
MOST_TEXTS = 20  # of one item in an event


def quality_control(_type: str, output: QualityControlOutput, _region: str) -> Json:
    """The vendor's QualityControlData; no score, because it requires a model."""
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


def item_name(item: str) -> str:
    """The vendor's name of one of our items, or one in its spelling."""
    return _NAMES.get(item) or "".join(word.capitalize() for word in item.split("_"))


def _result(item: QualityItem) -> Json:
    segments = [
        {
            "Confidence": segment.confidence,
            "StartTimeOffset": segment.start_s,
            "EndTimeOffset": segment.end_s,
            "AreaCoordSet": list(segment.area or ()),
        }
        for segment in item.segments
    ]
    return {
        "Type": item_name(item.type),
        "QualityControlItems": segments,
    }


def _diagnosis(item: QualityItem) -> Json:
    category, severity = DIAGNOSES[item.type]
    return {
        "Category": category,
        "Type": item_name(item.type),
        "SeverityLevel": severity,
        "DateTimeSet": [],  # the vendor's are of live streams
        "TimestampSet": [segment.start_s for segment in item.segments],
    }


def _measurement(item: QualityItem) -> Json:
    return {
        "Type": item_name(item.type),
        "Hit": item.hit,
        "Value": item.value,
        "Unit": item.unit,
        "Threshold": item.threshold,
        "Share": item.share,
        "NotMeasured": item.reason or "",
        "Texts": list(dict.fromkeys(segment.text for segment in item.segments if segment.text))[:MOST_TEXTS],
        "Picture": item.picture,
    }
