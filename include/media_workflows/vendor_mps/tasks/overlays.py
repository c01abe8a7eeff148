"""WatermarkSet and MosaicSet of a task. Pure."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.mosaic import Mosaic
from media_workflows.domain.jobs.watermark import ImageWatermark, Placement, Watermark
from media_workflows.vendor_mps.reading import Constant, Field, Findings, Inlined, Json, Part, Table, choice
from media_workflows.vendor_mps.tasks.definition import effective
from media_workflows.vendor_mps.tasks.files import IMAGE

_NO_RAW_FORM = invalid(
    "without a template, the commercial service takes images only: create a watermark template of it, and name that"
)
RANGE = (Field("StartTimeOffset", "start_offset_s"), Field("EndTimeOffset", "end_offset_s"))
ORIGINS = {
    "TopLeft": "top_left",
    "TopRight": "top_right",
    "BottomLeft": "bottom_left",
    "BottomRight": "bottom_right",
}


class _Image(Table):
    """The image of a watermark without a template."""

    def read(self, data: Any, place: str, findings: Findings) -> Json:
        return {"type": "image", **super().read(data, place, findings)}

    def write(self, data: Any, place: str, findings: Findings) -> Json:
        return super().write({name: value for name, value in data.items() if name != "type"}, place, findings)


WATERMARK_IMAGE = _Image(
    Part("ImageContent", "content", IMAGE),
    Field("Width", "width"),
    Field("Height", "height"),
    choice("RepeatType", "repeat_type", {name: name for name in ("once", "repeat_last_frame", "repeat")}),
    model=ImageWatermark,
)
RAW_WATERMARK = Table(
    Constant("Type", "image"),
    choice("CoordinateOrigin", "origin", ORIGINS),
    Field("XPos", "x_pos"),
    Field("YPos", "y_pos"),
    Part("ImageTemplate", "mark", WATERMARK_IMAGE),
)


class _Watermark(Table):
    """A use of a watermark template, or an image."""

    def read(self, data: Any, place: str, findings: Findings) -> Json:
        return super().read(effective(data, place, findings), place, findings)

    def write(self, data: Any, place: str, findings: Findings) -> Json:
        mark = data.get("mark") or {}  # a resolved one has it beside its template
        if data.get("template") is None and mark.get("type", "image") == "image":
            return {"Definition": 0, **super().write(data, place, findings)}
        if data.get("template") is None:
            findings.refuse(_NO_RAW_FORM, f"{place}.mark", mark["type"])
        content = {name: data.get(name) or mark.get(name, "") for name in ("text", "svg")}
        used = {name: value for name, value in data.items() if name not in ("mark", *Placement.model_fields)}
        return {"Definition": 0, **super().write(used | content, place, findings)}


WATERMARK = _Watermark(
    Field("Definition", "template"),
    Inlined("RawParameter", RAW_WATERMARK),
    Field("TextContent", "text"),
    Field("SvgContent", "svg"),
    *RANGE,
    model=Watermark,
)
MOSAIC = Table(
    Constant("CoordinateOrigin", "TopLeft"),
    Field("XPos", "x_pos"),
    Field("YPos", "y_pos"),
    Field("Width", "width"),
    Field("Height", "height"),
    *RANGE,
    model=Mosaic,
)
