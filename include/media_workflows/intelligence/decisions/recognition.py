"""Who is seen, what is written, what is said: the features as results of a recognition."""

from __future__ import annotations

from collections.abc import Sequence

from media_workflows.domain.features import Features
from media_workflows.domain.jobs.recognition import FaceRecognition, WordRecognition
from media_workflows.domain.persons import PersonSample
from media_workflows.domain.sub_tasks.recognition import (
    AsrFullTextOutput,
    FaceOutput,
    FaceResult,
    FoundSegment,
    OcrFullTextOutput,
    WordResult,
    WordsOutput,
)
from media_workflows.domain.words import Medium, WordSample
from media_workflows.intelligence.decisions.found_words import FoundWord, found_words, words_for
from media_workflows.intelligence.decisions.persons import Appearance, appearances, persons_for


def recognised_faces(features: Features, asked: FaceRecognition, persons: Sequence[PersonSample]) -> FaceOutput:
    """The persons of the library that are seen."""
    chosen = persons_for(persons, "recognition", asked.user_defined_library_labels)
    seen: dict[int, list[Appearance]] = {}
    for appearance in appearances(features, chosen, asked.score):
        seen.setdefault(appearance.person.id, []).append(appearance)
    return FaceOutput(results=tuple(_face(group) for group in seen.values()))


def _face(group: Sequence[Appearance]) -> FaceResult:
    person = group[0].person
    return FaceResult(
        person_id=person.id,
        name=person.name,
        description=person.description,
        labels=person.tags,
        segments=tuple(
            FoundSegment(start_s=one.span.start_s, end_s=one.span.end_s, confidence=one.confidence, box=one.best.box)
            for one in group
        ),
    )


def recognised_words(
    features: Features, medium: Medium, asked: WordRecognition, words: Sequence[WordSample]
) -> WordsOutput:
    """The words of the library that are written ('ocr') or said ('asr')."""
    chosen = words_for(words, "recognition", medium, asked.labels)
    places: dict[str, list[FoundWord]] = {}
    for hit in found_words(features, medium, chosen):
        places.setdefault(hit.word.keyword, []).append(hit)
    return WordsOutput(results=tuple(_word(hits) for hits in places.values()))


def _word(hits: Sequence[FoundWord]) -> WordResult:
    segments = tuple(
        FoundSegment(start_s=hit.span.start_s, end_s=hit.span.end_s, confidence=hit.confidence, box=hit.box)
        for hit in hits
    )
    return WordResult(keyword=hits[0].word.keyword, labels=hits[0].word.tags, segments=segments)


def all_text(features: Features) -> OcrFullTextOutput:
    """All that is written."""
    return OcrFullTextOutput(segments=features.text)


def all_speech(features: Features) -> AsrFullTextOutput:
    """All that is said; its subtitle file is yet to be made."""
    return AsrFullTextOutput(engine=features.engines.get("transcript", ""), segments=features.transcript)
