"""RawParameter and OverrideParameter of a transcode task. Pure."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.invalid import invalid
from media_workflows.vendor_mps.reading import Field, Findings, Json, Table, choice

_SWITCH = {"open": True, "close": False}
_FLAG = {0: False, 1: True}
_VIDEO_CODECS = {
    **{"h264": "h264", "h.264": "h264", "libx264": "h264", "h265": "h265", "h.265": "h265", "libx265": "h265"},
    **{"h266": "h266", "av1": "av1", "vp8": "vp8", "vp9": "vp9", "mpeg2": "mpeg2", "dnxhd": "dnxhd", "copy": "copy"},
}
_AUDIO_CODECS = {
    **{"aac": "aac", "libfdk_aac": "aac", "mp3": "mp3", "libmp3lame": "mp3", "mp2": "mp2", "ac3": "ac3"},
    **{"eac3": "eac3", "flac": "flac", "opus": "opus", "vorbis": "vorbis", "pcm16": "pcm", "copy": "copy"},
}
_ELSEWHERE = invalid("is not converted: leave it out, and set it in the step after the import")
_VIDEO = Table(
    choice("Codec", "codec", _VIDEO_CODECS),
    Field("Fps", "fps"),
    Field("Bitrate", "bitrate_kbps"),
    choice("ResolutionAdaptive", "resolution_adaptive", _SWITCH),
    Field("Width", "width"),
    Field("Height", "height"),
    Field("Gop", "gop_frames"),
    Field("GopS", "gop_s"),  # the vendor has one field and a unit: see `_one_gop`
    Field("FillType", "fill_type"),
    Field("Vcrf", "crf"),
    Field("VideoProfile", "profile"),
    Field("VideoLevel", "level", str),
    Field("Bframes", "b_frames"),
    choice("Mode", "mode", {"VBR": "vbr", "ABR": "abr", "CBR": "cbr", "VCRF": "crf"}),
    Field("Sar", "sar"),
    Field("BitDepth", "bit_depth"),
    unsupported={
        **dict.fromkeys(("ContentAdaptStream", "HlsTime", "SegmentType", "FpsDenominator", "Stereo3dType"), _ELSEWHERE),
        "NoScenecut": _ELSEWHERE,  # its name and the vendor's description of it contradict each other
    },
)
_AUDIO = Table(
    choice("Codec", "codec", _AUDIO_CODECS),
    Field("Bitrate", "bitrate_kbps"),
    Field("SampleRate", "sample_rate_hz"),
    Field("AudioChannel", "channels"),
    Field("AudioLanguage", "language"),
    Field("AudioName", "name"),
    unsupported={"StreamSelects": _ELSEWHERE},
)
_OUTER = Table(
    Field("Container", "container"),
    choice("RemoveVideo", "remove_video", _FLAG),
    choice("RemoveAudio", "remove_audio", _FLAG),
    Field("VideoTemplate", "video"),
    Field("AudioTemplate", "audio"),
    unsupported=dict.fromkeys(("SubtitleTemplate", "AddonAudioStream", "AddOnSubtitles"), _ELSEWHERE),
)
_STREAMS = (("video", "VideoTemplate", _VIDEO), ("audio", "AudioTemplate", _AUDIO))


def read_parameters(data: Any, place: str, findings: Findings) -> Json:
    """Our parameters; a stream that is removed is null."""
    found = _OUTER.read(data, place, findings)
    for ours, vendor, table in _STREAMS:
        is_removed = found.pop(f"remove_{ours}", False)
        if ours in found:
            found[ours] = table.read(_one_gop(found[ours], reads=True), f"{place}.{vendor}", findings)
        if is_removed:
            found[ours] = None
    return found


def write_parameters(data: Json, place: str, findings: Findings) -> Json:
    """The vendor's parameters of ours."""
    outer = {name: value for name, value in data.items() if not (name in ("video", "audio") and value is None)}
    found = _OUTER.write(outer, place, findings)
    for ours, vendor, table in _STREAMS:
        if ours in data and data[ours] is None:
            found[f"Remove{ours.capitalize()}"] = 1
        elif ours in data:
            found[vendor] = _one_gop(table.write(data[ours], f"{place}.{ours}", findings), reads=False)
    return found


def _one_gop(video: Any, *, reads: bool) -> Any:
    """The vendor's Gop counts in GopUnit, frames by default."""
    if not isinstance(video, dict):
        return video
    if reads:
        unit = video.get("GopUnit")
        names = {"Gop": "GopS"} if unit == "second" else {}
        return {names.get(name, name): value for name, value in video.items() if name != "GopUnit"}
    if "GopS" not in video:
        return video
    rest = {name: value for name, value in video.items() if name != "GopS"}
    return {**rest, "Gop": video["GopS"], "GopUnit": "second"}
