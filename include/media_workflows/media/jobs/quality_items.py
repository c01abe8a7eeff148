"""The items of a quality control, judged by what was measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from media_workflows.domain.features import Span
from media_workflows.domain.jobs.quality_control import (
    BlackScreen,
    DuplicatedFrames,
    DurationMismatch,
    Fact,
    FrameRate,
    HighVoice,
    LowResolution,
    LowVoice,
    NoVoice,
    QualityControlParameters,
)
from media_workflows.domain.media_info import VideoStream
from media_workflows.domain.sub_tasks.quality_control import NotMeasured, QualityItem, QualitySegment, Unit
from media_workflows.media.jobs.quality_measurements import Measurements


def quality_items(parameters: QualityControlParameters, measured: Measurements) -> tuple[QualityItem, ...]:
    """The items that are on, in the order of the parameters."""
    return tuple(_ITEMS[name](name, getattr(parameters, name), measured) for name in parameters.items)


def _fact(
    name: str, measured: Measurements, hit: bool, value: float | None = None, unit: Unit = "", of: float | None = None
) -> QualityItem:
    """An item that holds for the whole source. `of` is the threshold."""
    whole = (QualitySegment(start_s=0.0, end_s=measured.info.duration_s),) if hit else ()
    share = 1.0 if hit else 0.0
    return QualityItem(type=name, hit=hit, value=value, unit=unit, threshold=of, share=share, segments=whole)


def _spans(
    name: str, found: Sequence[Span], stream: Span | None, least_s: float, reason: NotMeasured | None
) -> QualityItem:
    """An item of time spans of a stream; its value is the longest one. Shorter ones than the threshold are dropped."""
    if reason or stream is None:
        return QualityItem(type=name, hit=None, unit="s", threshold=least_s, reason=reason)
    segments = [QualitySegment(start_s=span.start_s, end_s=span.end_s) for span in found if _length(span) >= least_s]
    lengths = [_length(segment) for segment in segments]
    return QualityItem(
        type=name,
        hit=bool(segments),
        value=max(lengths, default=0.0),
        unit="s",
        threshold=least_s,
        share=_share(segments, _length(stream)),
        segments=tuple(segments),
    )


def _length(span: Span) -> float:
    return round(span.end_s - span.start_s, 3)


def _share(segments: Sequence[Span], whole_s: float) -> float:
    """The share of the time that segments take, 0 to 1."""
    return round(min(1.0, sum(map(_length, segments)) / whole_s), 4) if whole_s else 0.0


def _why_no_video(measured: Measurements) -> NotMeasured | None:
    if measured.info.video:
        return None
    return "no_video" if measured.lacks_video else "undecodable_video"


def _why_no_audio(measured: Measurements) -> NotMeasured | None:
    if measured.info.main_audio:
        return None
    return "no_audio" if measured.lacks_audio else "undecodable_audio"


def _black(name: str, item: BlackScreen, measured: Measurements) -> QualityItem:
    return _spans(name, measured.black, measured.video, item.min_duration_s, _why_no_video(measured))


def _frozen(name: str, item: DuplicatedFrames, measured: Measurements) -> QualityItem:
    return _spans(name, measured.frozen, measured.video, item.min_duration_s, _why_no_video(measured))


def _silent(name: str, item: NoVoice, measured: Measurements) -> QualityItem:
    return _spans(name, measured.silent, measured.audio, item.min_duration_s, _why_no_audio(measured))


def _quiet(name: str, item: LowVoice, measured: Measurements) -> QualityItem:
    lufs, reason = measured.integrated_lufs, _why_no_audio(measured)
    if lufs is None:
        return QualityItem(type=name, hit=None, unit="LUFS", threshold=item.min_lufs, reason=reason or "too_short")
    return _fact(name, measured, lufs < item.min_lufs, lufs, "LUFS", item.min_lufs)


def _overdriven(name: str, item: HighVoice, measured: Measurements) -> QualityItem:
    """Digital silence has no level, so no value, and is no hit."""
    if reason := _why_no_audio(measured):
        return QualityItem(type=name, hit=None, unit="dBTP", threshold=item.max_dbtp, reason=reason)
    peak = measured.true_peak_dbtp
    return _fact(name, measured, peak is not None and peak > item.max_dbtp, peak, "dBTP", item.max_dbtp)


def _no_video(name: str, _item: Fact, measured: Measurements) -> QualityItem:
    return _fact(name, measured, measured.lacks_video)


def _no_audio(name: str, _item: Fact, measured: Measurements) -> QualityItem:
    return _fact(name, measured, measured.lacks_audio)


def _cut(name: str, _item: Fact, measured: Measurements) -> QualityItem:
    """Data that ends before the end in the header; the segment is what is missing."""
    whole, end_s = measured.info.duration_s, round(measured.end_s, 3)
    if not measured.is_cut or end_s >= whole:
        return _fact(name, measured, measured.is_cut, min(end_s, whole), "s", whole)
    missing = QualitySegment(start_s=end_s, end_s=whole)
    share = _share([missing], whole)
    return QualityItem(type=name, hit=True, value=end_s, unit="s", threshold=whole, share=share, segments=(missing,))


def _mismatch(name: str, item: DurationMismatch, measured: Measurements) -> QualityItem:
    """Where only one of picture and sound is there, at the start and at the end."""
    video, audio, most_s = measured.video, measured.audio, item.max_difference_s
    if video is None or audio is None:
        reason = _why_no_video(measured) or _why_no_audio(measured)
        return QualityItem(type=name, hit=None, unit="s", threshold=most_s, reason=reason)
    starts, ends = sorted((video.start_s, audio.start_s)), sorted((video.end_s, audio.end_s))
    gaps = [QualitySegment(start_s=round(first, 3), end_s=round(last, 3)) for first, last in (starts, ends)]
    segments = tuple(gap for gap in gaps if _length(gap) > most_s)
    whole_s = ends[1] - starts[0]
    return QualityItem(
        type=name,
        hit=bool(segments),
        value=max(map(_length, gaps)),
        unit="s",
        threshold=most_s,
        share=_share(segments, whole_s),
        segments=segments,
    )


def _of_video(judge: Callable[[str, Any, Measurements, VideoStream], QualityItem]) -> _Judge:
    """The item from a property of the video track; not measured without one."""

    def judged(name: str, item: Any, measured: Measurements) -> QualityItem:
        video = measured.info.video
        if video is None:
            return QualityItem(type=name, hit=None, reason=_why_no_video(measured))
        return judge(name, item, measured, video)

    return judged


def _small(name: str, item: LowResolution, measured: Measurements, video: VideoStream) -> QualityItem:
    edge = min(video.display_width, video.display_height)
    return _fact(name, measured, edge < item.min_short_edge, edge, "px", item.min_short_edge)


def _odd(name: str, _item: Fact, measured: Measurements, video: VideoStream) -> QualityItem:
    return _fact(name, measured, bool(video.width % 2 or video.height % 2))


def _shape(name: str, _item: Fact, measured: Measurements, video: VideoStream) -> QualityItem:
    return _fact(name, measured, bool(video.ignored_shape))


def _rotated(name: str, _item: Fact, measured: Measurements, video: VideoStream) -> QualityItem:
    return _fact(name, measured, video.rotation % 360 != 0, video.rotation % 360, "deg")


def _rate(name: str, item: FrameRate, measured: Measurements, video: VideoStream) -> QualityItem:
    """The threshold is the limit that is nearer to the average rate."""
    fps = round(video.fps, 3)
    if not fps:
        return QualityItem(type=name, hit=None, unit="fps", reason="unknown_frame_rate")
    nearer = min((item.min_fps, item.max_fps), key=lambda limit: abs(limit - fps))
    return _fact(name, measured, not item.min_fps <= fps <= item.max_fps, fps, "fps", nearer)


_Judge = Callable[[str, Any, Measurements], QualityItem]
_ITEMS: dict[str, _Judge] = {
    "black_screen": _black,
    "video_duplicated_frame": _frozen,
    "no_voice": _silent,
    "low_voice": _quiet,
    "high_voice": _overdriven,
    "video_stream_lack": _no_video,
    "audio_stream_lack": _no_audio,
    "stream_parse_failed": _cut,
    "duration_mismatch": _mismatch,
    "low_resolution": _of_video(_small),
    "odd_resolution": _of_video(_odd),
    "dar_or_sar_invalid": _of_video(_shape),
    "video_rotation": _of_video(_rotated),
    "frame_rate": _of_video(_rate),
}
