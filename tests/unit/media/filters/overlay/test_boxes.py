"""The boxes of overlays are those that the pages draw: both are held to the same cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from media_workflows.domain.jobs.mosaic import Mosaic
from media_workflows.domain.jobs.watermark import ImageWatermark, SvgWatermark, Watermark
from media_workflows.media.filters.geometry import Size
from media_workflows.media.filters.overlay.mosaic import region_of
from media_workflows.media.filters.overlay.overlays import FrameFormat, overlay_size, place
from media_workflows.media.jobs.overlay_frame import mosaic_box, watermark_box
from pictures import encoded, plain

ROOT = Path(__file__).parents[5]
CASES = json.loads((ROOT / "plugins/media_workflows_plugin/www/tests/overlay_boxes.json").read_text("utf-8"))
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h9v9z"/></svg>'


GRIDS = {(1, 1): "yuv444p", (2, 1): "yuv422p", (2, 2): "yuv420p"}


def frame_of(case: dict[str, Any]) -> FrameFormat:
    frame = case["frame"]
    return FrameFormat(Size(frame["width"], frame["height"]), None, GRIDS[frame["columns"], frame["rows"]])


def size_of(case: dict[str, Any], frame: Size) -> Size:
    mark, own = case["mark"], case["own"]
    if mark["type"] == "text":
        return Size(own["width"], own["height"])
    overlay = (
        ImageWatermark.model_validate(mark | {"content": encoded(plain())})
        if mark["type"] == "image"
        else SvgWatermark.model_validate(mark | {"svg": DRAWING})
    )
    return overlay_size(overlay, (own["width"], own["height"]), frame)


@pytest.mark.parametrize("case", CASES["watermarks"])
def test_watermarks(case: dict[str, Any]) -> None:
    frame = frame_of(case)
    size = size_of(case, frame.size)
    where = {name: case[name] for name in ("origin", "x_pos", "y_pos")}
    mark = {"type": "text", "text": "a"}
    at = place(Watermark.model_validate(where | {"mark": mark}), size, frame)
    assert at | {"width": size.width, "height": size.height} == case["box"]


@pytest.mark.parametrize("case", CASES["mosaics"])
def test_mosaics(case: dict[str, Any]) -> None:
    sides = {name: case[name] for name in ("x_pos", "y_pos", "width", "height")}
    region = region_of(Mosaic.model_validate(sides), frame_of(case).size)
    assert (region and region._asdict()) == case["box"]


def test_an_overlay_that_is_not_drawn_says_why_or_has_an_empty_box() -> None:
    frame = Size(320, 180)
    missing = watermark_box(Watermark.model_validate({"template": 999_999}), FrameFormat(frame), [])
    assert "999999 does not exist" in missing.message
    assert mosaic_box(Mosaic(x_pos="100%"), frame).width == 0
