"""Looking at pictures: decoded frames and the colours in them."""

from __future__ import annotations

from pathlib import Path

import av

Rgb = tuple[int, int, int]


def frames(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def pixel(frame: av.VideoFrame, x: float, y: float) -> Rgb:
    """The colour at a place given as shares of width and height."""
    rgb = frame.reformat(format="rgb24")
    plane = rgb.planes[0]
    start = int(y * (rgb.height - 1)) * plane.line_size + int(x * (rgb.width - 1)) * 3
    red, green, blue = bytes(plane)[start : start + 3]
    return red, green, blue


def is_red(color: Rgb) -> bool:
    return color[0] > 180 and max(color[1:]) < 80


def is_blue(color: Rgb) -> bool:
    return color[2] > 180 and max(color[:2]) < 80


def is_black(color: Rgb) -> bool:
    return max(color) < 30
