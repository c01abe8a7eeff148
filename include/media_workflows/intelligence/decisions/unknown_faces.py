"""Faces that are none of the persons looked for, grouped: one entry for each person, with all the times."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from media_workflows.domain.features import FaceSighting
from media_workflows.domain.sub_tasks.recognition import FoundSegment, UnknownFace
from media_workflows.intelligence.decisions.persons import LIKELY, LONGEST_PAUSE_S, SAME_CLUSTER, Match

MAX_UNKNOWN = 100  # persons
_MAX_GROUPS = 1000  # faces are compared with each group: this bounds the time


class UnknownFaces(NamedTuple):
    """The persons with the most sightings, by their first time, and the number of sightings of the others."""

    persons: tuple[UnknownFace, ...]
    unlisted: int


def unknown_faces(found_faces: Iterable[Match], least: float) -> UnknownFaces:
    """Group the faces, in the order of time, that are no person with at least this confidence."""
    groups: list[_Group] = []
    unlisted = 0
    for sighting, person, confidence in found_faces:
        if person is not None and confidence >= least:
            continue
        group = _closest(groups, sighting.embedding)
        if group is None and len(groups) == _MAX_GROUPS:
            unlisted += 1
            continue
        if group is None:
            group = _Group()
            groups.append(group)
        group.add(sighting, person.name if person and confidence >= LIKELY else "", confidence)
    merged = _merged(groups)
    most = sorted(merged, key=lambda group: -len(group.sightings))[:MAX_UNKNOWN]
    listed = [group for group in merged if group in most]
    unlisted += sum(len(group.sightings) for group in merged if group not in most)
    return UnknownFaces(tuple(group.shown(number) for number, group in enumerate(listed, start=1)), unlisted)


class _Group:
    """Sightings of one person, with the mean of their embeddings and the most similar person."""

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
