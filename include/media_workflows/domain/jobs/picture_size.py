"""Lengths of overlays, and the size of a PNG or JPEG."""

from __future__ import annotations

import io
import re
from typing import Annotated

from pydantic import AfterValidator, Field

from media_workflows.domain.invalid import invalid

SIDE_MIN_PX, SIDE_MAX_PX = 8, 4096  # the vendor's
PNG_MAGIC, JPEG_MAGIC = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"

_NUMBER = r"\d{1,5}(\.\d+)?"
_UNIT = re.compile(r"(px|[WHSL]?%)$")

Position = Annotated[str, Field(pattern=rf"^{_NUMBER}(px|%)$")]


def split_length(length: str) -> tuple[float, str]:
    """'12.5%' -> (12.5, '%')."""
    number, unit, _ = _UNIT.split(length)
    return float(number), unit


def _in_range(length: str) -> str:
    number, unit = split_length(length)
    if unit == "px" and number and not SIDE_MIN_PX <= number <= SIDE_MAX_PX:
        raise invalid(
            "must be 0px or {least}px to {most}px; got {length}", least=SIDE_MIN_PX, most=SIDE_MAX_PX, length=length
        )
    if unit != "px" and number > 100:
        raise invalid("must be at most 100%; got {length}", length=length)
    return length


def _not_zero(length: str) -> str:
    if not split_length(length)[0]:
        raise invalid("must be greater than 0; got {length}", length=length)
    return length


# A side of 0 follows from the other side and the aspect ratio.
Side = Annotated[str, Field(pattern=rf"^{_NUMBER}(px|%)$"), AfterValidator(_in_range)]
SvgSide = Annotated[str, Field(pattern=rf"^{_NUMBER}(px|[WHSL]?%)$"), AfterValidator(_in_range)]
FixedSide = Annotated[str, Field(pattern=rf"^{_NUMBER}(px|%)$"), AfterValidator(_in_range), AfterValidator(_not_zero)]


def image_size(image: bytes) -> tuple[int, int]:
    """(width, height) of a PNG or JPEG in pixels, from its header. Raises ValueError."""
    from PIL import Image  # at DAG-parse time only when a definition holds an image

    if not image.startswith((PNG_MAGIC, JPEG_MAGIC)):
        raise invalid("must be base64 of a PNG or JPEG file; this decodes to something else")
    try:
        with Image.open(io.BytesIO(image), formats=("PNG", "JPEG")) as picture:
            width, height = picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise invalid("must be base64 of a PNG or JPEG file; this one is damaged ({error})", error=error) from None
    if max(width, height) > SIDE_MAX_PX:
        raise invalid(
            "must be an image of at most {limit} pixels a side; got {size}", limit=SIDE_MAX_PX, size=f"{width}x{height}"
        )
    return width, height
