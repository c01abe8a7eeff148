"""Highlights: parts whose loudness, motion, cuts, faces and speech stand out from the rest of the source. Pure."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean, pstdev

from media_workflows.domain.features import Features, Span
from media_workflows.domain.jobs.highlights import HighlightParameters
from media_workflows.domain.sub_tasks.analysis import Edge, Highlight, HighlightOutput
from media_workflows.intelligence.decisions.clip_edges import ClipEdges
from media_workflows.intelligence.decisions.cover import choose_cover

LEAST_SOURCE_S = 1.0  # a shorter source has no highlight: it is a picture, or nearly
LEAST_EXCESS = 0.5  # standard deviations above the mean
_FULL_EXCESS = 2.5  # standard deviations for a confidence of 100
_CUTS_WITHIN_S = 2.5  # of a second: its rate of cuts
_REACH_S, _REACH_SHARE = 2.0, 0.25  # how far an edge moves to a cut or a pause, at most; of the length of a clip
_SILENT_LUFS = -70.0  # the floor of EBU R 128
_PLACES: dict[Edge, str] = {
    "source": "with the source",
    "cut": "at a cut",
    "pause": "in a pause",
    "word": "between two words",
    "moment": "where no cut or pause is near",
}


def find_highlights(features: Features, asked: HighlightParameters) -> HighlightOutput:
    """The parts that stand out, in the order of time. A source not longer than one clip is a highlight as a whole."""
    if features.duration_s < LEAST_SOURCE_S:
        return HighlightOutput()
    if features.duration_s < asked.clip_s + 1:
        return HighlightOutput(segments=(_whole(features),))
    standards = {name: _standard(values) for name, values in _measures(features).items() if _varies(values)}
    if not standards:
        return HighlightOutput()
    scores = [fmean(values) for values in zip(*standards.values(), strict=True)]
    length = round(asked.clip_s)
    windows = _standard([fmean(scores[at : at + length]) for at in range(len(scores) - length + 1)])
    clips = _clips(features, asked, _best_apart(windows, length, asked.count))
    found = [_highlight(clip, windows[at], _means(standards, at, length)) for at, clip in clips.items()]
    return HighlightOutput(segments=tuple(sorted(found, key=lambda one: one.start_s)))


def _measures(features: Features) -> dict[str, list[float]]:
    """Values of each whole second of the source; none of what it does not have, or is not known."""
    seconds = max(1, int(features.duration_s))
    found = {"motion": _motion(features, seconds), "cuts": _cuts(features, seconds)} if features.frames else {}
    if features.sound and features.sound.momentary_lufs:
        found["loudness"] = _loudness(features.sound.momentary_lufs, seconds)
    if "faces" in features.engines:
        found["faces"] = _faces(features, seconds)
    if "speech" in features.engines:
        found["speech"] = _speech(features.speech, seconds)
    return found


def _motion(features: Features, seconds: int) -> list[float]:
    """The mean motion of each second; a second without a sample has that of the last one."""
    sampled: dict[int, list[float]] = {}
    for frame in features.frames:
        sampled.setdefault(min(int(frame.time_s), seconds - 1), []).append(frame.motion)
    values: list[float] = []
    for second in range(seconds):
        values.append(fmean(sampled[second]) if second in sampled else values[-1] if values else 0.0)
    return values


def _loudness(momentary_lufs: Sequence[float | None], seconds: int) -> list[float]:
    levels = [_SILENT_LUFS if lufs is None else max(lufs, _SILENT_LUFS) for lufs in momentary_lufs[:seconds]]
    return levels + [_SILENT_LUFS] * (seconds - len(levels))


def _cuts(features: Features, seconds: int) -> list[float]:
    """The number of cuts in the five seconds around each second."""
    starts = sorted(shot.start_s for shot in features.shots[1:])
    middles = [second + 0.5 for second in range(seconds)]
    return [
        float(bisect_right(starts, at + _CUTS_WITHIN_S) - bisect_left(starts, at - _CUTS_WITHIN_S)) for at in middles
    ]


def _faces(features: Features, seconds: int) -> list[float]:
    """The number of faces of each second."""
    of_second: Counter[int] = Counter()
    for time_s, count in Counter(face.time_s for face in features.faces).items():
        second = min(int(time_s), seconds - 1)
        of_second[second] = max(of_second[second], count)
    return [float(of_second[second]) for second in range(seconds)]


def _speech(spans: Iterable[Span], seconds: int) -> list[float]:
    """The share of speech of each second."""
    shares = [0.0] * seconds
    for span in spans:
        for second in range(int(span.start_s), min(seconds, math.ceil(span.end_s))):
            shares[second] += max(0.0, min(span.end_s, second + 1) - max(span.start_s, second))
    return shares


def _varies(values: Sequence[float]) -> bool:
    return pstdev(values) > 1e-9


def _standard(values: Sequence[float]) -> list[float]:
    """The values in standard deviations from the mean."""
    spread, middle = pstdev(values), fmean(values)
    return [(value - middle) / spread if spread > 1e-9 else 0.0 for value in values]


def _means(standards: dict[str, list[float]], at: int, length: int) -> dict[str, float]:
    """The figures of a window, the largest first."""
    means = {name: round(fmean(values[at : at + length]), 1) for name, values in standards.items()}
    return dict(sorted(means.items(), key=lambda pair: -pair[1]))


def _best_apart(windows: Sequence[float], length: int, count: int) -> list[int]:
    """The windows that stand out, the best first."""
    chosen: list[int] = []
    for at in sorted(range(len(windows)), key=lambda at: -windows[at]):
        if windows[at] < LEAST_EXCESS or len(chosen) == count:
            break
        if all(abs(at - other) >= length for other in chosen):
            chosen.append(at)
    return chosen


class _Clip(Span):
    """A highlight's place in the source."""

    begins: Edge
    ends: Edge
    moment_s: float | None


def _clips(features: Features, asked: HighlightParameters, starts: Sequence[int]) -> dict[int, _Clip]:
    """The clip of each window, whose edges are moved to good places. One without room between others is left out."""
    edges = ClipEdges(features, min(_REACH_S, _REACH_SHARE * asked.clip_s))
    clips: dict[int, _Clip] = {}
    for at in starts:
        middle_s = at + asked.clip_s / 2
        free = _free(middle_s, clips.values(), features.duration_s)
        if free.start_s > middle_s or free.end_s - free.start_s < asked.clip_s / 2:
            continue
        latest_s = free.end_s - asked.clip_s / 2
        begin = edges.begin(max(at, free.start_s), Span(start_s=free.start_s, end_s=max(free.start_s, latest_s)))
        least_s = min(begin.time_s + asked.clip_s / 2, free.end_s)
        end = edges.end(min(begin.time_s + asked.clip_s, free.end_s), Span(start_s=least_s, end_s=free.end_s))
        span = Span(start_s=round(begin.time_s, 3), end_s=round(end.time_s, 3))
        clips[at] = _Clip(**span.model_dump(), begins=begin.edge, ends=end.edge, moment_s=_cover_s(features, span))
    return clips


def _free(middle_s: float, taken: Iterable[Span], duration_s: float) -> Span:
    """The span around this moment that no other clip has."""
    spans = list(taken)
    start_s = max((span.end_s for span in spans if span.start_s < middle_s), default=0.0)
    end_s = min((span.start_s for span in spans if span.start_s >= middle_s), default=duration_s)
    return Span(start_s=start_s, end_s=end_s)


def _cover_s(features: Features, span: Span) -> float | None:
    """The moment of the best picture within a span; None without video."""
    if not features.frames:
        return None
    if any(span.start_s <= frame.time_s < span.end_s for frame in features.frames):
        return choose_cover(features, span).moment_s
    return round((span.start_s + span.end_s) / 2, 3)


def _highlight(clip: _Clip, excess: float, figures: dict[str, float]) -> Highlight:
    shown = ", ".join(f"{name} {value:+.1f} sd" for name, value in figures.items())
    return Highlight(
        **clip.model_dump(),
        confidence=round(min(100.0, 100 * excess / _FULL_EXCESS), 1),
        reason=f"{shown}; begins {_PLACES[clip.begins]}, ends {_PLACES[clip.ends]}",
        figures=figures,
    )


def _whole(features: Features) -> Highlight:
    span = Span(start_s=0.0, end_s=features.duration_s)
    return Highlight(
        **span.model_dump(),
        confidence=100.0,
        reason="the whole source, which is not longer than a clip",
        begins="source",
        ends="source",
        moment_s=_cover_s(features, span),
    )
