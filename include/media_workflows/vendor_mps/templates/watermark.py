"""Templates of watermarks. Pure."""

from __future__ import annotations

import re

from media_workflows.domain.invalid import invalid
from media_workflows.vendor_mps.findings import Findings, Json
from media_workflows.vendor_mps.reading import Field, Part, below, choice
from media_workflows.vendor_mps.request_table import RequestTable

_PARTS = {"image": "ImageTemplate", "text": "TextTemplate", "svg": "SvgTemplate"}
_PIXELS = re.compile(r"(\d{1,5})px")


def _pixels(value: object) -> int:
    found = _PIXELS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise invalid("must be a number of pixels such as 24px")
    return int(found[1])


_SIDES = (Field("Width", "width"), Field("Height", "height"))
_IMAGE = RequestTable(Field("ImageContent", "content"), *_SIDES, Field("RepeatType", "repeat_type"))
_TEXT = RequestTable(
    choice("FontType", "font", {"default": "default"}),
    Field("FontSize", "font_size_px", _pixels, lambda pixels: f"{pixels}px"),
    Field("FontColor", "font_color"),
    Field("FontAlpha", "font_alpha"),
    Field("TextContent", "text"),
)


def _split(ours: Json) -> Json:
    """The vendor has an object for each type."""
    mark = ours["mark"]
    return {**ours, "type": mark["type"], mark["type"]: mark}


def _join(found: Json, base: Json | None, place: str, findings: Findings) -> Json:
    given = found.pop("type", None)
    type_ = base["type"] if base else given
    if given not in (type_, None):
        findings.refuse(invalid("a watermark template keeps its type"), below(place, "Type"), given)
    parts = {one: found.pop(one) for one in _PARTS if one in found}
    for other in parts.keys() - {type_}:
        problem = invalid("is for a watermark of another type: leave it out")
        findings.refuse(problem, below(place, _PARTS[other]), parts[other])
    return {**found, "mark": {"type": type_, **parts.get(type_, {})}} if type_ else found


WATERMARK = RequestTable(
    choice("Type", "type", {one: one for one in _PARTS}),
    choice(
        "CoordinateOrigin",
        "origin",
        {
            "TopLeft": "top_left",
            "TopRight": "top_right",
            "BottomLeft": "bottom_left",
            "BottomRight": "bottom_right",
        },
    ),
    Field("XPos", "x_pos"),
    Field("YPos", "y_pos"),
    Part("ImageTemplate", "image", _IMAGE),
    Part("TextTemplate", "text", _TEXT),
    Part("SvgTemplate", "svg", RequestTable(*_SIDES)),
    split=_split,
    join=_join,
    required=("Type",),
)


def with_image_url(described: Json) -> Json:
    """A description with the image as a URL that holds it, because no other address has it."""
    image = described["ImageTemplate"]
    if image is None:
        return described
    rest = {name: value for name, value in image.items() if name != "ImageContent"}
    return {**described, "ImageTemplate": {"ImageUrl": image_url(image["ImageContent"]), **rest}}


def image_url(content: str) -> str:
    """The data URL of a PNG or JPEG."""
    type_ = "png" if content.startswith("iVBOR") else "jpeg"
    return f"data:image/{type_};base64,{content}"
