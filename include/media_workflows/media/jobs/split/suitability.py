"""Whether a rendition can be made of chunks, and if not, why. Pure.

`WHY` has each reason as a sentence after "it is made by one encode:".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.jobs.watermark import ImageWatermark
from media_workflows.domain.media_info import MediaInfo
from media_workflows.media.source import apng
from media_workflows.media.source.formats import is_one_of

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
}


class _Rule(NamedTuple):
    reason: Reason
    applies: Callable[[TranscodeItem, TranscodeParameters, MediaInfo], bool]


_RULES = (
    _Rule("no_video", lambda _, p, info: p.video is None or info.video is None or p.video.codec == "copy"),
    _Rule("codec", lambda _, p, __: p.video is not None and p.video.codec not in CODECS),
    _Rule("encoder", lambda _, p, __: p.needs_hardware),
    _Rule("container", lambda _, p, __: p.container not in CONTAINERS),
    _Rule("constant_bitrate", lambda _, p, __: p.video is not None and p.video.rate_control == "cbr"),
    _Rule("concatenated", lambda item, _, __: item.joins),
    _Rule("trimmed", lambda item, _, __: bool(item.start_offset_s or item.end_offset_s)),
    _Rule("animated_watermark", lambda item, _, __: _has_animation(item)),
    _Rule("denoised", lambda _, p, __: _is_denoised(p)),
    _Rule("burned_in_texts", lambda _, p, __: _has_texts(p)),
    _Rule("subtitles", lambda _, p, __: p.subtitles == "source"),
    _Rule("source_container", lambda _, __, info: not is_one_of(info.container, _INDEXED_SOURCES)),
)


def why_not_split(item: TranscodeItem, info: MediaInfo) -> Reason | None:
    """Why a rendition of this source cannot be made of chunks; None = its parameters allow it."""
    parameters = item.resolved_parameters
    return next((rule.reason for rule in _RULES if rule.applies(item, parameters, info)), None)


def _is_denoised(parameters: TranscodeParameters) -> bool:
    edit = parameters.video.edit if parameters.video else None
    return edit is not None and edit.denoise != "off"


def _has_texts(parameters: TranscodeParameters) -> bool:
    edit = parameters.video.edit if parameters.video else None
    return edit is not None and bool(edit.burned_in_texts)


def _has_animation(item: TranscodeItem) -> bool:
    images = [one.mark.image_bytes for one in item.watermarks if isinstance(one.mark, ImageWatermark)]
    return any(apng.run_s(image) is not None for image in images)
