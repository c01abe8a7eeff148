"""When pictures are searched for text, and which lines come of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from media_workflows.intelligence.features.frames import Frame
from media_workflows.intelligence.features.ocr import FrameOcr

WIDTH, HEIGHT = 960, 540  # the size at which lines are searched


def frame(time_s: float, *marks: tuple[int, int, int], noise: int = 0, seed: int = 0) -> Frame:
    """Grey, with stripes as of text: (x, y, how the stripes lie)."""
    luma = np.full((HEIGHT, WIDTH), 90, np.uint8)
    for x, y, stripes in marks:
        pattern = np.random.default_rng(stripes).integers(0, 2, (6, 30)).repeat(3, 0).repeat(3, 1)
        luma[y : y + 18, x : x + 90] = np.where(pattern, 235, 20)
    if noise:
        jitter = np.random.default_rng(seed).integers(-noise, noise + 1, luma.shape)
        luma = np.clip(luma + jitter, 0, 255).astype(np.uint8)
    half = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    return Frame(time_s, True, luma, (half, half))


class Stripes:
    """Finds bright marks, and reads them as the text it was given for each place; `sure` is its confidence."""

    name = "stripes"

    def __init__(self, texts: dict[tuple[int, int], str], sure: float = 99.0) -> None:
        self.texts = texts
        self.sure = sure

    def detect(self, picture: Any) -> list[Any]:
        marks = [(x, y) for x, y in self.texts if picture[y : y + 18, x : x + 90].max() > 225]
        return [np.array([(x, y), (x + 90, y), (x + 90, y + 18), (x, y + 18)], np.float32) for x, y in marks]

    def read(self, picture: Any, quad: Any) -> tuple[str, float]:
        return self.texts[(int(quad[0][0]), int(quad[0][1]))], self.sure


def sightings(reader: FrameOcr, duration_s: float) -> list[tuple[float, float, list[str]]]:
    found = reader.sightings(duration_s)
    return [(one.start_s, one.end_s, [line.text for line in one.lines]) for one in found]


def test_a_still_picture_is_searched_once() -> None:
    reader = FrameOcr(Stripes({(40, 40): "hello"}), 1.0)
    for number in range(10):
        reader.feed(frame(number / 2, (40, 40, 1), noise=6, seed=number))
    assert (reader.searches, reader.reads) == (1, 1)
    assert sightings(reader, 5.0) == [(0.0, 5.0, ["hello"])]


def test_lines_come_and_go_together_or_apart() -> None:
    ocr = Stripes({(40, 40): "above", (40, 100): "below"})
    reader = FrameOcr(ocr, 2.0)
    above, below = (40, 40, 1), (40, 100, 2)
    for number, marks in enumerate([(above,), (above, below), (above, below), (below,), (below,), (), (), ()]):
        reader.feed(frame(float(number), *marks))
    assert sightings(reader, 8.0) == [(0.0, 3.0, ["above"]), (1.0, 5.0, ["below"])]
    assert reader.reads == 2
    assert reader.sightings(8.0)[0].lines[0].box == (80, 80, 260, 116)


def test_of_lines_that_came_together_the_last_stays_alone() -> None:
    reader = FrameOcr(Stripes({(40, 40): "above", (40, 100): "below"}), 1.0)
    above, below = (40, 40, 1), (40, 100, 2)
    for number, marks in enumerate([(above, below), (below,), (below,)]):
        reader.feed(frame(float(number), *marks))
    assert sightings(reader, 3.0) == [(0.0, 1.0, ["above"]), (0.0, 3.0, ["below"])]


def test_one_other_character_is_another_line() -> None:
    ocr = Stripes({(40, 40): "00:01"})
    reader = FrameOcr(ocr, 1.0)
    first, second = frame(0.0, (40, 40, 1)), frame(1.0, (40, 40, 1))
    second.luma[40:58, 112:130] = second.luma[40:58, 112:130][:, ::-1]
    reader.feed(first)
    ocr.texts = {(40, 40): "00:02"}
    reader.feed(second)
    assert [text for _, _, text in sightings(reader, 2.0)] == [["00:01"], ["00:02"]]


def test_an_unsure_reading_is_tried_again_and_the_better_one_kept() -> None:
    ocr = Stripes({(40, 40): "he11o there"}, sure=70.0)
    reader = FrameOcr(ocr, 1.0)
    reader.feed(frame(0.0, (40, 40, 1)))
    ocr.texts, ocr.sure = {(40, 40): "hello there"}, 98.0
    reader.feed(frame(1.0, (40, 40, 1), (200, 120, 5)))
    assert sightings(reader, 2.0) == [(0.0, 2.0, ["hello there"])]


def test_what_the_reader_does_not_believe_is_dropped() -> None:
    reader = FrameOcr(Stripes({(40, 40): "W"}, sure=80.0), 1.0)
    reader.feed(frame(0.0, (40, 40, 1)))
    assert sightings(reader, 1.0) == []


def test_movement_beside_standing_text_is_not_searched_each_time_and_times_stay_exact() -> None:
    ocr = Stripes({(40, 40): "stays", (40, 300): "comes"})
    reader = FrameOcr(ocr, 1.0)
    for number in range(16):  # one each quarter of a second; a dim stripe wanders at the right
        later = [(40, 300, 2)] if number >= 6 else []
        one = frame(number / 4, (40, 40, 1), *later)
        one.luma[200 + 12 * number : 212 + 12 * number, 600:900] = 200
        reader.feed(one)
    assert reader.searches <= 5
    assert sightings(reader, 4.0) == [(0.0, 4.0, ["stays"]), (1.5, 4.0, ["comes"])]
