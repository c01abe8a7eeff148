"""The base of all models, and the one translation of pydantic's faults into ours."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from media_workflows.errors import FieldProblem


class Model(BaseModel):
    """Immutable; an unknown field is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# pydantic puts the chosen alternative of a union into its paths; the author of a definition knows no such field.
UNION_FIELDS = {"notification": {"http", "sqs", "sns"}, "mark": {"image", "text", "svg"}}


def field_path(location: tuple[int | str, ...]) -> str:
    """('jobs', 'transcode', 0, 'template') -> 'jobs.transcode[0].template'."""
    path = ""
    for before, part in zip(("", *location), location, strict=False):
        if part in UNION_FIELDS.get(str(before), ()):
            continue
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path or "(whole definition)"


_USER_AND_PASSWORD = re.compile(r"(?<=//)[^/\s'\"]*@")


def _shown(value: Any) -> str:
    """A refused value, shortened; what is secret in it must not reach logs by way of an error."""
    if isinstance(value, dict) and (hidden := value.keys() & {"NotifyKey", "AwsSQS"}):
        value = value | dict.fromkeys(hidden, "***")
    text = _USER_AND_PASSWORD.sub("***@", repr(value))
    return text if len(text) <= 80 else f"{text[:77]}..."


# What the commercial service has and free software has not, by field name without case and underscores.
VENDOR_ONLY = {
    "tehdconfig": "the vendor's own encoder is not here: use `crf`, constant quality, as the presets 1008xx do",
    "enhanceconfig": "the vendor's picture and sound enhancement is not here: leave it out",
    "stdextinfo": "the vendor's private extensions are not here: leave it out",
    "stdextstreaminfos": "the vendor's private extensions are not here: leave it out",
    "compress": "the vendor's compression levels are not here: use `crf` or `bitrate_kbps`",
    "compresstype": "the vendor's compression levels are not here: use `crf` or `bitrate_kbps`",
    "scenariobased": "the vendor's scenario tuning is not here: leave it out",
    "scenetype": "the vendor's scenario tuning is not here: leave it out",
    "segmentspecificinfo": "first segments of another length are not here: set one `segment_s`",
    "rawpts": "outputs begin at 0 s here, whatever the source's clock: leave it out",
    "blindwatermark": "invisible watermarks are the vendor's own: use a visible one in `watermarks`",
    "drminfo": "DRM needs a licence server of a DRM vendor: for HLS use `encryption` (AES-128)",
}

_NO_PACKED_AUDIO = "packed audio segments are not written here: use {}, whose sound is apart as well"
VENDOR_VALUES = {
    "smarttailor": "content-aware cropping is the vendor's own: use 'crop', which cuts from the centre",
    "ts-packed-audio": _NO_PACKED_AUDIO.format("ts-ts-segment"),
    "ts-packed-audio-byterange": _NO_PACKED_AUDIO.format("ts-ts-byterange"),
    "mp4-packed-audio": _NO_PACKED_AUDIO.format("mp4-mp4-segment"),
    "mp4-packed-audio-byterange": _NO_PACKED_AUDIO.format("mp4-mp4-byterange"),
    "mv-hevc": "stereoscopic HEVC is not here, no free encoder makes it: use h265",
}


def _unknown_field(name: str) -> str:
    return VENDOR_ONLY.get(name.replace("_", "").lower(), "unknown field, remove it")


def problems_of(error: ValidationError) -> list[FieldProblem]:
    """Every fault of a pydantic error as (field, got, wants)."""
    found = []
    for fault in error.errors(include_url=False):
        got = "nothing" if fault["type"] == "missing" else _shown(fault["input"])
        wants = fault["msg"].removeprefix("Value error, ")
        wants = _unknown_field(str(fault["loc"][-1])) if fault["type"] == "extra_forbidden" else wants
        wants = VENDOR_VALUES.get(str(fault["input"]), wants)
        found.append(FieldProblem(field_path(fault["loc"]), got, wants))
    return found
