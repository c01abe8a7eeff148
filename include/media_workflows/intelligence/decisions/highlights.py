"""Highlights: parts whose motion, loudness and cuts stand out from the rest of the source."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from statistics import fmean, pstdev

from media_workflows.domain.features import Features
from media_workflows.domain.sub_tasks.analysis import Highlight, HighlightOutput

WINDOW_S = 5
MOST_HIGHLIGHTS = 5
LEAST_DURATION_S = 2 * WINDOW_S  # of a source: a shorter one has no highlights
LEAST_EXCESS = 0.5  # standard deviations above the mean
_FULL_EXCESS = 2.5  # standard deviations for a confidence of 100
_SILENT_LUFS = -70.0  # the floor of EBU R 128


def find_highlights(features: Features) -> HighlightOutput:
    """Find up to five parts of five seconds each, in the order of time; adjacent ones are merged."""
    seconds = ceil(features.duration_s)
    if features.duration_s < LEAST_DURATION_S:
        return HighlightOutput()
    parts = {
        "motion": _motion(features, seconds),
        "loudness": _loudness(features, seconds),
        "cuts": _cuts(features, seconds),
    }
    standards = {name: _standard(values) for name, values in parts.items() if values}
    scores = [fmean(values[second] for values in standards.values()) for second in range(seconds)]
    windows = _standard([fmean(scores[at : at + WINDOW_S]) for at in range(seconds - WINDOW_S + 1)])
    chosen = _best_apart(windows)
    return HighlightOutput(segments=tuple(_joined([_highlight(at, windows[at], standards, features) for at in chosen])))


def _motion(features: Features, seconds: int) -> list[float]:
    """The mean motion of each second; a second without a sample has that of the last one."""
    sums, counts = [0.0] * seconds, [0] * seconds
    for frame in features.frames:
        second = min(int(frame.time_s), seconds - 1)
        sums[second] += frame.motion
        counts[second] += 1
    values: list[float] = []
    for total, count in zip(sums, counts, strict=True):
        values.append(total / count if count else (values[-1] if values else 0.0))
    return values if features.frames else []


def _loudness(features: Features, seconds: int) -> list[float]:
    if features.sound is None or not features.sound.momentary_lufs:
        return []
    levels = [
        _SILENT_LUFS if lufs is None else max(lufs, _SILENT_LUFS) for lufs in features.sound.momentary_lufs[:seconds]
    ]
    return levels + [_SILENT_LUFS] * (seconds - len(levels))


def _cuts(features: Features, seconds: int) -> list[float]:
    """The number of cuts in the five seconds around each second."""
    starts = [shot.start_s for shot in features.shots[1:]]
    reach = WINDOW_S / 2
    return [float(sum(abs(start - second - 0.5) <= reach for start in starts)) for second in range(seconds)]


def _standard(values: Sequence[float]) -> list[float]:
    """The values in standard deviations from the mean."""
    spread = pstdev(values)
    middle = fmean(values)
    return [(value - middle) / spread if spread > 1e-9 else 0.0 for value in values]


def _best_apart(windows: Sequence[float]) -> list[int]:
    chosen: list[int] = []
    for at in sorted(range(len(windows)), key=lambda at: -windows[at]):
        if windows[at] < LEAST_EXCESS or len(chosen) == MOST_HIGHLIGHTS:
            break
        if all(abs(at - other) >= WINDOW_S for other in chosen):
            chosen.append(at)
    return sorted(chosen)


def _highlight(at: int, excess: float, standards: dict[str, list[float]], features: Features) -> Highlight:
    figures = {name: fmean(values[at : at + WINDOW_S]) for name, values in standards.items()}
    return Highlight(
        start_s=float(at),
        end_s=min(float(at + WINDOW_S), features.duration_s),
        confidence=round(min(100.0, 100 * excess / _FULL_EXCESS), 1),
        reason=", ".join(f"{name} {value:+.1f} sd" for name, value in figures.items()),
    )


def _joined(found: Sequence[Highlight]) -> list[Highlight]:
    joined: list[Highlight] = []
    for one in found:
        if joined and one.start_s <= joined[-1].end_s:
            best = max(joined[-1], one, key=lambda highlight: highlight.confidence)
            joined[-1] = best.model_copy(update={"start_s": joined[-1].start_s, "end_s": one.end_s})
        else:
            joined.append(one)
    return joined
