"""`watermark`: an image, text or SVG overlay (the vendor's)."""

from __future__ import annotations

import base64
import binascii
import unicodedata
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, field_validator, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.jobs.base import TimeRange, template_reference
from media_workflows.domain.jobs.picture_size import Position, Side, SvgSide, image_size
from media_workflows.domain.jobs.svg import Drawing, parse_svg

MAX_WATERMARKS = 10  # the vendor's: WatermarkSet <= 10
MAX_IMAGE_BYTES = 200 * 1024  # the vendor's: console limit
MAX_TEXT_CHARS, MAX_SVG_CHARS = 100, 2_000_000  # the vendor's

Origin = Literal["top_left", "top_right", "bottom_left", "bottom_right"]
RepeatType = Literal["once", "repeat_last_frame", "repeat"]


class ImageWatermark(Model):
    """An image overlay. `content` is a base64 PNG, animated PNG or JPEG of at most 200 KiB and 4096 pixels a side."""

    type: Literal["image"]
    content: str = Field(description="Base64 of a PNG or JPEG file")
    width: Side = Field("10%", description="'N%' of the picture's width, 'Npx', or '0px' to keep the aspect")
    height: Side = Field("0px", description="'N%' of the picture's height, 'Npx', or '0px' to keep the aspect")
    repeat_type: RepeatType = Field("repeat", description="What an animated PNG does after its run")

    @field_validator("content")
    @classmethod
    def _is_an_image(cls, content: str) -> str:
        try:
            image = base64.b64decode(content, validate=True)
        except binascii.Error:
            raise invalid("must be base64 of a PNG or JPEG file") from None
        if len(image) > MAX_IMAGE_BYTES:
            raise invalid(
                "must be an image of at most {limit} bytes; got {size}", limit=MAX_IMAGE_BYTES, size=len(image)
            )
        image_size(image)
        return content

    @property
    def image_bytes(self) -> bytes:
        return base64.b64decode(self.content)


class TextStyle(Model):
    """The style of a text overlay. `text` is the default content of a template, empty if each use sets its own."""

    type: Literal["text"]
    text: str = Field("", max_length=MAX_TEXT_CHARS)
    font: Literal["default"] = Field("default", description="The font of the setting watermark_font")
    font_size_px: int = Field(24, ge=8, le=500)
    font_color: str = Field("0xFFFFFF", pattern=r"^0x[0-9A-Fa-f]{6}$")
    font_alpha: float = Field(1.0, gt=0, le=1)

    @field_validator("text")
    @classmethod
    def _is_printable(cls, text: str) -> str:
        if any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in text):
            raise invalid("must not contain control characters except line breaks and tabs")
        if text and not text.strip():
            raise invalid("must contain more than white space")
        return text


class TextWatermark(TextStyle):
    """A text overlay, drawn literally: no character of `text` has a special meaning."""

    text: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)


class SvgSize(Model):
    """The box into which an SVG is fitted. `svg` is the default content of a template."""

    type: Literal["svg"]
    svg: str = Field("", max_length=MAX_SVG_CHARS)
    width: SvgSide = Field(
        "10W%", description="'Npx', 'N%', or N 'W%' 'H%' 'S%' 'L%' of width, height, short, long side"
    )
    height: SvgSide = Field("0px", description="As width; '0px' keeps the aspect")

    @field_validator("svg")
    @classmethod
    def _is_a_drawing(cls, svg: str) -> str:
        if svg:
            parse_svg(svg)
        return svg


class SvgWatermark(SvgSize):
    """An SVG overlay. `svg` is a self-contained SVG document."""

    svg: str = Field(min_length=1, max_length=MAX_SVG_CHARS)

    @property
    def drawing(self) -> Drawing:
        return parse_svg(self.svg)


Overlay: TypeAlias = ImageWatermark | TextWatermark | SvgWatermark


class Placement(Model):
    """The position of an overlay: the distance of its corner from the same corner of the picture."""

    origin: Origin = "top_left"
    x_pos: Position = "0px"
    y_pos: Position = "0px"


class WatermarkParameters(Placement):
    """A watermark template: everything but the times and, if each use sets its own, the content."""

    mark: Annotated[ImageWatermark | TextStyle | SvgSize, Field(discriminator="type")]


class Watermark(Placement, TimeRange):
    """One use: `mark` in full, or a `template` with the `text` or `svg` of this use. Times are of the output."""

    template: int | None = Field(None, description="Id of a watermark template")
    mark: Annotated[Overlay, Field(discriminator="type")] | None = None
    text: str = Field("", max_length=MAX_TEXT_CHARS, description="With a template: the text of this use")
    svg: str = Field("", max_length=MAX_SVG_CHARS, description="With a template: the SVG of this use")

    @field_validator("template", mode="before")
    @classmethod
    def _is_known(cls, reference: Any) -> Any:
        return template_reference("watermark", reference)

    @model_validator(mode="after")
    def _template_or_mark(self) -> Watermark:
        if (self.template is None) == (self.mark is None):
            raise invalid("requires exactly one of `template` (an id) and `mark`")
        if self.mark and (self.text or self.svg):
            raise invalid("`text` and `svg` require a template; without one, put them into `mark`")
        if self.template is not None and (self.origin, self.x_pos, self.y_pos) != ("top_left", "0px", "0px"):
            raise invalid("origin, x_pos and y_pos come from the template: leave them out")
        return self

    def resolved(self, parameters: WatermarkParameters) -> Watermark:
        """This watermark with the position and mark of its template; the template id stays.

        Raises ValueError if the content is missing, or of another type than the template's.
        """
        mark = _with_content(parameters.mark, self.text, self.svg)
        place = {name: getattr(parameters, name) for name in Placement.model_fields}
        return self.model_copy(update={"mark": mark, "text": "", "svg": "", **place})


def _with_content(mark: ImageWatermark | TextStyle | SvgSize, text: str, svg: str) -> Overlay:
    given = {name: content for name, content in (("text", text), ("svg", svg)) if content}
    if unfit := [name for name in given if name != mark.type]:
        names = ", ".join(f"`{name}`" for name in unfit)
        raise invalid("the template is of type {type}: leave out {fields}", type=mark.type, fields=names).of(unfit[0])
    if isinstance(mark, ImageWatermark):
        return mark
    fields = mark.model_dump() | given
    if not fields[mark.type]:
        raise invalid("requires `{field}`: the template has none of its own", field=mark.type).of(mark.type)
    return (TextWatermark if isinstance(mark, TextStyle) else SvgWatermark).model_validate(fields)


def images_only(watermarks: list[Watermark]) -> list[Watermark]:
    """Check that all are image watermarks, as the vendor requires for snapshots. Raises ValueError."""
    if any(
        watermark.text or watermark.svg or (watermark.mark and watermark.mark.type != "image")
        for watermark in watermarks
    ):
        raise invalid(
            "snapshots support image watermarks only: move the text or SVG to a transcode job or draw it as an image"
        )
    return watermarks


def without_image_bytes(item: dict[str, Any]) -> dict[str, Any]:
    """A dumped job item without the content of its watermark images and SVGs: for results, events and pages.

    Ten images would not fit into a queue message.
    """
    if not item.get("watermarks"):
        return item
    return {**item, "watermarks": [_without_content(watermark) for watermark in item["watermarks"]]}


def _without_content(watermark: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in watermark.items() if name != "svg"}
    if mark := shown.get("mark"):
        shown["mark"] = {name: value for name, value in mark.items() if name not in ("content", "svg")}
    return shown
