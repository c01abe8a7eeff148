"""Results of a recognition from the features: faces, words, full text."""

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
from media_workflows.intelligence.decisions.persons import Appearance, appearances, matches, persons_for
from media_workflows.intelligence.decisions.unknown_faces import unknown_faces


def recognised_faces(features: Features, parameters: FaceRecognition, persons: Sequence[PersonSample]) -> FaceOutput:
    """The persons looked for that appear in the source, and the faces that are none of them."""
    chosen = persons_for(persons, "recognition", parameters.user_defined_library_labels)
    by_person: dict[int, list[Appearance]] = {}
    found = matches(features, chosen)
    for appearance in appearances(found, parameters.score):
        by_person.setdefault(appearance.person.id, []).append(appearance)
    others = unknown_faces(found, parameters.score)
    results = tuple(_face(group) for group in by_person.values())
    return FaceOutput(results=results, unknown=others.persons, unlisted=others.unlisted)


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
    features: Features, medium: Medium, parameters: WordRecognition, words: Sequence[WordSample]
) -> WordsOutput:
    """The words of the library in text ('ocr') or speech ('asr')."""
    chosen = words_for(words, "recognition", medium, parameters.labels)
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
    """The full text of OCR."""
    return OcrFullTextOutput(segments=features.text)


def all_speech(features: Features) -> AsrFullTextOutput:
    """The full text of speech recognition. The subtitle file is added later."""
    return AsrFullTextOutput(engine=features.engines.get("transcript", ""), segments=features.transcript)
