"""What the items of a quality control share: findings about the whole source, spans of samples, moments. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from media_workflows.domain.features import Span
from media_workflows.domain.sub_tasks.quality_control import (
    MAX_SEGMENTS,
    NotMeasured,
    QualityItem,
    QualitySegment,
    Unit,
)
from media_workflows.media.jobs.quality.measurements import Measurements
from media_workflows.media.jobs.quality.packets import Moment

ItemRule: TypeAlias = Callable[[str, Any, Measurements], QualityItem]
MOMENT_S = 0.5  # the segment of something that happens at one moment, so that a page can show it
_NO_MOMENTS: Sequence[Moment] = ()


class Measure(NamedTuple):
    """A value of the whole source in its unit, and the threshold that it is compared with; None = there is none."""

    value: float | None = None
    unit: Unit = ""
    threshold: float | None = None


@dataclass(frozen=True)
class Limit:
    """What values over time must not be above, or not below, for `least_s` and longer.

    A value holds until the next one, for `step_s` at most twice.
    """

    value: float
    unit: Unit
    step_s: float
    least_s: float = 0.0
    is_above: bool = True


_NOTHING = Measure()


def whole_source(
    name: str, measured: Measurements, hit: bool, measure: Measure = _NOTHING, text: str = ""
) -> QualityItem:
    """An item that holds for the whole source."""
    whole = (QualitySegment(start_s=0.0, end_s=measured.info.duration_s, text=text),) if hit else ()
    share = 1.0 if hit else 0.0
    return QualityItem(type=name, hit=hit, **measure._asdict(), share=share, segments=whole)


def unmeasured(name: str, reason: NotMeasured | None, unit: Unit = "", of: float | None = None) -> QualityItem:
    """An item that could not be measured."""
    return QualityItem(type=name, hit=None, unit=unit, threshold=of, reason=reason)


def lasting(
    name: str, found: Sequence[Span], stream: Span | None, least_s: float, reason: NotMeasured | None
) -> QualityItem:
    """An item of time spans of a stream; its value is the longest one. Shorter ones than the threshold are dropped."""
    if reason or stream is None:
        return unmeasured(name, reason, "s", least_s)
    spans = [span for span in found if length_s(span) >= least_s]
    longest = max(spans, key=length_s, default=None)
    return QualityItem(
        type=name,
        hit=bool(spans),
        value=length_s(longest) if longest else 0.0,
        unit="s",
        threshold=least_s,
        share=share_of(spans, length_s(stream)),
        segments=segments(spans),
        worst_s=round((longest.start_s + longest.end_s) / 2, 3) if longest else None,
    )


def worst_of(name: str, values: Sequence[tuple[float, float]], stream: Span, limit: Limit) -> QualityItem:
    """An item of values over time (seconds, value): where they pass the limit. Without values there is no problem."""
    if not values:
        return QualityItem(type=name, hit=False, unit=limit.unit, threshold=limit.value, share=0.0)
    passed = [value > limit.value if limit.is_above else value < limit.value for _, value in values]
    spans, at = [], 0
    while at < len(values):
        end = at
        while end < len(values) and passed[end]:
            end += 1
        if end > at:
            last_s = values[end][0] if end < len(values) else stream.end_s
            end_s = min(last_s, values[end - 1][0] + 2 * limit.step_s)
            start_s = round(max(0.0, values[at][0]), 3)
            spans.append((at, end, Span(start_s=start_s, end_s=max(start_s, round(end_s, 3)))))
        at = end + 1
    kept = [one for one in spans if length_s(one[2]) >= limit.least_s - 0.001]
    inside = [values[i] for begin, end, _ in kept for i in range(begin, end)] or values
    worst_s, worst = (max if limit.is_above else min)(inside, key=lambda one: one[1])
    found = [span for *_, span in kept]
    return QualityItem(
        type=name,
        hit=bool(found),
        value=round(worst, 3),
        unit=limit.unit,
        threshold=limit.value,
        share=share_of(found, length_s(stream)),
        segments=segments(found),
        worst_s=round(worst_s, 3) if found else None,
    )


def moments(
    name: str,
    measured: Measurements,
    found: Iterable[Moment] = _NO_MOMENTS,
    value: float | None = None,
    unit: Unit = "count",
    of: float | None = None,
) -> QualityItem:
    """An item of moments, each of which is a segment; its value is by default how many there are."""
    listed = list(found)
    end_s = measured.info.duration_s
    shown = tuple(
        QualitySegment(
            start_s=one.time_s, end_s=round(min(max(end_s, one.time_s), one.time_s + MOMENT_S), 3), text=one.text
        )
        for one in listed[:MAX_SEGMENTS]
    )
    return QualityItem(
        type=name,
        hit=bool(listed),
        value=len(listed) if value is None else value,
        unit=unit,
        threshold=of,
        share=share_of(shown, end_s),
        segments=shown,
        worst_s=listed[0].time_s if listed else None,
    )


def segments(spans: Sequence[Span]) -> tuple[QualitySegment, ...]:
    """The first spans as segments."""
    return tuple(QualitySegment(start_s=span.start_s, end_s=span.end_s) for span in spans[:MAX_SEGMENTS])


def length_s(span: Span) -> float:
    """The length of a span, to the millisecond."""
    return round(span.end_s - span.start_s, 3)


def share_of(spans: Sequence[Span], whole_s: float) -> float:
    """The share of the time that spans take, 0 to 1."""
    return round(min(1.0, sum(map(length_s, spans)) / whole_s), 4) if whole_s else 0.0


def why_no_video(measured: Measurements) -> NotMeasured | None:
    """Why the picture is not measured; None = it is."""
    if measured.info.video:
        return None
    return "no_video" if measured.lacks_video else "undecodable_video"


def why_no_audio(measured: Measurements) -> NotMeasured | None:
    """Why the sound is not measured; None = it is."""
    if measured.info.main_audio:
        return None
    return "no_audio" if measured.lacks_audio else "undecodable_audio"
