"""Whether an item can be made of chunks, and if not, why. Pure.

`WHY` has each reason as a sentence after "not encoded in chunks:".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, TypeAlias

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.jobs.watermark import ImageWatermark, Watermark
from media_workflows.domain.media_info import MediaInfo
from media_workflows.media.source import apng
from media_workflows.media.source.formats import is_one_of

SplitItem: TypeAlias = TranscodeItem | AdaptiveDynamicStreamingItem  # the kinds that chunks are made of
_Videos: TypeAlias = Sequence[VideoParameters]

Reason = Literal[
    "no_video",
    "codec",
    "encoder",
    "container",
    "constant_bitrate",
    "concatenated",
    "trimmed",
    "animated_watermark",
    "denoised",
    "burned_in_texts",
    "subtitles",
    "source_container",
    "frame_times",
    "few_key_frames",
    "short",
    "damaged",
    "differs",
    "place",
    "early_playlist",
    "failed",
    "rejected",
]

# Those whose chunks are proved equal to the encode at once: tests/integration/media/test_split.py.
CODECS = frozenset({"h264", "h265"})
CONTAINERS = frozenset({"mp4", "mov"})
_INDEXED_SOURCES = frozenset({"mov", "matroska"})  # a seek by the index finds each key frame

WHY: dict[Reason, str] = {
    "no_video": "it has no video to encode",
    "codec": "chunks of its codec are not proved equal",
    "encoder": "a hardware encoder is faster than a division",
    "container": "chunks are joined in mp4 and mov only",
    "constant_bitrate": "the buffer of a constant bitrate runs through the whole file",
    "concatenated": "it is made of several clips",
    "trimmed": "it shows a range of the source",
    "animated_watermark": "an animated watermark runs through the whole file",
    "denoised": "noise reduction compares each frame with all before it",
    "burned_in_texts": "a time code and a clock run through the whole file",
    "subtitles": "it keeps subtitles of the source",
    "source_container": "the container of the source has no index of its frames",
    "frame_times": "frames of the source have no times, or equal ones",
    "few_key_frames": "the source has too few key frames to start from",
    "short": "the source is too short for two chunks",
    "damaged": "the source is damaged",
    "differs": "its chunks would not be what one encode makes",
    "place": "there is no place for its chunks: setting allowed_places leaves out _unpublished/ of the output bucket",
    "early_playlist": "its early_playlist is written by one encode",
    "failed": "a part of it could not be encoded",
    "rejected": "the verification rejected what was made of its chunks",
}


class _Rule(NamedTuple):
    """Of each item: `applies` gets the encodes of its pictures."""

    reason: Reason
    applies: Callable[[SplitItem, _Videos, MediaInfo], bool]


class _TranscodeRule(NamedTuple):
    reason: Reason
    applies: Callable[[TranscodeItem, TranscodeParameters], bool]


_RULES = (
    _Rule("no_video", lambda _, videos, info: not videos or info.video is None),
    _Rule("codec", lambda _, videos, __: any(one.codec not in CODECS for one in videos)),
    _Rule("encoder", lambda _, videos, __: any(one.encoder != "software" for one in videos)),
    _Rule("constant_bitrate", lambda _, videos, __: any(one.rate_control == "cbr" for one in videos)),
    _Rule("animated_watermark", lambda item, _, __: _has_animation(item.watermarks)),
    _Rule("denoised", lambda _, videos, __: any(one.edit and one.edit.denoise != "off" for one in videos)),
    _Rule("burned_in_texts", lambda _, videos, __: any(one.edit and one.edit.burned_in_texts for one in videos)),
    _Rule("source_container", lambda _, __, info: not is_one_of(info.container, _INDEXED_SOURCES)),
)
_OF_TRANSCODES = (
    _TranscodeRule("container", lambda _, parameters: parameters.container not in CONTAINERS),
    _TranscodeRule("concatenated", lambda item, _: item.concatenates),
    _TranscodeRule("trimmed", lambda item, _: bool(item.start_offset_s or item.end_offset_s)),
    _TranscodeRule("subtitles", lambda _, parameters: parameters.subtitles == "source"),
)


def why_not_split(item: SplitItem, info: MediaInfo) -> Reason | None:
    """Why an item cannot be made of chunks with this source; None = its parameters allow it."""
    videos = _videos(item)
    reason = next((rule.reason for rule in _RULES if rule.applies(item, videos, info)), None)
    if reason or not isinstance(item, TranscodeItem):
        return reason
    parameters = item.resolved_parameters
    return next((rule.reason for rule in _OF_TRANSCODES if rule.applies(item, parameters)), None)


def _videos(item: SplitItem) -> _Videos:
    """The pictures that are encoded."""
    if isinstance(item, TranscodeItem):
        video = item.resolved_parameters.video
        return [video] if video and video.codec != "copy" else []
    return [stream.video for stream in item.resolved_parameters.streams if stream.video]


def _has_animation(watermarks: Sequence[Watermark]) -> bool:
    images = [one.mark.image_bytes for one in watermarks if isinstance(one.mark, ImageWatermark)]
    return any(apng.run_s(image) is not None for image in images)
