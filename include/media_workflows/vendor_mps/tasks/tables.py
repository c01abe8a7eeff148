"""The fields of a task of each kind, and its item here. Pure."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs import JOB_ITEMS
from media_workflows.naming import NumberFormat
from media_workflows.vendor_mps.reading import Field, Findings, Inlined, Json, Part, Table, is_number
from media_workflows.vendor_mps.tasks.definition import effective
from media_workflows.vendor_mps.tasks.files import FILE
from media_workflows.vendor_mps.tasks.overlays import MOSAIC, RANGE, WATERMARK
from media_workflows.vendor_mps.tasks.parameters import OVERRIDE, RAW
from media_workflows.vendor_mps.tasks.subtitles import ADD_ON_AUDIO, ADD_ON_SUBTITLE, BURNED_IN

_NO_RAW_FORM = invalid(
    "tasks of the commercial service take a template: create one of these parameters, and name it here"
)
_SUBTITLES = "burned_in_subtitles"
NUMBERS = Table(
    Field("InitialValue", "initial"),
    Field("Increment", "increment"),
    Field("MinLength", "min_length"),
    Field("PlaceHolder", "placeholder"),
    model=NumberFormat,
)
HEAD_TAIL = Table(Part("HeadSet", "head", FILE, many=True), Part("TailSet", "tail", FILE, many=True))
_DEFINITION = Field("Definition", "template")
_PATH = (_DEFINITION, Field("OutputObjectPath", "output_path"))
_NUMBERED = Part("ObjectNumberFormat", "number_format", NUMBERS)
_WATERMARKS = Part("WatermarkSet", "watermarks", WATERMARK, many=True)
_SEGMENTS = Field("SegmentObjectName", "segment_path")


def _moments(milliseconds: Any) -> Any:
    if not isinstance(milliseconds, list) or not all(is_number(one) for one in milliseconds):
        raise invalid("must be a list of times in milliseconds")
    return [one / 1000 for one in milliseconds]


def _milliseconds(moments: list[float]) -> list[int]:
    found = [round(1000 * moment) for moment in moments]
    if any(abs(1000 * moment - one) > 1e-6 for moment, one in zip(moments, found, strict=True)):
        raise invalid("must be whole milliseconds for the commercial service")
    return found


def _texts(values: Any) -> Any:
    if not isinstance(values, list):
        raise invalid("must be a list")
    return values


def _offsets(seconds: Any) -> Any:
    if not isinstance(seconds, list) or not all(is_number(one) for one in seconds):
        raise invalid("must be a list of times in seconds")
    return [f"{one}s" for one in seconds]


class Task(Table):
    """A task, which is an item here."""

    def read(self, data: Any, place: str, findings: Findings) -> Json:
        return super().read(effective(data, place, findings), place, findings)

    def write(self, data: Json, place: str, findings: Findings) -> Json:
        """The vendor's task of our item, of which only what is set is given. The item may be resolved."""
        own = dict(data)
        if own.get("template") is not None:
            own.pop("parameters", None)
        elif own.get("parameters") is not None and not self.place_of("parameters"):
            findings.refuse(_NO_RAW_FORM, f"{place}.parameters", own.pop("parameters"))
        return {"Definition": 0, **super().write(own, place, findings)}


class _Transcode(Task):
    """The vendor has the subtitles that are burned in among the parameters."""

    def read(self, data: Any, place: str, findings: Findings) -> Json:
        found = super().read(data, place, findings)
        for holder in ("parameters", "override"):
            if _SUBTITLES in found.get(holder, {}):
                found[_SUBTITLES] = found[holder].pop(_SUBTITLES)
        return {name: value for name, value in found.items() if name != "override" or value}

    def write(self, data: Json, place: str, findings: Findings) -> Json:
        own = dict(data)
        if subtitles := own.pop(_SUBTITLES, None):
            holder = "parameters" if own.get("template") is None else "override"
            own[holder] = {**(own.get(holder) or {}), _SUBTITLES: subtitles}
        return super().write(own, place, findings)


class _Snapshots(Task):
    """The vendor has a second list of times, an old form in seconds."""

    def read(self, data: Any, place: str, findings: Findings) -> Json:
        found = super().read(data, place, findings)
        times = [*found.pop("time_offsets", []), *found.pop("seconds", [])]
        return {**found, "time_offsets": times} if times else found


def _intelligence(kind: str) -> Task:
    return Task(_DEFINITION, model=JOB_ITEMS[kind], stays=("output_path", "when_unavailable"))


TABLES = {
    "transcode": _Transcode(
        *_PATH,
        Part("RawParameter", "parameters", RAW),
        Part("OverrideParameter", "override", OVERRIDE),
        _WATERMARKS,
        Part("MosaicSet", "mosaics", MOSAIC, many=True),
        *RANGE,
        _SEGMENTS,
        _NUMBERED,
        Inlined("HeadTailParameter", HEAD_TAIL),
        model=JOB_ITEMS["transcode"],
        stays=("split",),
    ),
    "snapshot_by_time_offset": _Snapshots(
        *_PATH,
        Field("ExtTimeOffsetSet", "time_offsets", _texts),
        Field("TimeOffsetSet", "seconds", _offsets),
        _WATERMARKS,
        _NUMBERED,
        model=JOB_ITEMS["snapshot_by_time_offset"],
    ),
    "sample_snapshot": Task(*_PATH, _WATERMARKS, _NUMBERED, model=JOB_ITEMS["sample_snapshot"]),
    "image_sprite": Task(*_PATH, Field("WebVttObjectName", "web_vtt_path"), _NUMBERED, model=JOB_ITEMS["image_sprite"]),
    "animated_graphic": Task(
        *_PATH, *RANGE, model=JOB_ITEMS["animated_graphic"], always=("start_offset_s", "end_offset_s")
    ),
    "adaptive_dynamic_streaming": Task(
        *_PATH,
        _WATERMARKS,
        Field("SubStreamObjectName", "sub_stream_path"),
        _SEGMENTS,
        Part("AddOnSubtitles", "add_on_subtitles", ADD_ON_SUBTITLE, many=True),
        Part("AddOnAudios", "add_on_audios", ADD_ON_AUDIO, many=True),
        Part("SubtitleTemplate", _SUBTITLES, BURNED_IN),
        Field("KeyPTSList", "key_frames_s", _moments, _milliseconds),
        model=JOB_ITEMS["adaptive_dynamic_streaming"],
        stays=("wait_for", "split", "early_playlist"),
    ),
    **{kind: _intelligence(kind) for kind in ("quality_control", "content_review", "recognition", "analysis")},
}
