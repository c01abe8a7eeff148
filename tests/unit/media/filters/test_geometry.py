"""Target sizes: pure arithmetic."""

from __future__ import annotations

import pytest

from media_workflows.domain.jobs.base import FrameSize
from media_workflows.media.filters.geometry import Fit, Size, fit

LANDSCAPE, PORTRAIT = Size(1920, 1080), Size(1080, 1920)


@pytest.mark.parametrize(
    ("asked", "source", "outer"),
    [
        ({}, LANDSCAPE, Size(1920, 1080)),
        ({}, Size(161, 121), Size(162, 122)),
        ({"height": 360}, LANDSCAPE, Size(640, 360)),
        ({"height": 360}, PORTRAIT, Size(360, 640)),
        ({"width": 640}, PORTRAIT, Size(360, 640)),
        ({"height": 360, "resolution_adaptive": False}, PORTRAIT, Size(202, 360)),
        ({"width": 1280, "height": 720}, PORTRAIT, Size(720, 1280)),
        ({"width": 1280, "height": 720, "resolution_adaptive": False}, PORTRAIT, Size(1280, 720)),
        ({"width": 129, "height": 129}, Size(100, 100), Size(130, 130)),
        ({"width": 128}, Size(4000, 10), Size(128, 2)),
    ],
)
def test_outer_size(asked: dict[str, object], source: Size, outer: Size) -> None:
    assert fit(FrameSize.model_validate(asked), source).outer == outer


@pytest.mark.parametrize("color", ["black", "white"])
def test_bars_keep_the_aspect(color: str) -> None:
    frame = FrameSize(width=640, height=640, fill_type=color)
    assert fit(frame, LANDSCAPE) == Fit(Size(640, 360), Size(640, 640), color)


def test_stretch_fills_the_frame() -> None:
    shape = fit(FrameSize(width=640, height=640, fill_type="stretch"), LANDSCAPE)
    assert shape.inner == shape.outer == Size(640, 640)


def test_pictures_keep_odd_sides() -> None:
    assert fit(FrameSize(), Size(161, 121), multiple=1).outer == Size(161, 121)
