"""`mosaic`: a pixelated area of the picture (the vendor's)."""

from __future__ import annotations

from media_workflows.domain.jobs.base import TimeRange
from media_workflows.domain.jobs.picture_size import FixedSide, Position

MAX_MOSAICS = 10  # the vendor's: MosaicSet <= 10


class Mosaic(TimeRange):
    """A rectangle measured from the top left corner. Times are of the output."""

    x_pos: Position = "0px"
    y_pos: Position = "0px"
    width: FixedSide = "10%"
    height: FixedSide = "10%"
