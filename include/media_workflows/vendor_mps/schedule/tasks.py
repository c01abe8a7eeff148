"""The task of a node, as the item of a step. Pure."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.vendor_mps.reading import STAYS, Field, Findings, Json, Table, choice, is_empty
from media_workflows.vendor_mps.schedule.parameters import read_parameters, write_parameters

_ELSEWHERE = invalid("is not converted: leave it out, and set it in the step after the import")
_RANGE = (Field("StartTimeOffset", "start_offset_s"), Field("EndTimeOffset", "end_offset_s"))
_WATERMARK = Table(
    Field("Definition", "template"),
    Field("TextContent", "text"),
    Field("SvgContent", "svg"),
    *_RANGE,
    unsupported={"RawParameter": invalid("is not converted: create a watermark template, and name it in Definition")},
)
_MOSAIC = Table(
    choice("CoordinateOrigin", "origin", {"TopLeft": "top_left"}),
    Field("XPos", "x_pos"),
    Field("YPos", "y_pos"),
    Field("Width", "width"),
    Field("Height", "height"),
    *_RANGE,
)
_NUMBERS = Table(
    Field("InitialValue", "initial"),
    Field("Increment", "increment"),
    Field("MinLength", "min_length"),
    Field("PlaceHolder", "placeholder"),
)
_PATH = (Field("Definition", "template"), Field("OutputObjectPath", "output_path"))
_NUMBERED = Field("ObjectNumberFormat", "number_format")
_MARKS = Field("WatermarkSet", "watermarks")
_SEGMENTS = Field("SegmentObjectName", "segment_path")


def _moments(milliseconds: Any) -> Any:
    if not isinstance(milliseconds, list) or not all(isinstance(one, int | float) for one in milliseconds):
        raise invalid("must be a list of times in milliseconds")
    return [one / 1000 for one in milliseconds]


TABLES = {
    "transcode": Table(
        *_PATH,
        _NUMBERED,
        _MARKS,
        _SEGMENTS,
        *_RANGE,
        Field("MosaicSet", "mosaics"),
        Field("RawParameter", "parameters"),
        Field("OverrideParameter", "override"),
        unsupported={"HeadTailParameter": _ELSEWHERE},
    ),
    "snapshot_by_time_offset": Table(
        *_PATH, _NUMBERED, _MARKS, Field("ExtTimeOffsetSet", "time_offsets"), Field("TimeOffsetSet", "seconds")
    ),
    "sample_snapshot": Table(*_PATH, _NUMBERED, _MARKS),
    "image_sprite": Table(*_PATH, _NUMBERED, Field("WebVttObjectName", "web_vtt_path")),
    "animated_graphic": Table(*_PATH, *_RANGE),
    "adaptive_dynamic_streaming": Table(
        *_PATH,
        _MARKS,
        _SEGMENTS,
        Field("SubStreamObjectName", "sub_stream_path"),
        Field("KeyPTSList", "key_frames_s", _moments, lambda times: [round(1000 * one) for one in times]),
        unsupported=dict.fromkeys(("AddOnSubtitles", "AddOnAudios", "SubtitleTemplate"), _ELSEWHERE),
    ),
    "quality_control": Table(Field("Definition", "template")),
    "content_review": Table(Field("Definition", "template")),
    "recognition": Table(Field("Definition", "template")),
    "analysis": Table(Field("Definition", "template")),
}
_NESTED = {"watermarks": ("WatermarkSet", _WATERMARK), "mosaics": ("MosaicSet", _MOSAIC)}
_PARAMETERS = {"parameters": "RawParameter", "override": "OverrideParameter"}


def read_task(kind: str, task: Json, place: str, findings: Findings) -> Json:
    """Our item of a node's task without its OutputStorage."""
    given = {name: value for name, value in task.items() if name != "OutputStorage"}
    found = TABLES[kind].read(given, place, findings)
    for ours, (vendor, table) in _NESTED.items():
        if ours in found:
            found[ours] = _read_list(table, found[ours], f"{place}.{vendor}", findings)
    if "number_format" in found:
        found["number_format"] = _NUMBERS.read(found["number_format"], f"{place}.ObjectNumberFormat", findings)
    if seconds := found.pop("seconds", None):
        found["time_offsets"] = [*found.get("time_offsets", []), *(f"{one}s" for one in seconds)]
    for mosaic in found.get("mosaics", []):
        mosaic.pop("origin", None)
    _read_parameters(found, place, findings)
    return found


def _read_list(table: Table, data: Any, place: str, findings: Findings) -> list[Json]:
    if not isinstance(data, list):
        findings.refuse(invalid("must be a list"), place, data)
        return []
    return [table.read(one, f"{place}[{number}]", findings) for number, one in enumerate(data)]


def _read_parameters(found: Json, place: str, findings: Findings) -> None:
    """A Definition of 0 stands for RawParameter; beside another one, RawParameter has no effect."""
    for ours, vendor in _PARAMETERS.items():
        given = found.pop(ours, None)
        if is_empty(given):
            continue
        if ours == "parameters" and found.get("template"):
            findings.note(invalid("has no effect beside a Definition: it is kept for an export"), place, given)
            continue
        found[ours] = read_parameters(given, f"{place}.{vendor}", findings)
    if found.get("template") == 0:
        del found["template"]


def write_task(kind: str, item: Json, place: str, findings: Findings) -> Json:
    """The vendor's task of our item, of which only what is set is given."""
    data = dict(item)
    if kind != "transcode" and "parameters" in data:
        findings.refuse(_no_template(), f"{place}.parameters", data.pop("parameters"))
    if "output_path" in data and not TABLES[kind].place_of("output_path"):
        findings.note(STAYS, f"{place}.output_path", data.pop("output_path"))
    for ours in _PARAMETERS.keys() & data.keys():
        data[ours] = write_parameters(data[ours], f"{place}.{ours}", findings)
    for ours, (_, table) in _NESTED.items():
        if ours in data:
            data[ours] = [
                table.write(one, f"{place}.{ours}[{number}]", findings) for number, one in enumerate(data[ours])
            ]
    for mosaic in data.get("mosaics", []):
        mosaic["CoordinateOrigin"] = "TopLeft"
    if "number_format" in data:
        data["number_format"] = _NUMBERS.write(data["number_format"], f"{place}.number_format", findings)
    return {"Definition": 0, **TABLES[kind].write(data, place, findings)}


def _no_template() -> InvalidValueError:
    return invalid("tasks of the commercial service take a template: create one of these parameters, and name it here")
