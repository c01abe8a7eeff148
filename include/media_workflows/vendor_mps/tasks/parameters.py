"""RawParameter and OverrideParameter of a transcode task. Pure."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.transcode import TranscodeParameters
from media_workflows.vendor_mps.reading import Field, Findings, Json, Part, Table, choice
from media_workflows.vendor_mps.tasks.streams import OVERRIDE_AUDIO, OVERRIDE_VIDEO, RAW_AUDIO, RAW_VIDEO
from media_workflows.vendor_mps.tasks.subtitles import BURNED_IN

_FLAG = {0: False, 1: True}
_SEGMENTS = ("segment_type", "segment_s")  # the vendor's are among the video's
_DEFAULT_SEGMENTS = {name: TranscodeParameters.model_fields[name].default for name in _SEGMENTS}


class _Parameters(Table):
    """A stream that is removed is null, in parameters also one that is left out.

    The subtitles that the vendor has among the parameters are the item's here: the tables of tasks move them there.
    """

    is_override = False

    def read(self, data: Any, place: str, findings: Findings) -> Json:
        found = super().read(data, place, findings)
        for stream in ("video", "audio"):
            if found.pop(f"remove_{stream}", False):
                found[stream] = None
        video = found.get("video") or {}
        segments = {name: video.pop(name) for name in _SEGMENTS if name in video}
        if segments.get("segment_type") == "ts" and found.get("container", "hls") != "hls":
            del segments["segment_type"]  # 0, the vendor's default
        if self.is_override and not video and found.get("video") is not None:
            del found["video"]  # it had segments only
        return found | segments

    def write(self, data: Any, place: str, findings: Findings) -> Json:
        own = dict(data)
        removed = {
            f"remove_{stream}": True
            for stream in ("video", "audio")
            if own.get(stream) is None and (stream in own or not self.is_override)
        }
        segments = {
            name: own.pop(name)
            for name in _SEGMENTS
            if name in own and (self.is_override or own[name] != _DEFAULT_SEGMENTS[name])
        }
        if segments and (own.get("video") is not None or self.is_override):
            own["video"] = {**(own.get("video") or {}), **segments}
        else:
            own |= segments  # of audio alone, for which the vendor has no place
        streams = {name: value for name, value in own.items() if not (name in ("video", "audio") and value is None)}
        return super().write(streams | removed, place, findings)

    def place_of(self, ours: str) -> str:
        return super().place_of(f"video.{ours}" if ours in _SEGMENTS else ours)


class _Override(_Parameters):
    """Changes of a template: what has a default is a change too, and what is left out stays."""

    is_override = True


_OUTER_FIELDS = (
    Field("Container", "container"),
    choice("RemoveVideo", "remove_video", _FLAG),
    choice("RemoveAudio", "remove_audio", _FLAG),
    Part("SubtitleTemplate", "burned_in_subtitles", BURNED_IN),
)
RAW = _Parameters(
    *_OUTER_FIELDS,
    Part("VideoTemplate", "video", RAW_VIDEO),
    Part("AudioTemplate", "audio", RAW_AUDIO),
    model=TranscodeParameters,
)
OVERRIDE = _Override(
    *_OUTER_FIELDS,
    Part("VideoTemplate", "video", OVERRIDE_VIDEO),
    Part("AudioTemplate", "audio", OVERRIDE_AUDIO),
    unsupported={
        "AddonAudioStream": invalid("audio tracks are added to adaptive streaming only: use `AddOnAudios` there"),
        "AddOnSubtitles": invalid(
            "subtitle tracks are added to adaptive streaming only: use `AddOnSubtitles` there, or SubtitleTemplate"
        ),
    },
)
