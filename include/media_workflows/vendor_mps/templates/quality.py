"""Templates of quality control. Pure.

The vendor has a list of items with their names; here each item is a field of its own, with its thresholds.
"""

from __future__ import annotations

from typing import Any

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.quality_control import QualityControlParameters
from media_workflows.vendor_mps.event_quality import item_name
from media_workflows.vendor_mps.findings import Findings, Json
from media_workflows.vendor_mps.reading import Field, Part, choice
from media_workflows.vendor_mps.request_table import RequestTable, bounded

_ITEMS = {item_name(item): item for item in QualityControlParameters.model_fields}
_MIN_DURATION = "min_duration_s"
_MOST_MS = 86_400_000
_SET = "QualityControlItemSet"
_ALL_FRAMES = invalid("every frame is checked here: leave it out")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise invalid("must be a text")
    return value


_LIVE = invalid("this is an item of live streams; a source here is a file: leave it out")
_HLS = invalid("this is an item of HLS packages; a source here is one file: leave it out")
_SCORE = invalid("a score without a reference requires a model, which is not available here: leave it out")
_NOT_AVAILABLE = {
    **dict.fromkeys(
        ("StreamEnd", "LackAudioRecover", "LackVideoRecover", "ReceiveFpsJitter", "ReceiveFpsTooSmall"), _LIVE
    ),
    **dict.fromkeys(("LowEvaluation", "AudioEvaluation"), _SCORE),
    "AppletCode": invalid("this is the commercial service's own form of code, which is not published: leave it out"),
    **dict.fromkeys(
        (
            *("HLSBadM3u8Format", "HLSInvalidMasterM3u8", "HLSInvalidMediaM3u8", "HLSMasterM3u8Recommended"),
            *("HLSMediaM3u8Recommended", "HLSMediaM3u8DiscontinuityExist", "HLSMediaSegmentsStreamNumChange"),
            *("HLSMediaSegmentsPTSJitterDeviation", "HLSMediaSegmentsDTSJitterDeviation"),
        ),
        _HLS,
    ),
}
OWN = frozenset(
    {"black_screen", "low_resolution", "odd_resolution", "frame_rate", "duration_mismatch"}
)  # not the vendor's
_ITEM = RequestTable(
    Field("Type", "type", _text),
    choice("Switch", "is_on", {"ON": True, "OFF": False}),
    bounded("Duration", "duration_ms", 1, _MOST_MS),
    unsupported={
        "Sampling": _ALL_FRAMES,
        "IntervalTime": _ALL_FRAMES,
        "Threshold": invalid("the vendor publishes no units of thresholds: set those of this product's template"),
    },
    required=("Type",),
)


def _split(ours: Json) -> Json:
    return {"items": [_as_item(name, settings) for name, settings in ours.items() if settings is not None]}


def _as_item(name: str, settings: Json) -> Json:
    shortest = settings.get(_MIN_DURATION)
    return {"type": item_name(name), "is_on": True, "duration_ms": shortest and round(1000 * shortest)}


def _join(found: Json, _base: Json | None, place: str, findings: Findings) -> Json:
    """A list names all items; an item that it lacks is off."""
    if "items" not in found:
        return found
    ours: Json = dict.fromkeys(_ITEMS.values())
    seen: set[str] = set()
    for number, item in enumerate(found["items"]):
        here, name = f"{place}{_SET}[{number}]", item.get("type", "")
        if name and name in seen:
            findings.refuse(invalid("is in the list twice"), f"{here}.Type", name)
        seen.add(name)
        if not name or not item.get("is_on", True):
            continue
        if name in _ITEMS:
            ours[_ITEMS[name]] = _settings(_ITEMS[name], item.get("duration_ms"), here, findings)
        else:
            unknown = invalid("is not checked here; choose from: {choices}", choices=", ".join(_ITEMS))
            findings.refuse(_NOT_AVAILABLE.get(name, unknown), f"{here}.Type", name)
    return ours


def _settings(name: str, duration: int | None, place: str, findings: Findings) -> Json:
    if duration is None:
        return {}
    if not _has_duration(name):
        findings.refuse(invalid("this item has no duration: leave it out"), f"{place}.Duration", duration)
    return {_MIN_DURATION: duration / 1000}


def _has_duration(name: str) -> bool:
    annotation = QualityControlParameters.model_fields[name].annotation
    return any(_MIN_DURATION in getattr(one, "model_fields", {}) for one in getattr(annotation, "__args__", ()))


QUALITY_CONTROL = RequestTable(
    Part(_SET, "items", _ITEM, many=True),
    unsupported={
        "RecordFormat": invalid("pictures of problems are JPEG files here: leave it out"),
        "Strategy": _ALL_FRAMES,
    },
    split=_split,
    join=_join,
    places=dict.fromkeys(_ITEMS.values(), _SET),
)
