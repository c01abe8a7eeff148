"""Faces that are no person of the library, grouped: one entry for each person, with all the times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from media_workflows.domain.features import FaceSighting, Features
from media_workflows.domain.persons import PersonSample
from media_workflows.domain.sub_tasks.recognition import FoundSegment, UnknownFace
from media_workflows.intelligence.decisions.persons import LIKELY, LONGEST_PAUSE_S, SAME_CLUSTER, nearest

MAX_UNKNOWN = 100  # persons; with them, grouping an hour of faces takes seconds


class UnknownFaces(NamedTuple):
    """The persons, by their first time, and the number of sightings of further ones beyond MAX_UNKNOWN."""

    persons: tuple[UnknownFace, ...]
    unlisted: int


def unknown_faces(features: Features, persons: Sequence[PersonSample], least: float) -> UnknownFaces:
    """Group the faces that are none of `persons` with at least this confidence."""
    engine = features.engines.get("faces", "")
    groups: list[_Group] = []
    unlisted = 0
    for sighting in sorted(features.faces, key=lambda sighting: sighting.time_s):
        person, confidence = nearest(sighting, persons, engine)
        if person is not None and confidence >= least:
            continue
        group = _closest(groups, sighting.embedding)
        if group is None and len(groups) == MAX_UNKNOWN:
            unlisted += 1
            continue
        if group is None:
            group = _Group()
            groups.append(group)
        group.add(sighting, person.name if person and confidence >= LIKELY else "", confidence)
    shown = tuple(group.shown(number) for number, group in enumerate(_merged(groups), start=1))
    return UnknownFaces(shown, unlisted)


class _Group:
    """Sightings of one person, with the mean of their embeddings and the most similar person of the library."""

    def __init__(self) -> None:
        self.sightings: list[FaceSighting] = []
        self.mean: tuple[float, ...] = ()
        self._similar = ("", 0.0)

    def add(self, sighting: FaceSighting, similar_to: str, confidence: float) -> None:
        self._weigh(sighting.embedding, 1)
        self.sightings.append(sighting)
        if similar_to and confidence > self._similar[1]:
            self._similar = similar_to, confidence

    def take(self, other: _Group) -> None:
        """Add all of another group."""
        self._weigh(other.mean, len(other.sightings))
        self.sightings = sorted([*self.sightings, *other.sightings], key=lambda sighting: sighting.time_s)
        self._similar = max(self._similar, other._similar, key=lambda similar: similar[1])

    def _weigh(self, embedding: Sequence[float], weight: int) -> None:
        share = weight / (len(self.sightings) + weight)
        before = self.mean or embedding
        self.mean = tuple(old + (new - old) * share for old, new in zip(before, embedding, strict=True))

    def shown(self, number: int) -> UnknownFace:
        """The group as a result."""
        similar_to, similarity = self._similar
        return UnknownFace(
            number=number,
            segments=_segments(self.sightings),
            similar_to=similar_to,
            similarity=similarity if similar_to else None,
        )


def _closest(groups: Sequence[_Group], embedding: Sequence[float]) -> _Group | None:
    """The group of this face; None = it is the first of its person."""
    distances = ((math.dist(group.mean, embedding), group) for group in groups if len(group.mean) == len(embedding))
    distance, closest = min(distances, key=lambda found: found[0], default=(math.inf, None))
    return closest if distance < SAME_CLUSTER else None


def _merged(groups: Sequence[_Group]) -> list[_Group]:
    """Groups whose means have come close belong together: a first sighting from the side may have begun its own."""
    kept: list[_Group] = []
    for group in groups:
        if (same := _closest(kept, group.mean)) is not None:
            same.take(group)
        else:
            kept.append(group)
    return kept


def _segments(sightings: Sequence[FaceSighting]) -> tuple[FoundSegment, ...]:
    """The time spans, each with the confidence and the box of its best sighting."""
    found: list[list[FaceSighting]] = []
    for sighting in sightings:
        before = found[-1][-1] if found else None
        if before and before.shot == sighting.shot and sighting.time_s - before.time_s <= LONGEST_PAUSE_S:
            found[-1].append(sighting)
        else:
            found.append([sighting])
    return tuple(_segment(span) for span in found)


def _segment(span: Sequence[FaceSighting]) -> FoundSegment:
    best = max(span, key=lambda sighting: sighting.confidence)
    return FoundSegment(start_s=span[0].time_s, end_s=span[-1].time_s, confidence=best.confidence, box=best.box)
