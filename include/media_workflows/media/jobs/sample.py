"""Samples: a few seconds of an output, as a transcode of a part of the source, which browsers play if they can."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.base import TimeRange, time_range
from media_workflows.domain.jobs.mosaic import Mosaic
from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.jobs.watermark import Watermark
from media_workflows.domain.media_info import MediaInfo
from media_workflows.media.filters.geometry import WHOLE, display_size
from media_workflows.media.filters.picture_edit import BlackBars
from media_workflows.media.filters.trim import Trim, trim_of
from media_workflows.media.packaging.hls import single_rendition
from media_workflows.media.packaging.ladder import ladder

_PLAYED = frozenset({"mp4", "webm", "m4a", "mp3", "ogg", "flac", "wav"})  # by browsers
_SEGMENT_GOP_S = 2.0  # of a ladder whose parameters leave it open, about
_SOURCE_CRF = 14  # hardly distinguishable from the source
_SOURCE_HEIGHT_PX = 1080

_Timed = TypeVar("_Timed", Watermark, Mosaic)


class Part(NamedTuple):
    """A part of the source: seconds from its start."""

    start_s: float
    length_s: float


class SampledItem(NamedTuple):
    """A transcode of a part of the source; `whole_s` is how long the whole output is."""

    item: TranscodeItem
    part: Part
    whole_s: float


def renditions(
    item: TranscodeItem | AdaptiveDynamicStreamingItem, info: MediaInfo, black_bars: BlackBars = lambda: WHOLE
) -> dict[int | None, TranscodeItem]:
    """The outputs of a resolved item for this source: of a ladder, its sub-streams by number. Raises MediaError."""
    if isinstance(item, TranscodeItem):
        return {None: _raw(item, item.resolved_parameters)}
    found: dict[int | None, TranscodeItem] = {}
    for rung in ladder(item.resolved_parameters, info, black_bars=black_bars):
        video = _segmented(rung.picture.parameters) if rung.picture else None
        parameters = TranscodeParameters(container="mp4", video=video, audio=rung.audio)
        found[rung.number] = TranscodeItem(
            parameters=parameters,
            watermarks=item.watermarks if video else [],
            burned_in_subtitles=item.burned_in_subtitles if video else None,
        )
    return found


def main_range(item: TranscodeItem, info: MediaInfo) -> Trim:
    """The range of the source that stands for the item: of a cut list, the longest. Raises InvalidOffsetError."""
    cuts = [trim_of(info, cut) for cut in item.cuts if not cut.key]
    return max(cuts, key=lambda trim: trim.length_s) if cuts else trim_of(info, item)


def sampled(item: TranscodeItem, info: MediaInfo, at_s: float | None, length_s: float) -> SampledItem:
    """The item limited to a part of its main range. Raises InvalidOffsetError when that is empty."""
    trim = main_range(item, info)
    start_s, whole_s = trim.start_s, trim.length_s
    length_s = min(length_s, whole_s)
    wanted_s = start_s + (whole_s - length_s) / 2 if at_s is None else at_s
    part = Part(min(max(wanted_s, start_s), start_s + whole_s - length_s), length_s)
    changes: dict[str, Any] = {
        "start_offset_s": part.start_s,
        "end_offset_s": part.start_s + part.length_s,
        "head": [],
        "tail": [],
        "cuts": [],
        "watermarks": _shown(item.watermarks, part.start_s - start_s, length_s, whole_s),
        "mosaics": _shown(item.mosaics, part.start_s - start_s, length_s, whole_s),
    }
    return SampledItem(item.model_copy(update=changes), part, whole_s)


def with_measurement(item: TranscodeItem) -> TranscodeItem | None:
    """The item with its quality measured, without a floor; None if its picture is not encoded."""
    parameters = item.resolved_parameters
    if parameters.video is None or parameters.copies_video:
        return None
    video = parameters.video.model_copy(update={"vmaf_floor": 0.0})
    return _raw(item, parameters.model_copy(update={"video": video}))


def with_crf(item: TranscodeItem, crf: int) -> TranscodeItem:
    """The item with a crf in place of a quality that has to be found, its quality measured without a floor."""
    parameters = item.resolved_parameters
    assert parameters.video is not None, "only for an item that encodes a picture"
    video = parameters.video.model_copy(update={"crf": crf, "target_vmaf": None, "vmaf_floor": 0.0})
    return item.model_copy(update={"parameters": parameters.model_copy(update={"video": video})})


def picture_of(item: TranscodeItem, info: MediaInfo) -> TranscodeItem:
    """The picture of a resolved item alone, in a file that holds every codec. Raises MediaError."""
    fitted = single_rendition.fitted(item.resolved_parameters, info.video)
    video = fitted.video
    if video and fitted.container == "hls":
        video = _segmented(video)
    parameters = TranscodeParameters(container="mkv", video=video)
    changes = {"override": None, "segment_path": "", "on_larger": "publish", "parameters": parameters}
    return item.model_copy(update=changes)


def without_floor(item: TranscodeItem) -> TranscodeItem:
    """The item without a quality that it has to reach: a sample shows the quality that it has."""
    parameters = item.resolved_parameters
    video = parameters.video and parameters.video.model_copy(update={"vmaf_floor": None})
    return _raw(item, parameters.model_copy(update={"video": video}))


def source_item(info: MediaInfo) -> TranscodeItem:
    """The source itself, in codecs that every browser plays and a quality close to the source's."""
    video = None
    if info.video:
        size = display_size(info.video)
        height = _SOURCE_HEIGHT_PX if min(size.width, size.height) > _SOURCE_HEIGHT_PX else 0
        video = VideoParameters(codec="h264", crf=_SOURCE_CRF, height=height)
    audio = AudioParameters(codec="aac", bitrate_kbps=256) if info.audio or video is None else None
    return TranscodeItem(parameters=TranscodeParameters(container="mp4", video=video, audio=audio))


def _raw(item: TranscodeItem, parameters: TranscodeParameters) -> TranscodeItem:
    changes = {"template": None, "override": None, "segment_path": "", "parameters": _played(parameters)}
    return item.model_copy(update=changes)


def _played(parameters: TranscodeParameters) -> TranscodeParameters:
    """The same streams in one file, in a container that browsers play if it can hold them."""
    if parameters.container in _PLAYED:
        return parameters
    streams = {"video": parameters.video, "audio": parameters.audio}
    for container in ("mp4", parameters.container if parameters.container != "hls" else "mkv"):
        try:
            return TranscodeParameters.model_validate({"container": container, **streams})
        except ValidationError:
            continue
    return parameters


def _segmented(video: VideoParameters) -> VideoParameters:
    """With the key frames of segments."""
    return video if video.gop_s or video.gop_frames else video.model_copy(update={"gop_s": _SEGMENT_GOP_S})


def _shown(overlays: Sequence[_Timed], before_s: float, length_s: float, whole_s: float) -> list[_Timed]:
    """The overlays of the sample: their times count from its start, which is `before_s` into the whole output."""
    kept = []
    for overlay in overlays:
        if times := _moved(overlay, before_s, length_s, whole_s):
            kept.append(overlay.model_copy(update=dict(zip(("start_offset_s", "end_offset_s"), times, strict=True))))
    return kept


def _moved(shown: TimeRange, before_s: float, length_s: float, whole_s: float) -> tuple[float, float] | None:
    """The time range within the sample; None = outside it."""
    try:
        start_s, end_s = time_range(shown.start_offset_s, shown.end_offset_s, whole_s)
    except ValueError:
        return None
    start_s, end_s = max(0.0, start_s - before_s), min(length_s, end_s - before_s)
    return (start_s, end_s) if end_s > start_s else None
