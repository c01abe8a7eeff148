"""VideoTemplateInfo and AudioTemplateInfo, of transcode templates and of the sub-streams of a ladder. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.vendor_names import VENDOR_VALUES
from media_workflows.vendor_mps.reading import Field, Findings, Json, choice
from media_workflows.vendor_mps.templates.pictures import SIZE
from media_workflows.vendor_mps.templates.shape import (
    FLAG,
    REQUIRED,
    Member,
    Off,
    Part,
    Shape,
    below,
    bounded,
    named,
    vendor_only,
    whole,
)

_VIDEO_CODECS = {
    **{"h264": "h264", "h.264": "h264", "libx264": "h264", "h265": "h265", "h.265": "h265", "libx265": "h265"},
    **{"h266": "h266", "av1": "av1", "vp8": "vp8", "vp9": "vp9", "mpeg2": "mpeg2", "dnxhd": "dnxhd", "copy": "copy"},
}
_AUDIO_CODECS = {
    **{"aac": "aac", "libfdk_aac": "aac", "mp3": "mp3", "libmp3lame": "mp3", "mp2": "mp2", "ac3": "ac3"},
    **{"eac3": "eac3", "flac": "flac", "opus": "opus", "vorbis": "vorbis", "pcm16": "pcm", "copy": "copy"},
}
_SEGMENT_TYPES = {0: "ts", 2: "ts-byterange", 7: "mp4", 5: "mp4-byterange"}
_MOST_FPS, _MOST_DENOMINATOR = 2_000_000, 10_000
_NTSC = 1001

_ADAPTIVE_CODING = Off(invalid("content-adaptive encoding is not supported: use `Vcrf`, constant quality"))
_SCENE_CUT = Off(
    invalid("the name and the description of this field contradict each other: leave it out, or set no_scene_cut here")
)
_TRACKS = Off(invalid("the audio tracks to keep cannot be chosen here: leave it out, or set `tracks` in the template"))


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
        rate = bounded("Fps", "fps", 0, _MOST_FPS).read(found["fps"]) / denominator
    except InvalidValueError as problem:
        findings.refuse(problem, below(place, "Fps"), found["fps"])
        return
    is_ntsc = denominator == _NTSC and found["fps"] % 1000 == 0
    found["fps"] = round(rate, 3) if is_ntsc else rate  # 24000/1001 is called 23.976


def _split_video(ours: Json) -> Json:
    rate, denominator = _fraction(ours["fps"])
    gop = {"gop": ours["gop_s"] or ours["gop_frames"], "gop_unit": "second" if ours["gop_s"] else "frame"}
    return {**ours, **gop, "fps": rate, "fps_denominator": denominator}


def _fraction(fps: float) -> tuple[int, int | None]:
    """Fps and FpsDenominator; a whole number needs no denominator."""
    if fps == int(fps):
        return int(fps), None
    frames = 1000 * round(fps * _NTSC / 1000)
    if round(frames / _NTSC, 3) == fps:
        return frames, _NTSC
    rate = Fraction(fps).limit_denominator(_MOST_DENOMINATOR)
    return rate.numerator, rate.denominator


VIDEO = Shape(
    (
        named("Codec", "codec", _VIDEO_CODECS),
        Field("Fps", "fps"),
        bounded("FpsDenominator", "fps_denominator", 1, _MOST_DENOMINATOR),
        Field("Bitrate", "bitrate_kbps"),
        *SIZE,
        whole("Gop", "gop"),
        choice("GopUnit", "gop_unit", {"frame": "frame", "second": "second"}),
        _automatic("Vcrf", "crf", 100),
        whole("HlsTime", "segment_s"),
        choice("SegmentType", "segment_type", _SEGMENT_TYPES),
        Field("VideoProfile", "profile"),
        Field("VideoLevel", "level", _level),
        _automatic("Bframes", "b_frames", -1),
        choice("Mode", "mode", {"VBR": "vbr", "ABR": "abr", "CBR": "cbr", "VCRF": "crf", "CRF": "crf"}),
        Field("Sar", "sar", lambda value: "1:1" if value == "default" else value),
        Field("BitDepth", "bit_depth"),
    ),
    off={
        **vendor_only("RawPts", "SegmentSpecificInfo", "SceneType", "CompressType", "ScenarioBased"),
        "Compress": vendor_only("Compress")["Compress"]._replace(values=(0, -1)),
        "Stereo3dType": Off(VENDOR_VALUES["mv-hevc"]),
        "ContentAdaptStream": _ADAPTIVE_CODING,
        "NoScenecut": _SCENE_CUT,
    },
    split=_split_video,
    join=_join_video,
    places={"gop_frames": "Gop", "gop_s": "Gop"},
)
AUDIO = Shape(
    (
        named("Codec", "codec", _AUDIO_CODECS),
        Field("Bitrate", "bitrate_kbps"),
        Field("SampleRate", "sample_rate_hz"),
        Field("AudioChannel", "channels"),
        _source("AudioLanguage", "language"),
        _source("AudioName", "name"),
    ),
    off={
        **vendor_only("DefaultTrack", "TrackChannelInfo"),
        "StreamSelects": _TRACKS,
    },
)


def stream_members(video: str, audio: str) -> tuple[Member, ...]:
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
