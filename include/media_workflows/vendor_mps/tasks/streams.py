"""VideoTemplate and AudioTemplate of RawParameter and OverrideParameter. Pure."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters
from media_workflows.vendor_mps.reading import Field, Findings, Json, Table, choice, is_empty, is_number, no_form, same
from media_workflows.vendor_mps.stream_values import (
    AUDIO_CODECS,
    GOP_UNITS,
    MODES,
    SEGMENT_TYPES,
    VIDEO_CODECS,
    fraction,
    frame_rate,
)

_SWITCH = {"open": True, "close": False}
_AUTOMATIC_CRF, _AUTOMATIC_B_FRAMES = 100, -1  # in an override, which sets the template's value back
_AS_SOURCE = "source"
_HALVES = {"GopUnit": "Gop", "FpsDenominator": "Fps"}


def _number(value: Any) -> Any:
    if not is_number(value):
        raise invalid("must be a number")
    return value


def _denominator(value: Any) -> Any:
    if _number(value) <= 0:
        raise invalid("must be greater than 0")
    return value


def _whole(value: Any) -> int:
    if value != int(value):
        raise invalid("must be a whole number for the commercial service")
    return int(value)


def _or_source(value: Any) -> Any:
    """The source's is kept where nothing is said."""
    return "" if value == _AS_SOURCE else value


def _automatic(vendor: str, ours: str, value: int) -> Field:
    """A field of an override whose `value` of the vendor is our null."""
    return Field(
        vendor, ours, lambda given: None if given == value else given, lambda own: value if own is None else own
    )


class _Video(Table):
    """The vendor's frame rate has a denominator, and its Gop a unit."""

    def read(self, data: Any, place: str, findings: Findings) -> Json:
        found = super().read(data, place, findings)
        if found.pop("gop_unit", "frame") == "second" and "gop_frames" in found:
            found["gop_s"] = found.pop("gop_frames")
        denominator = found.pop("fps_denominator", 1)
        if "fps" in found and denominator != 1:
            found["fps"] = frame_rate(found["fps"], denominator)
        return found

    def write(self, data: Any, place: str, findings: Findings) -> Json:
        own = dict(data)
        seconds = own.pop("gop_s", None)
        if seconds and seconds != int(seconds):
            findings.refuse(no_form(), f"{place}.gop_s", seconds)
        elif seconds:
            own |= {"gop_frames": int(seconds), "gop_unit": "second"}
        elif seconds == 0:
            own.setdefault("gop_frames", 0)
        if own.get("fps") is not None:
            rate, denominator = fraction(own["fps"])
            own |= {"fps": rate} | ({"fps_denominator": denominator} if denominator != 1 else {})
        return super().write(own, place, findings)

    def place_of(self, ours: str) -> str:
        return super().place_of(ours.replace("gop_s", "gop_frames"))


class _VideoChanges(_Video):
    """In an override, one kind of GOP replaces the other.

    Half of a value changes nothing: what the other half is there, only the template says.
    """

    def read(self, data: Any, place: str, findings: Findings) -> Json:
        found = super().read(data, place, findings)
        given = data if isinstance(data, dict) else {}
        for half, whole in _HALVES.items():
            if not is_empty(given.get(half)) and is_empty(given.get(whole)):
                findings.refuse(
                    invalid("requires the field {discriminator}", discriminator=whole), f"{place}.{half}", given[half]
                )
        other = {"gop_frames": "gop_s", "gop_s": "gop_frames"}
        return found | {other[name]: 0 for name in other if name in found}


_VIDEO_FIELDS = (
    choice("Codec", "codec", VIDEO_CODECS),
    Field("Fps", "fps", _number),
    Field("FpsDenominator", "fps_denominator", _denominator),
    Field("Bitrate", "bitrate_kbps"),
    choice("ResolutionAdaptive", "resolution_adaptive", _SWITCH),
    Field("Width", "width"),
    Field("Height", "height"),
    Field("Gop", "gop_frames"),
    choice("GopUnit", "gop_unit", GOP_UNITS),
    choice("FillType", "fill_type", {name: name for name in ("stretch", "black", "white", "gauss")}),
    Field("HlsTime", "segment_s", same, _whole),
    choice("SegmentType", "segment_type", SEGMENT_TYPES),
    Field("VideoProfile", "profile"),
    Field("VideoLevel", "level", str),
    choice("Mode", "mode", MODES),
    Field("Sar", "sar", lambda sar: "1:1" if sar == "default" else sar),
    Field("BitDepth", "bit_depth"),
)
_VIDEO_UNSUPPORTED = {
    "Stereo3dType": invalid("stereoscopic video is not supported: leave it out"),
    # its name and the vendor's description of it contradict each other
    "NoScenecut": invalid(
        "its name contradicts its description: leave it out, and set `no_scene_cut` in the definition"
    ),
}
RAW_VIDEO = _Video(
    *_VIDEO_FIELDS,
    Field("Vcrf", "crf"),
    Field("Bframes", "b_frames"),
    unsupported=_VIDEO_UNSUPPORTED,
    model=VideoParameters,
    always=("codec", "bitrate_kbps", "fps"),
)
OVERRIDE_VIDEO = _VideoChanges(
    *_VIDEO_FIELDS,
    _automatic("Vcrf", "crf", _AUTOMATIC_CRF),
    _automatic("Bframes", "b_frames", _AUTOMATIC_B_FRAMES),
    unsupported={
        **_VIDEO_UNSUPPORTED,
        "ContentAdaptStream": invalid("a ladder by content is not supported: use an adaptive streaming task"),
    },
)
_AUDIO_FIELDS = (
    choice("Codec", "codec", AUDIO_CODECS),
    Field("Bitrate", "bitrate_kbps"),
    Field("SampleRate", "sample_rate_hz"),
    Field("AudioChannel", "channels"),
)
RAW_AUDIO = Table(
    *_AUDIO_FIELDS,
    Field("AudioLanguage", "language", _or_source),
    Field("AudioName", "name", _or_source),
    model=AudioParameters,
    always=("codec", "bitrate_kbps", "sample_rate_hz"),
)
OVERRIDE_AUDIO = Table(
    *_AUDIO_FIELDS,
    unsupported={
        "StreamSelects": invalid(
            "tracks are not chosen by number: set `tracks: all` to keep every one, or leave it out"
        )
    },
)
