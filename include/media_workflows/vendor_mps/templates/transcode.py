"""Templates of transcode and of adaptive streaming. Pure."""

from __future__ import annotations

from typing import get_args

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.containers import VIDEO_CODECS, Container
from media_workflows.domain.jobs.transcode import TranscodeParameters
from media_workflows.vendor_mps.findings import Findings, Json
from media_workflows.vendor_mps.reading import Field, Part, below, choice
from media_workflows.vendor_mps.request_table import FLAG, RequestTable
from media_workflows.vendor_mps.templates.streams import join_streams, split_streams, stream_members

_SEGMENTS = {"segment_type": "VideoTemplate.SegmentType", "segment_s": "VideoTemplate.HlsTime"}
_FOR_HLS = invalid("is an option of the container hls only: leave it out")


def _split_transcode(ours: Json) -> Json:
    """The vendor has the segments of HLS in the video."""
    arranged = split_streams(ours)
    if ours["video"] is not None and ours["container"] == "hls":
        arranged["video"] = {**ours["video"], **{name: ours[name] for name in _SEGMENTS}}
    return arranged


def _join_transcode(found: Json, base: Json | None, place: str, findings: Findings) -> Json:
    container = found.get("container", base and base["container"])
    required = {"audio": "AudioTemplate"}
    if container in VIDEO_CODECS:
        required["video"] = "VideoTemplate"
    for name, vendor in _SEGMENTS.items():
        if name in (found.get("video") or {}):
            found[name] = found["video"].pop(name)
            if container != "hls":
                findings.refuse(_FOR_HLS, below(place, vendor), found[name])
        elif container != "hls" and base and base["container"] == "hls":
            found[name] = TranscodeParameters.model_fields[name].default
    join_streams(found, base, required, place, findings)
    return found


TRANSCODE = RequestTable(
    choice("Container", "container", {one: one for one in get_args(Container)}),
    *stream_members("VideoTemplate", "AudioTemplate"),
    split=_split_transcode,
    join=_join_transcode,
    places=_SEGMENTS,
)


def _join_stream(found: Json, base: Json | None, place: str, findings: Findings) -> Json:
    join_streams(found, base, {"video": "Video", "audio": "Audio"}, place, findings)
    return found


_STREAM = RequestTable(*stream_members("Video", "Audio"), split=split_streams, join=_join_stream)


def _split_ladder(ours: Json) -> Json:
    """The vendor has the length of segments in each video."""
    streams = [
        {**stream, "video": stream["video"] and {**stream["video"], "segment_s": ours["segment_s"]}}
        for stream in ours["streams"]
    ]
    return {**ours, "streams": streams}


def _join_ladder(found: Json, _base: Json | None, place: str, findings: Findings) -> Json:
    lengths = []
    for number, stream in enumerate(found.get("streams", [])):
        video = stream.get("video") or {}
        here = f"{place}StreamInfos[{number}].Video"
        if video.pop("segment_type", "ts") != "ts":
            findings.refuse(
                invalid("has no effect in a ladder: set the SegmentType of the template"), f"{here}.SegmentType", None
            )
        if (length := video.pop("segment_s", None)) is not None:
            lengths.append(length)
            if length != lengths[0]:
                findings.refuse(invalid("must be the same in all sub-streams"), f"{here}.HlsTime", length)
    return {**found, "segment_s": lengths[0]} if lengths else found


ADAPTIVE_DYNAMIC_STREAMING = RequestTable(
    choice("Format", "format", {"HLS": "hls", "MPEG-DASH": "dash"}),
    Part("StreamInfos", "streams", _STREAM, many=True),
    choice("DisableHigherVideoBitrate", "disable_higher_video_bitrate", FLAG),
    choice("DisableHigherVideoResolution", "disable_higher_video_resolution", FLAG),
    choice("PureAudio", "pure_audio", FLAG),
    Field("SegmentType", "segment_type"),
    split=_split_ladder,
    join=_join_ladder,
    places={"segment_s": "StreamInfos"},
)
