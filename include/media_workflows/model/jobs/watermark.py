"""`watermark`: an image or a text drawn over pictures (reference 3.2)."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from media_workflows.model.base import Model

MAX_WATERMARKS = 10  # reference 3.1: WatermarkSet <= 10
MAX_IMAGE_BYTES = 200 * 1024  # reference 3.2: console limit
PNG_MAGIC, JPEG_MAGIC = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"

Position = Annotated[str, Field(pattern=r"^\d{1,5}(\.\d+)?(px|%)$")]
Origin = Literal["top_left", "top_right", "bottom_left", "bottom_right"]


class ImageWatermark(Model):
    """`content` is a base64 PNG or JPEG of at most 200 KiB; a size of '0px' keeps the aspect."""

    type: Literal["image"]
    content: str = Field(description="Base64 of a PNG or JPEG file")
    width: Position = Field("10%", description="'N%' of the picture's width, or 'Npx'")
    height: Position = Field("0px", description="'N%' of the picture's height, 'Npx', or '0px' to keep the aspect")

    @field_validator("content")
    @classmethod
    def _is_an_image(cls, content: str) -> str:
        try:
            image = base64.b64decode(content, validate=True)
        except binascii.Error:
            raise ValueError("wants base64 of a PNG or JPEG file") from None
        if not image.startswith((PNG_MAGIC, JPEG_MAGIC)):
            raise ValueError("wants base64 of a PNG or JPEG file; this decodes to something else")
        if len(image) > MAX_IMAGE_BYTES:
            raise ValueError(f"wants at most {MAX_IMAGE_BYTES} bytes of image, got {len(image)}")
        return content

    @property
    def image_bytes(self) -> bytes:
        return base64.b64decode(self.content)


class TextWatermark(Model):
    """Drawn literally: no character of `text` has a special meaning."""

    type: Literal["text"]
    text: str = Field(min_length=1, max_length=100)
    font_size_px: int = Field(24, ge=8, le=500)
    font_color: str = Field("0xFFFFFF", pattern=r"^0x[0-9A-Fa-f]{6}$")
    font_alpha: float = Field(1.0, gt=0, le=1)

    @field_validator("text")
    @classmethod
    def _is_printable(cls, text: str) -> str:
        if any(ord(char) < 32 and char not in "\n\t" for char in text):
            raise ValueError("wants no control characters but line breaks and tabs")
        return text


class Watermark(Model):
    """Where and when the image or text shows. Offsets are seconds of the output; end 0 = to the end."""

    mark: ImageWatermark | TextWatermark = Field(discriminator="type")
    origin: Origin = "top_left"
    x_pos: Position = "0px"
    y_pos: Position = "0px"
    start_offset_s: float = Field(0, ge=0)
    end_offset_s: float = Field(0, ge=0)

    @model_validator(mode="after")
    def _range_is_forward(self) -> Watermark:
        if self.end_offset_s and self.end_offset_s <= self.start_offset_s:
            raise ValueError("end_offset_s wants 0 (to the end) or more than start_offset_s")
        return self


def images_only(watermarks: list[Watermark]) -> list[Watermark]:
    """Reference 3.2: snapshots take image watermarks only. Raises ValueError on a text."""
    if any(watermark.mark.type != "image" for watermark in watermarks):
        raise ValueError(
            "snapshots take image watermarks only; move the text to a transcode job or draw it as an image"
        )
    return watermarks


def without_image_bytes(item: dict[str, Any]) -> dict[str, Any]:
    """A dumped job item without the bytes of its watermark images: for results, events and pages.

    Ten images would not fit into a queue message, and nobody reads base64.
    """
    marks = [(watermark, watermark.get("mark", {})) for watermark in item.get("watermarks", [])]
    if not marks:
        return item
    shown = [{**watermark, "mark": {k: v for k, v in mark.items() if k != "content"}} for watermark, mark in marks]
    return {**item, "watermarks": shown}
