"""Verdicts: findings compared with the thresholds of a review."""

from __future__ import annotations

from collections.abc import Sequence

from media_workflows.domain.features import Features
from media_workflows.domain.jobs.content_review import WORD_CATEGORIES, Check
from media_workflows.domain.persons import PersonSample
from media_workflows.domain.sub_tasks.content_review import ReviewOutput, ReviewSegment, Suggestion
from media_workflows.domain.sub_tasks.verdict import SEVERITY
from media_workflows.domain.words import Medium, WordSample
from media_workflows.intelligence.decisions.found_words import FoundWord, found_words, words_for
from media_workflows.intelligence.decisions.persons import appearances, matches, persons_for


def suggestion(confidence: float, check: Check) -> Suggestion:
    """The suggestion for a segment of this confidence."""
    if confidence >= check.block_confidence:
        return "block"
    return "review" if confidence >= check.review_confidence else "pass"


def review_words(
    features: Features, category: str, medium: Medium, check: Check, words: Sequence[WordSample]
) -> ReviewOutput:
    """Check for words of the library in text ('ocr') or speech ('asr')."""
    chosen = words_of(category, medium, check, words)
    segments = [_word_segment(hit, check) for hit in found_words(features, medium, chosen)]
    return review_output(features, segments, sample_rate(features) if medium == "ocr" else 0.0)


def words_of(category: str, medium: Medium, check: Check, words: Sequence[WordSample]) -> list[WordSample]:
    """The words of a check. Without labels: words tagged with the category; for `user_defined` words of no category."""
    if check.labels or category != "user_defined":
        return words_for(words, "review", medium, check.labels or (category,))
    return [word for word in words_for(words, "review", medium) if not set(word.tags) & set(WORD_CATEGORIES)]


def _word_segment(hit: FoundWord, check: Check) -> ReviewSegment:
    return ReviewSegment(
        start_s=hit.span.start_s,
        end_s=hit.span.end_s,
        moment_s=(hit.span.start_s + hit.span.end_s) / 2,
        confidence=hit.confidence,
        suggestion=suggestion(hit.confidence, check),
        label=next((tag for tag in hit.word.tags if tag in check.labels), next(iter(hit.word.tags), "")),
        keywords=(hit.word.keyword,),
        box=hit.box,
    )


def review_faces(features: Features, check: Check, persons: Sequence[PersonSample]) -> ReviewOutput:
    """Check for persons of the library."""
    chosen = persons_for(persons, "review", check.labels)
    segments = [
        ReviewSegment(
            start_s=appearance.span.start_s,
            end_s=appearance.span.end_s,
            moment_s=appearance.best.time_s,
            confidence=appearance.confidence,
            suggestion=suggestion(appearance.confidence, check),
            label=next(iter(appearance.person.tags), ""),
            name=appearance.person.name,
            box=appearance.best.box,
        )
        for appearance in appearances(matches(features, chosen), check.review_confidence)
    ]
    return review_output(features, segments, sample_rate(features))


def sample_rate(features: Features) -> float:
    """The number of analysed frames per second."""
    analysed = len(features.moderation or features.frames)
    return round(analysed / features.duration_s, 3) if features.duration_s else 0.0


def review_output(features: Features, segments: Sequence[ReviewSegment], per_second: float) -> ReviewOutput:
    """The verdict from all segments; those of `pass` are left out."""
    relevant = [segment for segment in segments if segment.suggestion != "pass"]
    top = max(relevant, key=lambda segment: (SEVERITY[segment.suggestion], segment.confidence), default=None)
    return ReviewOutput(
        suggestion=top.suggestion if top else "pass",
        confidence=top.confidence if top else 0.0,
        label=top.label if top else "",
        sample_rate=per_second,
        duration_s=features.duration_s,
        segments=tuple(relevant),
    )
