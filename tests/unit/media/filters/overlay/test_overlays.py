"""Places, sizes and times of marks, in pixels and seconds."""

from __future__ import annotations

import pytest

from media_workflows.domain.jobs.base import TimeRange
from media_workflows.domain.jobs.mosaic import Mosaic
from media_workflows.domain.jobs.watermark import ImageWatermark, SvgWatermark, Watermark
from media_workflows.errors import MediaError
from media_workflows.media.filters.geometry import Size
from media_workflows.media.filters.overlay.mosaic import region_of
from media_workflows.media.filters.overlay.overlays import FrameFormat, enable, overlay_size, pixels, place, shown_range
from media_workflows.media.source import apng
from pictures import BLUE, GREEN, RED, animated, encoded, plain

CANVAS = Size(200, 100)


def image(**fields: str) -> ImageWatermark:
    return ImageWatermark.model_validate({"type": "image", "content": encoded(plain()), **fields})


@pytest.mark.parametrize(
    ("length", "found"),
    [("12px", 12), ("10%", 20), ("0px", 0), ("33.3%", 67), ("10W%", 20), ("10H%", 10), ("10S%", 10), ("10L%", 20)],
)
def test_lengths(length: str, found: int) -> None:
    assert pixels(length, 200, CANVAS) == found


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        ("10%", "0px", (20, 10)),
        ("0px", "30%", (60, 30)),
        ("50px", "50%", (50, 50)),
        ("0px", "0px", (32, 16)),
        ("0.1%", "0px", (1, 1)),
    ],
)
def test_sizes(width: str, height: str, size: tuple[int, int]) -> None:
    assert overlay_size(image(width=width, height=height), (32, 16), CANVAS) == Size(*size)


def test_a_side_that_follows_is_bounded_too() -> None:
    with pytest.raises(MediaError, match="4096x409600 pixels"):
        overlay_size(image(width="4096px"), (10, 1000), CANVAS)


def test_svg_default_size() -> None:
    content = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"/>'
    mark = SvgWatermark.model_validate({"type": "svg", "svg": content})
    assert overlay_size(mark, (mark.drawing.width, mark.drawing.height), CANVAS) == Size(20, 10)


@pytest.mark.parametrize(
    ("origin", "x", "y"),
    [("top_left", 10, 5), ("top_right", 170, 5), ("bottom_left", 10, 85), ("bottom_right", 170, 85)],
)
def test_places(origin: str, x: int, y: int) -> None:
    mark = Watermark.model_validate({"mark": image(), "origin": origin, "x_pos": "10px", "y_pos": "5%"})
    assert place(mark, Size(20, 10), FrameFormat(CANVAS)) == {"x": x, "y": y}


def test_times() -> None:
    assert shown_range(TimeRange(start_offset_s=-2), 10) == (8, 10)
    assert shown_range(TimeRange(start_offset_s=12), 10) is None
    assert enable(0, 10, 10) == {}
    assert enable(1, 10, 10) == {"enable": "gte(t,0.999500)"}
    assert enable(1, 2, 10) == {"enable": "gte(t,0.999500)*lt(t,1.999500)"}


@pytest.mark.parametrize(
    ("fields", "region"),
    [
        ({}, (0, 0, 20, 10)),
        ({"x_pos": "11px", "y_pos": "3px", "width": "8px", "height": "9px"}, (10, 2, 10, 10)),
        ({"x_pos": "95%", "width": "50%", "height": "100%"}, (190, 0, 10, 100)),
        ({"x_pos": "100%"}, None),
        ({"y_pos": "300px"}, None),
    ],
)
def test_regions_are_even_and_within_the_picture(fields: dict[str, str], region: tuple[int, ...] | None) -> None:
    assert region_of(Mosaic(**fields), CANVAS) == region


def test_length_of_a_run() -> None:
    assert apng.run_s(animated((RED, GREEN, BLUE), (200, 300, 400))) == pytest.approx(0.9)
    assert apng.run_s(animated((RED, GREEN), (0, 500))) == pytest.approx(1 / 15 + 0.5)
    assert apng.run_s(plain()) is None
    assert apng.run_s(plain(format_="JPEG")) is None
    assert apng.run_s(b"\x89PNG\r\n\x1a\n\xff\xff\xff\xfffcTL") is None
