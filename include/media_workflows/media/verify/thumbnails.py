"""Thumbnails of 12 by 12 cells: small enough to compare in Python, and square, so that turned ones compare too.

Codecs halve the planes of colour. In a small picture a cell then has less than a sample of colour, which scaling
spreads over its neighbours: of small pictures the cells' luma is compared, and colour in cells that are larger.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from PIL import Image

from media_workflows.media.filters.geometry import WHOLE, Box, Turn

SIDE = 12
_SMALL_PX = 8 * SIDE  # shorter side; below it a cell has fewer than 4 by 4 samples of colour
_COLOUR_SIDE = 3  # cells that compare the colours of small pictures
_ROUGH = 144  # pixels a side: the size of a frame before it is cropped
_FLIPS = {"horizontal": Image.Transpose.FLIP_LEFT_RIGHT, "vertical": Image.Transpose.FLIP_TOP_BOTTOM}
_COUNTERCLOCKWISE = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True)
class Thumbnail:
    """The cells' RGB, row by row. `is_small`: so was the picture that it is of."""

    picture: Image.Image
    is_small: bool = False

    @cached_property
    def values(self) -> bytes:
        return self.picture.tobytes()

    @cached_property
    def mean(self) -> tuple[float, float, float]:
        """Mean RGB, 0 to 255."""
        red, green, blue = (sum(self.values[channel::3]) / SIDE**2 for channel in range(3))
        return red, green, blue

    @cached_property
    def deviation(self) -> float:
        """Standard deviation of the cells' luma; 0 = a single colour."""
        luma = _lumas(self)
        mean = sum(luma) / len(luma)
        return math.sqrt(sum((one - mean) ** 2 for one in luma) / len(luma))

    def turned_back(self, turn: Turn) -> Thumbnail:
        """The thumbnail as it was before a turn."""
        picture = self.picture
        if turn.flip != "none":
            picture = picture.transpose(_FLIPS[turn.flip])
        if turn.degrees:
            picture = picture.transpose(_COUNTERCLOCKWISE[turn.degrees])
        return replace(self, picture=picture)

    def turned(self) -> Iterator[Thumbnail]:
        """The thumbnail rotated by 90, 180 and 270 degrees, and mirrored."""
        for way in Image.Transpose:
            yield replace(self, picture=self.picture.transpose(way))


def of_image(image: Image.Image, box: Box = WHOLE) -> Thumbnail:
    """The thumbnail of a box of a picture."""
    width, height = image.size
    left, top = round(box.left * width), round(box.top * height)
    right, bottom = max(left + 1, round(box.right * width)), max(top + 1, round(box.bottom * height))
    part = image.convert("RGB").crop((left, top, right, bottom))
    return Thumbnail(part.resize((SIDE, SIDE), Image.Resampling.BOX), min(part.size) < _SMALL_PX)


def of_frame(frame: VideoFrame, box: Box = WHOLE, rotation: int = 0) -> Thumbnail:
    """The thumbnail of a decoded frame, turned counterclockwise by `rotation` degrees (a multiple of 90)."""
    scaled: Any = frame.reformat(_ROUGH, _ROUGH, format="rgb24", interpolation=Interpolation.AREA)
    small: Image.Image = scaled.to_image()
    thumbnail = of_image(small.rotate(rotation) if rotation else small, box)
    sides = (frame.height, frame.width) if rotation % 180 else (frame.width, frame.height)
    shortest_px = min(sides[0] * (box.right - box.left), sides[1] * (box.bottom - box.top))
    return replace(thumbnail, is_small=shortest_px < _SMALL_PX)


def distance(one: Thumbnail, other: Thumbnail) -> float:
    """Mean difference of the cells, 0 to 255, with their mean colours set equal; as small pictures, if `one` is."""
    if not one.is_small:
        return _difference(one.values, other.values, channels=3)
    return max(
        _difference(_lumas(one), _lumas(other), channels=1),
        _difference(_rough_colours(one), _rough_colours(other), channels=3),
    )


def _lumas(thumbnail: Thumbnail) -> bytes:
    return thumbnail.picture.convert("L").tobytes()


def _rough_colours(thumbnail: Thumbnail) -> bytes:
    """The RGB of few and large cells."""
    return thumbnail.picture.resize((_COLOUR_SIDE, _COLOUR_SIDE), Image.Resampling.BOX).tobytes()


def quiet_distance(one: Thumbnail, other: Thumbnail) -> float:
    """The difference that a quarter of the values stay below: overlays leave more than that of a picture unchanged."""
    return sorted(abs(a - b) for a, b in zip(one.values, other.values, strict=True))[len(one.values) // 4]


def colour_distance(one: Thumbnail, other: Thumbnail) -> float:
    """Mean difference of the mean colours, 0 to 255."""
    return sum(abs(a - b) for a, b in zip(one.mean, other.mean, strict=True)) / 3


def _difference(one: bytes, other: bytes, channels: int) -> float:
    """Mean difference of the values of two pictures, with the means of each channel set equal."""
    differences = [a - b for a, b in zip(one, other, strict=True)]
    cells = len(one) // channels
    offsets = [sum(differences[channel::channels]) / cells for channel in range(channels)] * cells
    return sum(abs(a - b) for a, b in zip(differences, offsets, strict=True)) / len(one)


def likeness(one: Thumbnail, other: Thumbnail) -> float:
    """Correlation of the lumas, -1 to 1; 1 where either has a single colour."""
    first, second = _lumas(one), _lumas(other)
    if min(one.deviation, other.deviation) < 1:
        return 1.0
    means = sum(first) / len(first), sum(second) / len(second)
    products = ((a - means[0]) * (b - means[1]) for a, b in zip(first, second, strict=True))
    return sum(products) / len(first) / one.deviation / other.deviation
