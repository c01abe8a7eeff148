"""Items of the picture, decided from sampled frames. Pure."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from media_workflows.domain.features import Span
from media_workflows.domain.jobs.quality_thresholds import (
    BlackScreen,
    BlackWhiteEdge,
    Blur,
    DuplicatedFrames,
    HighLighting,
    Jitter,
    LowLighting,
    Mosaic,
    Noise,
    SolidColorScreen,
    WithoutThreshold,
)
from media_workflows.domain.sub_tasks.quality_control import QualityItem, QualitySegment
from media_workflows.media.jobs.quality.detectors import PICTURE_EDGE, SAMPLE_S, SHAKE_WIDTH
from media_workflows.media.jobs.quality.item_rules import (
    ItemRule,
    Limit,
    Measure,
    lasting,
    length_s,
    moments,
    share_of,
    unmeasured,
    whole_source,
    why_no_video,
    worst_of,
)
from media_workflows.media.jobs.quality.measurements import Measurements, Sample

_LIGHT = "lavfi.signalstats."
_BLACK, _WHITE = 16.0, 235.0  # of limited range, 8 bits, which the chain converts to
# Immerkær: sigma = sqrt(pi / 2) / 6 * mean |L|; the filter cuts off the negative half of L.
_SIGMA_OF_HALF_MEAN = 2 * 1.2533 / 6
_FULL_SCALE = 219.0
_SHAKE_WINDOW = 25  # frames
# Turns in a window: a hand-held camera has up to 8 of 24 in the clips that this was tuned on, a shaking one 15.
_SHAKE_TURNS = 9
_SHAKE_LEAST_PX = 0.5
_CODE_GAP = 1.5  # sampled pictures in which a code may be unreadable


def _sampled(rule: Callable[[str, Any, Measurements, Span], QualityItem]) -> ItemRule:
    """The item from the picture; not measured without one."""

    def item_of(name: str, item: Any, measured: Measurements) -> QualityItem:
        if measured.video is None:
            return unmeasured(name, why_no_video(measured))
        return rule(name, item, measured, measured.video)

    return item_of


def _values(samples: list[Sample], value: Callable[[dict[str, float]], float | None]) -> list[tuple[float, float]]:
    found = ((sample.time_s, value(sample.values)) for sample in samples)
    return [(at, number) for at, number in found if number is not None]


def _black(name: str, item: BlackScreen, measured: Measurements) -> QualityItem:
    return lasting(name, measured.black, measured.video, item.min_duration_s, why_no_video(measured))


def _frozen(name: str, item: DuplicatedFrames, measured: Measurements) -> QualityItem:
    return lasting(name, measured.frozen, measured.video, item.min_duration_s, why_no_video(measured))


def _mosaic(name: str, item: Mosaic, measured: Measurements, video: Span) -> QualityItem:
    limit = Limit(item.max_blockiness, "", SAMPLE_S, item.min_duration_s)
    return worst_of(name, measured.blockiness, video, limit)


def _blur(name: str, item: Blur, measured: Measurements, video: Span) -> QualityItem:
    values = _values(measured.samples["sharpness"], lambda one: one.get("lavfi.blur"))
    limit = Limit(item.max_blur, "px", SAMPLE_S, item.min_duration_s)
    return worst_of(name, values, video, limit)


def _noise(name: str, item: Noise, measured: Measurements, video: Span) -> QualityItem:
    values = _values(measured.samples["noise"], lambda one: _SIGMA_OF_HALF_MEAN * one[f"{_LIGHT}YLOW"])
    limit = Limit(item.max_sigma, "", SAMPLE_S, item.min_duration_s)
    return worst_of(name, values, video, limit)


def _edges(name: str, item: BlackWhiteEdge, measured: Measurements, video: Span) -> QualityItem:
    """The widest bar of either colour. A picture that is all bar has no edge: it is one of one colour."""
    stream = measured.info.video
    assert stream is not None
    is_turned = stream.rotation % 180 != 0
    width, height = (stream.height, stream.width) if is_turned else (stream.width, stream.height)

    def widest(one: dict[str, float]) -> float | None:
        left, right, top, bottom = (one.get(f"lavfi.cropdetect.{side}") for side in ("x1", "x2", "y1", "y2"))
        if left is None or right is None or top is None or bottom is None or right <= left or bottom <= top:
            return None
        sides = left / width, (width - 1 - right) / width, top / height, (height - 1 - bottom) / height
        return round(max(sides), 4)

    black, white = (_values(measured.samples[f"{colour}_edge"], widest) for colour in ("black", "white"))
    both = dict(black)
    for at, edge in white:
        both[at] = max(edge, both.get(at, 0.0))
    limit = Limit(item.max_edge, "share", SAMPLE_S, item.min_duration_s)
    return worst_of(name, sorted(both.items()), video, limit)


def _solid(name: str, item: SolidColorScreen, measured: Measurements, video: Span) -> QualityItem:
    """The value is the smallest range of luminance and colour."""

    def spread(one: dict[str, float]) -> float:
        return max(one[f"{_LIGHT}{plane}MAX"] - one[f"{_LIGHT}{plane}MIN"] for plane in "YUV") / _FULL_SCALE

    values = _values(measured.samples["light"], spread)
    limit = Limit(item.max_range, "share", SAMPLE_S, item.min_duration_s, is_above=False)
    return worst_of(name, values, video, limit)


def _luminance(one: dict[str, float]) -> float:
    return min(1.0, max(0.0, (one[f"{_LIGHT}YAVG"] - _BLACK) / (_WHITE - _BLACK)))


def _dark(name: str, item: LowLighting, measured: Measurements, video: Span) -> QualityItem:
    values = _values(measured.samples["light"], _luminance)
    limit = Limit(item.min_luminance, "share", SAMPLE_S, item.min_duration_s, is_above=False)
    return worst_of(name, values, video, limit)


def _bright(name: str, item: HighLighting, measured: Measurements, video: Span) -> QualityItem:
    values = _values(measured.samples["light"], _luminance)
    limit = Limit(item.max_luminance, "share", SAMPLE_S, item.min_duration_s)
    return worst_of(name, values, video, limit)


def _shaking(name: str, item: Jitter, measured: Measurements, video: Span) -> QualityItem:
    """The mean shift of the turns in each window of frames, if there are enough of them."""
    rows = measured.shake
    turns = [max(_turn(one[side], next_[side]) for side in (1, 2)) for one, next_ in pairwise(rows)]
    values, step_s = [], SAMPLE_S
    for begin in range(0, len(turns), _SHAKE_WINDOW // 5):
        window = [turn for turn in turns[begin : begin + _SHAKE_WINDOW] if turn]
        enough = len(window) >= _SHAKE_TURNS
        values.append((rows[begin][0], sum(window) / len(window) / SHAKE_WIDTH if enough else 0.0))
        step_s = rows[min(begin + _SHAKE_WINDOW, len(rows) - 1)][0] - rows[begin][0] or step_s
    limit = Limit(item.max_shift, "share", step_s, item.min_duration_s)
    return worst_of(name, values, video, limit)


def _turn(one: float, following: float) -> float:
    """How far the picture moves back and forth between two frames, in pixels; 0 = it goes on."""
    is_turn = one * following < 0 and min(abs(one), abs(following)) >= _SHAKE_LEAST_PX
    return (abs(one) + abs(following)) / 2 if is_turn else 0.0


def _damaged(name: str, _item: WithoutThreshold, measured: Measurements, _video: Span) -> QualityItem:
    return moments(name, measured, measured.damage.shown)


def _codes(is_qr: bool) -> ItemRule:
    def rule(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
        if measured.video is None:
            return unmeasured(name, why_no_video(measured))
        if measured.codes is None:
            return unmeasured(name, "no_code_reader")
        found = _code_segments(measured, is_qr)
        share = share_of(found, length_s(measured.video))
        worst_s = found[0].start_s if found else None
        texts = {segment.text for segment in found}
        return QualityItem(
            type=name, hit=bool(found), value=len(texts), unit="count", share=share, segments=found, worst_s=worst_s
        )

    return rule


def _code_segments(measured: Measurements, is_qr: bool) -> tuple[QualitySegment, ...]:
    """One segment for each stay of a code in the picture."""
    assert measured.codes is not None
    assert measured.video is not None
    times = [at for at, _ in measured.pictures]
    step_s = min((later - one for one, later in pairwise(times)), default=SAMPLE_S)
    scale = _scale(measured)
    found: list[QualitySegment] = []
    for at, code in measured.codes:
        if code.is_qr != is_qr:
            continue
        end_s = min(measured.video.end_s, at + step_s)
        same = next(
            (i for i, one in enumerate(found) if one.text == code.text and at <= one.end_s + _CODE_GAP * step_s), None
        )
        if same is not None:
            found[same] = found[same].model_copy(update={"end_s": round(end_s, 3)})
            continue
        left, top, right, bottom = (max(0, round(edge * scale)) for edge in code.box)
        area = (left, top, right, bottom)
        found.append(QualitySegment(start_s=at, end_s=round(max(at, end_s), 3), text=code.text, area=area))
    return tuple(found)


def _scale(measured: Measurements) -> float:
    """How much larger the displayed picture is than the one that was searched."""
    video = measured.info.video
    width = 0 if video is None else video.height if video.rotation % 180 else video.width
    return max(1.0, width / PICTURE_EDGE)


def _rotated(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    video = measured.info.video
    if video is None:
        return unmeasured(name, why_no_video(measured))
    return whole_source(name, measured, video.rotation % 360 != 0, Measure(video.rotation % 360, "deg"))


PICTURE_ITEMS: dict[str, ItemRule] = {
    "black_screen": _black,
    "video_duplicated_frame": _frozen,
    "mosaic": _sampled(_mosaic),
    "blur": _sampled(_blur),
    "jitter": _sampled(_shaking),
    "noise": _sampled(_noise),
    "black_white_edge": _sampled(_edges),
    "solid_color_screen": _sampled(_solid),
    "low_lighting": _sampled(_dark),
    "high_lighting": _sampled(_bright),
    "crash_screen": _sampled(_damaged),
    "qr_code": _codes(is_qr=True),
    "bar_code": _codes(is_qr=False),
    "video_rotation": _rotated,
}
