"""Tags and classes from the labels of a model, measurements and text; each tag states its basis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from media_workflows.domain.features import Features, Span
from media_workflows.domain.sub_tasks.analysis import (
    ClassificationOutput,
    FrameTagOutput,
    Tag,
    TaggedSpan,
    TagOutput,
)
from media_workflows.intelligence.decisions.evidence import Evidence, evidence, whole
from media_workflows.intelligence.decisions.topics import topics

LEAST_CONFIDENCE = 50.0  # of a tag from evidence
LEAST_LABEL = 20.0  # of a label of a model, as the mean of a span
MOST_LABELS = 5


def tag_whole(features: Features) -> TagOutput:
    """The tags of the whole source: of a model, from evidence, topics of its text."""
    return TagOutput(tags=(*_tags(evidence(features, whole(features))), *topics(features)))


def tag_parts(features: Features) -> FrameTagOutput:
    """The tags of each shot. Consecutive shots with equal tags are one part with the figures of the first."""
    parts: list[TaggedSpan] = []
    for shot in features.shots or (whole(features),):
        tags = tuple(_tags(evidence(features, Span(start_s=shot.start_s, end_s=shot.end_s))))
        if parts and [tag.tag for tag in parts[-1].tags] == [tag.tag for tag in tags]:
            parts[-1] = parts[-1].model_copy(update={"end_s": shot.end_s})
        elif tags:
            parts.append(TaggedSpan(start_s=shot.start_s, end_s=shot.end_s, tags=tags))
    return FrameTagOutput(segments=tuple(parts))


def classify(features: Features) -> ClassificationOutput:
    """The classes of the video, the highest confidence first."""
    measured = evidence(features, whole(features))
    classes = [*_model_tags(measured), *_best(_CLASSES, measured)]
    return ClassificationOutput(classes=tuple(sorted(classes, key=lambda one: -one.confidence)))


def _tags(measured: Evidence) -> list[Tag]:
    return [*_model_tags(measured), *_best(_TAGS, measured)]


def _model_tags(measured: Evidence) -> Iterator[Tag]:
    likely = sorted(measured.labels.items(), key=lambda pair: -pair[1])[:MOST_LABELS]
    for name, score in likely:
        if score >= LEAST_LABEL:
            yield Tag(tag=name, confidence=round(score, 1), basis="model", reason=measured.label_engine)


class _Rule(NamedTuple):
    """A rule for a tag. `confidence` returns 0 to 1, None without its evidence; `reason` returns the figures."""

    tag: str
    confidence: Callable[[Evidence], float | None]
    reason: Callable[[Evidence], str]


def _best(rules: tuple[_Rule, ...], measured: Evidence) -> list[Tag]:
    tags = [
        Tag(tag=rule.tag, confidence=round(100 * confidence, 1), basis="evidence", reason=rule.reason(measured))
        for rule in rules
        if (confidence := rule.confidence(measured)) is not None and 100 * confidence >= LEAST_CONFIDENCE
    ]
    return sorted(tags, key=lambda tag: -tag.confidence)


def _ramp(value: float | None, low: float, high: float) -> float | None:
    """0 at `low`, 1 at `high`; `high` may be the smaller one."""
    if value is None:
        return None
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _percent(name: str, value: float | None) -> str:
    return f"{name} {100 * (value or 0):.0f} % of the time"


def _amount(name: str, value: float | None) -> str:
    return f"{name} {value or 0:.2f}"


def _cut_rate(measured: Evidence) -> str:
    return f"{measured.shots_per_minute or 0:.1f} shots a minute"


def _all(*parts: float | None) -> float | None:
    """The lowest of these confidences; None if one is missing."""
    known = [part for part in parts if part is not None]
    return min(known) if len(known) == len(parts) else None


_TAGS = (
    _Rule("speech", lambda e: _ramp(e.speech, 0.0, 0.5), lambda e: _percent("speech", e.speech)),
    _Rule("music", lambda e: _ramp(e.music, 0.0, 0.6), lambda e: _percent("music", e.music)),
    _Rule("silent", lambda e: _ramp(e.silence, 0.5, 0.95), lambda e: _percent("silence", e.silence)),
    _Rule("text", lambda e: _ramp(e.text, 0.0, 0.5), lambda e: _percent("text", e.text)),
    _Rule("people", lambda e: _ramp(e.faces, 0.0, 0.4), lambda e: _percent("faces", e.faces)),
    _Rule("group", lambda e: _ramp(e.most_faces, 1, 4), lambda e: f"{e.most_faces} faces at once"),
    _Rule("lively", lambda e: _ramp(e.motion, 0.02, 0.1), lambda e: _amount("motion", e.motion)),
    _Rule("still", lambda e: _ramp(e.motion, 0.02, 0.0), lambda e: _amount("motion", e.motion)),
    _Rule("fast cuts", lambda e: _ramp(e.shots_per_minute, 8, 24), _cut_rate),
    _Rule("dark", lambda e: _ramp(e.brightness, 0.3, 0.12), lambda e: _amount("brightness", e.brightness)),
    _Rule("bright", lambda e: _ramp(e.brightness, 0.6, 0.85), lambda e: _amount("brightness", e.brightness)),
    _Rule("colourful", lambda e: _ramp(e.colourfulness, 0.15, 0.45), lambda e: _amount("colour", e.colourfulness)),
    _Rule("black and white", lambda e: _ramp(e.colourfulness, 0.04, 0.0), lambda e: _amount("colour", e.colourfulness)),
)


def _talk_reason(measured: Evidence) -> str:
    return f"{_percent('speech', measured.speech)}, {_percent('faces', measured.faces)}"


_CLASSES = (
    _Rule("talk", lambda e: _all(_ramp(e.speech, 0.2, 0.8), _ramp(e.faces, 0.1, 0.6)), _talk_reason),
    _Rule(
        "presentation",
        lambda e: _all(_ramp(e.text, 0.3, 0.9), _ramp(e.motion, 0.06, 0.01)),
        lambda e: f"{_percent('text', e.text)}, {_amount('motion', e.motion)}",
    ),
    _Rule("narration", lambda e: _ramp(e.speech, 0.3, 0.9), lambda e: _percent("speech", e.speech)),
    _Rule("music", lambda e: _ramp(e.music, 0.3, 0.9), lambda e: _percent("music", e.music)),
    _Rule(
        "action",
        lambda e: _all(_ramp(e.motion, 0.03, 0.12), _ramp(e.shots_per_minute, 6, 20)),
        lambda e: f"{_amount('motion', e.motion)}, {_cut_rate(e)}",
    ),
    _Rule("still pictures", lambda e: _ramp(e.motion, 0.01, 0.0), lambda e: _amount("motion", e.motion)),
)
