"""Lines of text in a picture of captions."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from media_workflows.intelligence.features.caption_lines import caption_lines


def quad(left: float, top: float) -> Any:
    return np.array([[left, top], [left + 40, top], [left + 40, top + 20], [left, top + 20]], np.float32)


WORDS = {
    (60.0, 11.0): ("there", 99.0),
    (10.0, 10.0): ("Hello", 98.0),
    (10.0, 40.0): ("below", 97.0),
    (10.0, 70.0): ("x", 20.0),
}


class Engine:
    name = "fixed"

    def detect(self, picture: Any) -> list[Any]:
        assert picture.shape == (100, 120, 3)
        return [quad(left, top) for left, top in WORDS]

    def read(self, picture: Any, quad: Any) -> tuple[str, float]:
        return WORDS[float(quad[0][0]), float(quad[0][1])]


def test_parts_of_a_line_are_joined_and_specks_left_out() -> None:
    png = cv2.imencode(".png", np.zeros((100, 120), np.uint8))[1].tobytes()
    assert caption_lines(Engine(), png) == ["Hello there", "below"]
