"""Confidences of faces, the best of a person's pictures, and unknown persons grouped over a source."""

from __future__ import annotations

import math

import pytest

from hand_features import BOX, face, features
from media_workflows.domain.features import Box, FaceSighting
from media_workflows.domain.persons import Face, PersonSample
from media_workflows.intelligence.decisions.persons import appearances, face_confidence, matches, nearest
from media_workflows.intelligence.decisions.unknown_faces import MAX_UNKNOWN, unknown_faces

OTHER_BOX: Box = (300, 20, 400, 60)


def person(id_: int, name: str, *places: float, engine: str = "dlib") -> PersonSample:
    faces = tuple(Face(id=n, engine=engine, embedding=(at, *[0.0] * 127)) for n, at in enumerate(places))
    return PersonSample(id=id_, name=name, faces=faces)


def of_axis(time_s: float, axis: int) -> FaceSighting:
    """A face that is 1.4 from those of other axes."""
    embedding = tuple(float(n == axis) for n in range(128))
    return FaceSighting(time_s=time_s, shot=0, box=BOX, confidence=90, embedding=embedding)


@pytest.mark.parametrize(
    ("distance", "confidence"),
    [
        (0.0, 100),
        (0.4, 99.7),
        (0.5, 95),  # dlib's face_clustering.py: one group below it; the vendor's default score
        (0.6, 50),  # dlib's dnn_face_recognition_ex.cpp: the same person below it
        (0.7, 5),
        (1.0, 0),
    ],
)
def test_a_confidence_goes_through_the_thresholds_of_the_engine(distance: float, confidence: float) -> None:
    assert face_confidence(distance) == pytest.approx(confidence, abs=0.06)


def test_a_smaller_distance_never_has_a_smaller_confidence() -> None:
    found = [face_confidence(step / 100) for step in range(200)]
    assert found == sorted(found, reverse=True)
    assert face_confidence(math.inf) >= 0


def test_the_best_of_a_persons_pictures_counts() -> None:
    ann, bea = person(1, "Ann", 5.0, 0.05, 0.9), person(2, "Bea", 0.4, 0.45)
    found, confidence = nearest(face(1, 0.0), [bea, ann], "dlib")
    assert (found, confidence) == (ann, round(face_confidence(0.05), 1))
    assert nearest(face(1, 0.0), [person(3, "Cid", 0.0, engine="another")], "dlib") == (None, 0.0)
    assert nearest(face(1, 0.0), [], "dlib") == (None, 0.0)


def test_an_unknown_person_at_three_places_is_one_entry() -> None:
    ann = person(1, "Ann", 3.0)
    times = (face(1, 3.0), face(5, 0.0), face(6, 0.1), face(20, 0.05, shot=1), face(50, 0.1, shot=2, box=OTHER_BOX))
    seen = features(engines={"faces": "dlib"}, faces=(*times, face(30, 8.0, shot=1)))
    assert len(appearances(matches(seen, [ann]), 95)) == 1
    found = unknown_faces(matches(seen, [ann]), 95)
    assert found.unlisted == 0
    first, second = found.persons
    assert [(one.start_s, one.end_s) for one in first.segments] == [(5, 6), (20, 20), (50, 50)]
    assert first.segments[2].box == OTHER_BOX
    assert [(one.start_s, one.end_s) for one in second.segments] == [(30, 30)]
    assert [(one.number, one.similar_to, one.similarity) for one in found.persons] == [(1, "", None), (2, "", None)]


def test_a_match_below_the_score_is_unknown_and_names_the_similar_person() -> None:
    seen = features(engines={"faces": "dlib"}, faces=(face(1, 0.0), face(2, 0.02)))
    (found,) = unknown_faces(matches(seen, [person(1, "Ann", 0.57)]), 95).persons
    assert (found.similar_to, found.similarity) == ("Ann", round(face_confidence(0.55), 1))
    assert unknown_faces(matches(seen, [person(1, "Ann", 0.57)]), 60).persons == ()  # recognised with this score


def test_groups_that_come_close_are_one_person() -> None:
    """A first face from the side begins a group; those between it and the others move the mean of the second."""
    seen = features(faces=(face(1, 0.0), face(10, 0.52), face(20, 0.3), face(30, 0.3), face(40, 0.3), face(50, 0.3)))
    (found,) = unknown_faces(matches(seen, []), 95).persons
    assert [one.start_s for one in found.segments] == [1, 10, 20, 30, 40, 50]


def test_a_crowd_is_limited_and_counted() -> None:
    crowd = [of_axis(n, n) for n in range(MAX_UNKNOWN + 3)]
    found = unknown_faces(matches(features(faces=(*crowd, of_axis(500, 0))), []), 95)
    assert (len(found.persons), found.unlisted) == (MAX_UNKNOWN, 3)
    assert [one.start_s for one in found.persons[0].segments] == [0, 500]


def test_the_persons_with_the_most_sightings_are_listed() -> None:
    """An audience of one sighting each comes first, and the host afterwards."""
    crowd = [of_axis(n, n) for n in range(MAX_UNKNOWN + 20)]
    host = [of_axis(500 + 10 * n, 127) for n in range(10)]
    found = unknown_faces(matches(features(faces=(*crowd, *host)), []), 95)
    assert (len(found.persons), found.unlisted) == (MAX_UNKNOWN, 21)
    assert [one.start_s for one in found.persons[-1].segments] == [500 + 10 * n for n in range(10)]
    assert [one.number for one in found.persons] == list(range(1, MAX_UNKNOWN + 1))


def test_a_source_without_faces() -> None:
    assert unknown_faces(matches(features(), []), 95) == ((), 0)
