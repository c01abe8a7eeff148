"""Where shots begin, in films whose cuts, fades and dissolves are known."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import pytest
from benchmarks.error_rates import Score
from benchmarks.labelled_set import FPS, Film, Scene, scene_frames

from media_workflows.domain.features import Shot
from media_workflows.intelligence.features.frames import Frame
from media_workflows.intelligence.features.shots import ShotFinder, shot_at

SIZE = 160, 90


def shots(frames: Iterable[Any]) -> tuple[Shot, ...]:
    """Of RGB frames; every other one is looked at, as of a source with 25 a second."""
    finder = ShotFinder()
    number = 0
    for number, frame in enumerate(frames):
        if number % 2 == 0:
            luma, red, blue = cv2.split(cv2.cvtColor(frame, cv2.COLOR_RGB2YCrCb))
            halves: Any = tuple(
                cv2.resize(plane, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for plane in (blue, red)
            )
            finder.feed(Frame(number / FPS, False, luma, halves))
    return finder.shots((number + 1) / FPS)


@pytest.mark.parametrize("seed", [7, 8])
def test_a_film_of_known_shots(seed: int) -> None:
    film = Film(seed, 20, SIZE)
    score = Score()
    score.add([shot.start_s for shot in shots(film.frames())[1:]], film.boundaries)
    assert score.f1 >= 0.95, score


def test_shots_fill_the_source() -> None:
    found = shots(Film(9, 6, SIZE).frames())
    assert found[0].start_s == 0.0
    assert all(one.end_s == other.start_s for one, other in pairwise(found))


def test_a_pan_is_no_cut() -> None:
    assert len(shots(scene_frames(Scene("motion", 6, 5), SIZE))) == 1


def test_a_flash_is_no_cut() -> None:
    frames = list(scene_frames(Scene("noise", 4, 5), SIZE))
    for number in (50, 51, 52):
        frames[number] = np.clip(frames[number].astype(int) + 150, 0, 255).astype(np.uint8)
    assert len(shots(frames)) == 1


def test_light_that_changes_is_no_cut() -> None:
    (frame, *_) = scene_frames(Scene("noise", 1, 6), SIZE)
    assert len(shots((frame * share).astype(np.uint8) for share in np.linspace(0.4, 1, 60))) == 1


def test_a_fade_says_so() -> None:
    first, second = (list(scene_frames(Scene("noise", 2, seed), SIZE)) for seed in (1, 2))
    out = [(frame * (1 - i / 12)).astype(np.uint8) for i, frame in enumerate(first[-12:])]
    into = [(frame * (i / 12)).astype(np.uint8) for i, frame in enumerate(second[:12])]
    found = shots([*first, *out, *into, *second])
    assert [shot.transition for shot in found] == ["cut", "fade"]
    assert found[1].start_s == pytest.approx(62 / FPS, abs=0.15)


def test_nothing_to_look_at() -> None:
    assert [(shot.start_s, shot.end_s) for shot in ShotFinder().shots(5.0)] == [(0.0, 5.0)]


def test_the_shot_of_a_moment() -> None:
    found = (Shot(start_s=0, end_s=2), Shot(start_s=2, end_s=4))
    assert [shot_at(found, time_s) for time_s in (0.0, 1.9, 2.0, 3.5, 9.0)] == [0, 0, 1, 1, 1]
