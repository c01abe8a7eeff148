"""Measurements of a time span of the source, the basis of tags and classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import NamedTuple

from media_workflows.domain.features import Features, Span

FACE_INTERVAL_S = 2.0  # a sampled face counts for about this long


class Evidence(NamedTuple):
    """Measurements of a span, None without their feature. Shares are 0 to 1, `labels` scores, 0 to 100."""

    duration_s: float
    speech: float | None
    silence: float | None
    music: float | None
    text: float | None
    faces: float | None
    most_faces: int
    motion: float | None
    brightness: float | None
    colourfulness: float | None
    shots_per_minute: float | None
    labels: dict[str, float]
    label_engine: str


def whole(features: Features) -> Span:
    """The span of the whole source."""
    return Span(start_s=0.0, end_s=features.duration_s)


def evidence(features: Features, span: Span) -> Evidence:
    """Measure a span."""
    frames = [frame for frame in features.frames if _contains(span, frame.time_s)] or list(features.frames)
    cuts = sum(1 for shot in features.shots if _contains(span, shot.start_s))
    length_s = max(span.end_s - span.start_s, 0.001)
    music = features.sound.music_percent if features.sound else None
    return Evidence(
        duration_s=length_s,
        speech=_share(span, features.speech) if "speech" in features.engines else None,
        silence=_share(span, features.sound.silent) if features.sound else None,
        music=None if music is None else music / 100,
        text=_share(span, features.text) if "text" in features.engines else None,
        faces=_face_share(features, span) if "faces" in features.engines else None,
        most_faces=_most_faces(features, span),
        motion=_mean(frame.motion for frame in frames),
        brightness=_mean(frame.brightness for frame in frames),
        colourfulness=_mean(frame.colourfulness for frame in frames),
        shots_per_minute=60 * cuts / length_s if features.shots else None,
        labels=_labels(features, span),
        label_engine=features.engines.get("labels", ""),
    )


def _contains(span: Span, moment_s: float) -> bool:
    return span.start_s <= moment_s < span.end_s


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return fmean(found) if found else None


def _share(span: Span, parts: Sequence[Span]) -> float:
    """The share of the span that these parts cover; they do not overlap."""
    covered = sum(max(0.0, min(span.end_s, part.end_s) - max(span.start_s, part.start_s)) for part in parts)
    return min(1.0, covered / max(span.end_s - span.start_s, 0.001))


def _moments(features: Features, span: Span) -> Counter[float]:
    return Counter(face.time_s for face in features.faces if _contains(span, face.time_s))


def _face_share(features: Features, span: Span) -> float:
    return min(1.0, len(_moments(features, span)) * FACE_INTERVAL_S / max(span.end_s - span.start_s, 0.001))


def _most_faces(features: Features, span: Span) -> int:
    return max(_moments(features, span).values(), default=0)


def _labels(features: Features, span: Span) -> dict[str, float]:
    """The mean score of each label over the span."""
    frames = [frame.scores for frame in features.labels if _contains(span, frame.time_s)]
    names = {name for scores in frames for name in scores}
    return {name: fmean(scores.get(name, 0.0) for scores in frames) for name in sorted(names)}
