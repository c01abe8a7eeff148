"""`Depiction`: which moments of the source an output shows and where on its canvas, so that both can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from media_workflows.domain.jobs.watermark import TextWatermark, Watermark
from media_workflows.domain.media_info import VideoStream
from media_workflows.media.filters.geometry import Fit, Size, inner_place
from media_workflows.media.filters.overlay.overlays import pixels
from media_workflows.media.filters.source_picture import fits_sdr

NEAR_S = 0.7  # how far from its moment a shown frame may lie: rounding to an output's frame rate, a late first frame


@dataclass(frozen=True)
class Box:
    """A part of a picture, as shares of its width and height."""

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        return self.right - self.left, self.bottom - self.top


WHOLE = Box()
_LARGE = 0.5  # share of a side
_SMALL, _SMALL_PX = 0.15, 16  # share of a side, pixels: what is smaller is a strip that scaling blurs


@dataclass(frozen=True)
class Tile:
    """A picture of one moment (seconds of the source) in a file, which may be all of it."""

    moment_s: float
    box: Box = WHOLE


@dataclass(frozen=True)
class Depiction:
    """`tiles` for pictures; without them the file moves: from `start_s` of the source on, for `length_s` seconds.

    `lead_s` is the length of other clips before it. `box` is where the source lies in the file (in each tile),
    `source_box` the part of the source that is shown. `near_s` is how far from its moment a frame may lie.
    `covered`: something is drawn over it. `recoloured`: tone-mapped, so that only structure can be compared.
    """

    tiles: Sequence[Tile] = ()
    start_s: float = 0.0
    length_s: float = 0.0
    lead_s: float = 0.0
    box: Box = WHOLE
    source_box: Box = WHOLE
    near_s: float = NEAR_S
    covered: bool = False
    recoloured: bool = False


def place(shape: Fit, multiple: int = 2) -> tuple[Box, Box]:
    """Where on its canvas a fitted picture lies, and which part of the picture is seen."""
    inner, outer = shape.inner, shape.outer
    x, y = inner_place(shape, multiple)
    box = Box(
        x / outer.width,
        y / outer.height,
        min(1.0, (x + inner.width) / outer.width),
        min(1.0, (y + inner.height) / outer.height),
    )
    across, down = min(1.0, outer.width / inner.width), min(1.0, outer.height / inner.height)
    return box, Box((1 - across) / 2, (1 - down) / 2, (1 + across) / 2, (1 + down) / 2)


def depiction(
    video: VideoStream,
    shape: Fit,
    watermarks: Sequence[Watermark] = (),
    covered: bool = False,
    hdr: str = "sdr",
    multiple: int = 2,
    **shown: Any,
) -> Depiction | None:
    """Of a picture drawn in `shape`; None where it cannot be compared with a plain decode of the source.

    That is where transparency became black, under watermarks that may cover half of it, and in narrow strips.
    """
    if video.has_alpha or any(_is_large(one, shape.outer) for one in watermarks):
        return None
    box, source_box = place(shape, multiple)
    if min(shape.inner.width, shape.inner.height) < _SMALL_PX or min(*box.size, *source_box.size) < _SMALL:
        return None
    recoloured = hdr == "sdr" and not fits_sdr(video)
    covered = covered or bool(watermarks)
    return Depiction(**shown, box=box, source_box=source_box, covered=covered, recoloured=recoloured)


def _is_large(watermark: Watermark, canvas: Size) -> bool:
    mark = watermark.mark
    if mark is None or isinstance(mark, TextWatermark):
        return False
    sides = pixels(mark.width, canvas.width, canvas) / canvas.width, pixels(mark.height, canvas.height, canvas)
    return sides[0] > _LARGE or sides[1] / canvas.height > _LARGE or not any(sides)


def tile_box(x: int, y: int, tile: Size, sheet: Size) -> Box:
    """A tile's place on its sheet, all in pixels."""
    return Box(x / sheet.width, y / sheet.height, (x + tile.width) / sheet.width, (y + tile.height) / sheet.height)
