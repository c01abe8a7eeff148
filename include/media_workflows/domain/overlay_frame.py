"""A frame of an output without its overlays, and where they are drawn: for placing them by hand."""

from __future__ import annotations

from pydantic import Field

from media_workflows.domain.base import Model


class OverlayOutput(Model):
    """The output of a workflow: item `item` of a step's job; of a ladder its largest sub-stream."""

    step_id: str
    item: int = Field(ge=0)


class OverlayBox(Model):
    """The pixels of the frame that an overlay covers; parts may lie outside.

    `own_width` and `own_height` are the size of its content: of an image or drawing in its own pixels, of a text as it
    is drawn. A `message` says why it cannot be drawn.
    """

    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0
    own_width: float = 0
    own_height: float = 0
    message: str = ""


class OverlayFrame(Model):
    """`at_s` is the moment of the output, which lasts `length_s`; `width` and `height` are the output's pixels.

    Watermarks are drawn at multiples of `columns` and `rows` only, the size of a colour sample in pixels.

    `image` is a JPEG in base64, no side of which is longer than 1280 pixels. The boxes are in the order of the item; an
    overlay outside the frame has an empty one.
    """

    at_s: float
    length_s: float
    width: int
    height: int
    columns: int
    rows: int
    image: str
    watermarks: tuple[OverlayBox, ...] = ()
    mosaics: tuple[OverlayBox, ...] = ()
