"""`Depiction`: the moments of the source that an output shows and their place in its frames, for comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from media_workflows.domain.jobs.watermark import TextWatermark, Watermark
from media_workflows.domain.media_info import VideoStream
from media_workflows.media.filters.geometry import UPRIGHT, WHOLE, Box, Fit, Size, Turn, inner_place
from media_workflows.media.filters.overlay.overlays import pixels
from media_workflows.media.filters.source_picture import fits_sdr

NEAR_S = 0.7  # how far a shown frame may be from its moment: rounding to the frame rate, a late first frame


_LARGE = 0.5  # share of a side
_SMALL, _SMALL_PX = 0.15, 16  # share of a side, pixels: smaller ones are strips that scaling blurs


@dataclass(frozen=True)
class Tile:
    """A picture of one moment (seconds of the source) in a file; the file may contain one only."""

    moment_s: float
    box: Box = WHOLE


class Shown(NamedTuple):
    """A range of the source, in its seconds, and where it begins in the file."""

    start_s: float
    length_s: float
    output_s: float


@dataclass(frozen=True)
class Depiction:
    """The part of the source that a file shows: `tiles` for pictures, else `length_s` seconds from `start_s` on.

    `lead_s` is the length of other clips before it; `cuts` are shown instead, if there are any. `box` is where the
    source lies in the file (in each tile), `source_box` the part of the source that is shown, `turn` how. `near_s` is
    how far a frame may be from its moment. `covered`: something is drawn over it. `recoloured`: tone-mapped, so that
    only structure can be compared.
    """

    tiles: Sequence[Tile] = ()
    start_s: float = 0.0
    length_s: float = 0.0
    lead_s: float = 0.0
    box: Box = WHOLE
    source_box: Box = WHOLE
    turn: Turn = UPRIGHT
    near_s: float = NEAR_S
    covered: bool = False
    recoloured: bool = False
    cuts: tuple[Shown, ...] = ()

    @property
    def ranges(self) -> tuple[Shown, ...]:
        """What of the source a video shows."""
        return self.cuts or (Shown(self.start_s, self.length_s, self.lead_s),)


def place(shape: Fit, multiple: int = 2) -> tuple[Box, Box]:
    """The box of a fitted picture in the frame, and the box of the upright source that is visible."""
    inner, outer = shape.inner, shape.outer
    x, y = inner_place(shape, multiple)
    box = Box(
        x / outer.width,
        y / outer.height,
        min(1.0, (x + inner.width) / outer.width),
        min(1.0, (y + inner.height) / outer.height),
    )
    across, down = min(1.0, outer.width / inner.width), min(1.0, outer.height / inner.height)
    if shape.turn.is_sideways:
        across, down = down, across
    visible = Box((1 - across) / 2, (1 - down) / 2, (1 + across) / 2, (1 + down) / 2)
    return box, visible.inside(shape.kept)


def depiction(
    video: VideoStream,
    shape: Fit,
    watermarks: Sequence[Watermark] = (),
    covered: bool = False,
    hdr: str = "sdr",
    multiple: int = 2,
    **shown: Any,
) -> Depiction | None:
    """The depiction of a picture drawn in `shape`; None where it cannot be compared with a plain decode of the source.

    That is where transparency became black, under watermarks that may cover half of it, and in narrow strips.
    """
    if video.has_alpha or any(_is_large(one, shape.outer) for one in watermarks):
        return None
    box, source_box = place(shape, multiple)
    if min(shape.inner.width, shape.inner.height) < _SMALL_PX or min(*box.size, *source_box.size) < _SMALL:
        return None
    recoloured = hdr == "sdr" and not fits_sdr(video)
    covered = covered or bool(watermarks)
    return Depiction(**shown, box=box, source_box=source_box, turn=shape.turn, covered=covered, recoloured=recoloured)


def _is_large(watermark: Watermark, frame: Size) -> bool:
    overlay = watermark.mark
    if overlay is None or isinstance(overlay, TextWatermark):
        return False
    sides = pixels(overlay.width, frame.width, frame) / frame.width, pixels(overlay.height, frame.height, frame)
    return sides[0] > _LARGE or sides[1] / frame.height > _LARGE or not any(sides)


def tile_box(x: int, y: int, tile: Size, sheet: Size) -> Box:
    """The box of a tile on its sheet; all arguments are pixels."""
    return Box(x / sheet.width, y / sheet.height, (x + tile.width) / sheet.width, (y + tile.height) / sheet.height)
