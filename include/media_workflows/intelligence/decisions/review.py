"""Verdicts: what was found against the thresholds of a review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from media_workflows.domain.features import Features
from media_workflows.domain.jobs.content_review import WORD_CATEGORIES, Check
from media_workflows.domain.persons import PersonSample
from media_workflows.domain.sub_tasks.content_review import ReviewOutput, ReviewSegment, Suggestion
from media_workflows.domain.words import Medium, WordSample
from media_workflows.intelligence.decisions.found_words import FoundWord, found_words, words_for
from media_workflows.intelligence.decisions.persons import appearances, persons_for

_SEVERITY: dict[Suggestion, int] = {"pass": 0, "review": 1, "block": 2}


def worst(suggestions: Iterable[Suggestion]) -> Suggestion:
    """Of several: block before review before pass."""
    return max(suggestions, key=_SEVERITY.__getitem__, default="pass")


def suggestion(confidence: float, check: Check) -> Suggestion:
    """What a place of this confidence leads to."""
    if confidence >= check.block_confidence:
        return "block"
    return "review" if confidence >= check.review_confidence else "pass"


def review_words(
    features: Features, category: str, medium: Medium, check: Check, words: Sequence[WordSample]
) -> ReviewOutput:
    """Listed words in text ('ocr') or speech ('asr')."""
    asked = words_of(category, medium, check, words)
    segments = [_word_segment(hit, check) for hit in found_words(features, medium, asked)]
    return review_output(features, segments, sample_rate(features) if medium == "ocr" else 0.0)


def words_of(category: str, medium: Medium, check: Check, words: Sequence[WordSample]) -> list[WordSample]:
    """Without labels a category has the words of its own tag, and `user_defined` those of no category."""
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
    """Persons of the library."""
    asked = persons_for(persons, "review", check.labels)
    segments = [
        ReviewSegment(
            start_s=seen.span.start_s,
            end_s=seen.span.end_s,
            moment_s=seen.best.time_s,
            confidence=seen.confidence,
            suggestion=suggestion(seen.confidence, check),
            label=next(iter(seen.person.tags), ""),
            name=seen.person.name,
            box=seen.best.box,
        )
        for seen in appearances(features, asked, check.review_confidence)
    ]
    return review_output(features, segments, sample_rate(features))


def sample_rate(features: Features) -> float:
    """Frames looked at per second."""
    looked_at = len(features.moderation or features.frames)
    return round(looked_at / features.duration_s, 3) if features.duration_s else 0.0


def review_output(features: Features, segments: Sequence[ReviewSegment], per_second: float) -> ReviewOutput:
    """The places that lead to more than `pass`, and the verdict they make."""
    telling = [segment for segment in segments if segment.suggestion != "pass"]
    top = max(telling, key=lambda segment: (_SEVERITY[segment.suggestion], segment.confidence), default=None)
    return ReviewOutput(
        suggestion=top.suggestion if top else "pass",
        confidence=top.confidence if top else 0.0,
        label=top.label if top else "",
        sample_rate=per_second,
        duration_s=features.duration_s,
        segments=tuple(telling),
    )
