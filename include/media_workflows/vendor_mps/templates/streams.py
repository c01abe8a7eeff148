"""VideoTemplateInfo and AudioTemplateInfo, of transcode templates and of the sub-streams of a ladder. Pure."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.vendor_names import VENDOR_VALUES
from media_workflows.vendor_mps.findings import Findings, Json
from media_workflows.vendor_mps.reading import AnyField, Field, Part, below, choice
from media_workflows.vendor_mps.request_table import FLAG, REQUIRED, RequestTable, bounded, whole
from media_workflows.vendor_mps.stream_values import (
    AUDIO_CODECS,
    GOP_UNITS,
    MODES,
    SEGMENT_TYPES,
    VIDEO_CODECS,
    fraction,
    frame_rate,
)
from media_workflows.vendor_mps.templates.pictures import SIZE

_MOST_FPS, _MOST_DENOMINATOR = 2_000_000, 10_000

_ADAPTIVE_CODING = invalid("content-adaptive encoding is not supported: use `Vcrf`, constant quality")
_SCENE_CUT = invalid(
    "the name and the description of this field contradict each other: leave it out, or set no_scene_cut here"
)
_TRACKS = invalid("the audio tracks to keep cannot be chosen here: leave it out, or set `tracks` in the template")


def _automatic(vendor: str, ours: str, number: int) -> Field:
    """A field that one number sets back to automatic, as leaving it out does."""
    return Field(vendor, ours, lambda value: None if value == number else value)


def _source(vendor: str, ours: str) -> Field:
    """A text that 'source' takes from the source, as leaving it out does; '' here."""
    return Field(vendor, ours, lambda value: "" if value == "source" else value, lambda value: value or None)


def _level(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else value


def _join_video(found: Json, base: Json | None, place: str, findings: Findings) -> Json:
    _join_gop(found, base or {})
    _join_rate(found, place, findings)
    return found


def _join_gop(found: Json, base: Json) -> None:
    """The vendor has one length and its unit."""
    if {"gop", "gop_unit"}.isdisjoint(found):
        return
    unit = found.pop("gop_unit", base.get("gop_unit", "frame"))
    length = found.pop("gop", base.get("gop", 0))
    found |= {"gop_frames": 0, "gop_s": 0, "gop_s" if unit == "second" else "gop_frames": length}


def _join_rate(found: Json, place: str, findings: Findings) -> None:
    denominator = found.pop("fps_denominator", None)
    if denominator is None:
        return
    if "fps" not in found:
        findings.refuse(invalid("requires Fps beside it"), below(place, "FpsDenominator"), denominator)
        return
    try:
        bounded("Fps", "fps", 0, _MOST_FPS).read(found["fps"])
    except InvalidValueError as problem:
        findings.refuse(problem, below(place, "Fps"), found["fps"])
        return
    found["fps"] = frame_rate(found["fps"], denominator)


def _split_video(ours: Json) -> Json:
    rate, denominator = fraction(ours["fps"])
    gop = {"gop": ours["gop_s"] or ours["gop_frames"], "gop_unit": "second" if ours["gop_s"] else "frame"}
    return {**ours, **gop, "fps": rate, "fps_denominator": denominator if denominator != 1 else None}


VIDEO = RequestTable(
    choice("Codec", "codec", VIDEO_CODECS),
    Field("Fps", "fps"),
    bounded("FpsDenominator", "fps_denominator", 1, _MOST_DENOMINATOR),
    Field("Bitrate", "bitrate_kbps"),
    *SIZE,
    whole("Gop", "gop"),
    choice("GopUnit", "gop_unit", GOP_UNITS),
    _automatic("Vcrf", "crf", 100),
    whole("HlsTime", "segment_s"),
    choice("SegmentType", "segment_type", SEGMENT_TYPES),
    Field("VideoProfile", "profile"),
    Field("VideoLevel", "level", _level),
    _automatic("Bframes", "b_frames", -1),
    choice("Mode", "mode", MODES),
    Field("Sar", "sar", lambda value: "1:1" if value == "default" else value),
    Field("BitDepth", "bit_depth"),
    unsupported={
        "Stereo3dType": VENDOR_VALUES["mv-hevc"],
        "ContentAdaptStream": _ADAPTIVE_CODING,
        "NoScenecut": _SCENE_CUT,
    },
    split=_split_video,
    join=_join_video,
    places={"gop_frames": "Gop", "gop_s": "Gop"},
)
AUDIO = RequestTable(
    choice("Codec", "codec", AUDIO_CODECS),
    Field("Bitrate", "bitrate_kbps"),
    Field("SampleRate", "sample_rate_hz"),
    Field("AudioChannel", "channels"),
    _source("AudioLanguage", "language"),
    _source("AudioName", "name"),
    unsupported={"StreamSelects": _TRACKS},
)


def stream_members(video: str, audio: str) -> tuple[AnyField, ...]:
    """The two streams under their names, and the flags that remove them."""
    return (
        choice("RemoveVideo", "remove_video", FLAG),
        choice("RemoveAudio", "remove_audio", FLAG),
        Part(video, "video", VIDEO),
        Part(audio, "audio", AUDIO),
    )


def join_streams(found: Json, base: Json | None, required: dict[str, str], place: str, findings: Findings) -> None:
    """A removed stream is null; its settings, which some clients require, have no effect.

    `required` are the vendor's names of the streams that a new object has unless it removes them.
    """
    for stream in ("video", "audio"):
        was_removed = bool(base and base[f"remove_{stream}"])
        if found.pop(f"remove_{stream}", was_removed):
            found[stream] = None
        elif (base is None or was_removed) and stream in required and stream not in found:
            findings.refuse(REQUIRED, below(place, required[stream]), None)


def split_streams(ours: Json) -> Json:
    return {**ours, **{f"remove_{stream}": ours[stream] is None for stream in ("video", "audio")}}
