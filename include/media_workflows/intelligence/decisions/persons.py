"""Face recognition: embeddings compared with those of the person library."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from media_workflows.domain.features import FaceSighting, Features, Span
from media_workflows.domain.persons import PersonSample
from media_workflows.domain.words import Purpose

# Distances of two embeddings, as dlib publishes them. Its example dnn_face_recognition_ex.cpp, and the model's card:
# below 0.6 it is the same person, which is right for 99.38 % of the pairs of the benchmark LFW. Its example
# face_clustering.py: faces below 0.5 are put into one group.
SAME_PERSON, SAME_CLUSTER = 0.6, 0.5
# Their confidences: as likely as not, and the commercial service's default score.
LIKELY, CERTAIN = 50.0, 95.0
_SLOPE = (SAME_PERSON - SAME_CLUSTER) / math.log(CERTAIN / (100 - CERTAIN))
LONGEST_PAUSE_S = 3.0  # between two sightings of one appearance within a shot


class Match(NamedTuple):
    """A sighting and the most similar person, with the confidence; None and 0 = no one is similar."""

    sighting: FaceSighting
    person: PersonSample | None
    confidence: float


class Appearance(NamedTuple):
    """An appearance of a person. `best` is the sighting with the highest confidence."""

    person: PersonSample
    span: Span
    confidence: float
    best: FaceSighting


def face_confidence(distance: float) -> float:
    """0 to 100 from the distance of two embeddings: the logistic curve through dlib's two thresholds.

    50 at 0.6, 95 at 0.5, 99.7 at 0.4; 5 at 0.7.
    """
    return 100 / (1 + math.exp((min(distance, 2.0) - SAME_PERSON) / _SLOPE))


def persons_for(persons: Iterable[PersonSample], purpose: Purpose, labels: Sequence[str]) -> list[PersonSample]:
    """The persons for this purpose; with `labels` only persons with one of these tags."""
    tags = set(labels)
    return [person for person in persons if person.serves(purpose) and (not tags or tags & set(person.tags))]


def matches(features: Features, persons: Sequence[PersonSample]) -> list[Match]:
    """All faces compared with those of `persons`, in the order of time."""
    engine = features.engines.get("faces", "")
    in_order = sorted(features.faces, key=lambda sighting: sighting.time_s)
    return [Match(sighting, *nearest(sighting, persons, engine)) for sighting in in_order]


def appearances(found_faces: Iterable[Match], least: float) -> list[Appearance]:
    """All appearances of persons with at least this confidence; the faces are in the order of time."""
    found: list[Appearance] = []
    for sighting, person, confidence in found_faces:
        if person is not None and confidence >= least:
            _add(found, person, confidence, sighting)
    return found


def nearest(sighting: FaceSighting, persons: Sequence[PersonSample], engine: str) -> tuple[PersonSample | None, float]:
    """The person with the most similar of all pictures, and the confidence; (None, 0) = no face is similar.

    Embeddings of another engine are not comparable.
    """
    closest: PersonSample | None = None
    least = math.inf
    for person in persons:
        for face in person.faces:
            if face.engine != engine or len(face.embedding) != len(sighting.embedding):
                continue
            distance = math.dist(face.embedding, sighting.embedding)
            if distance < least:
                closest, least = person, distance
    confidence = round(face_confidence(least), 1)
    return (closest, confidence) if confidence > 0 else (None, 0.0)


def _add(found: list[Appearance], person: PersonSample, confidence: float, sighting: FaceSighting) -> None:
    for number, known in enumerate(found):
        is_same = known.person.id == person.id and known.best.shot == sighting.shot
        if is_same and sighting.time_s - known.span.end_s <= LONGEST_PAUSE_S:
            best, top = (sighting, confidence) if confidence > known.confidence else (known.best, known.confidence)
            span = Span(start_s=known.span.start_s, end_s=sighting.time_s)
            found[number] = Appearance(person, span, top, best)
            return
    span = Span(start_s=sighting.time_s, end_s=sighting.time_s)
    found.append(Appearance(person, span, confidence, sighting))
