"""Objects that the models of the vendor's SDK can express, and the one form of those that mean the same."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from tencentcloud.mps.v20190612 import models

from media_workflows.vendor_mps.reading import ObjectPlace, is_empty, is_off
from vendor_walker import fields_of

Json = dict[str, Any]
BUCKET = ObjectPlace("media-input", "eu-west-3")
S3_FILE = {
    "Type": "AWS-S3",
    "S3InputInfo": {"S3Bucket": "media-input", "S3Region": "eu-west-3", "S3Object": "clips/head.mp4"},
}
COS_FILE = {
    "Type": "COS",
    "CosInputInfo": {"Bucket": "media-input", "Region": "eu-west-3", "Object": "/clips/head.mp4"},
}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
IMAGE = {"Type": "URL", "UrlInputInfo": {"Url": f"data:image/png;base64,{PNG}"}}
OTHER_FILES: list[Json] = [
    {"Type": "URL", "UrlInputInfo": {"Url": "https://example.com/a.png"}},
    {"Type": "COS", "CosInputInfo": {"Bucket": "another-bucket", "Region": "", "Object": "/a.srt"}},
    {"Type": "VOD", "VODInputInfo": {"FileId": "1"}},
    {"Type": "AWS-S3", "S3InputInfo": {"S3Object": "a", "S3SecretKey": "hidden"}},
]
VALUES: dict[str, list[Any]] = {
    "Codec": ["h264", "h265", "aac", "mp3", "copy", "mv-hevc"],
    "Container": ["mp4", "hls", "m4a"],
    "RemoveVideo": [0, 1],
    "RemoveAudio": [0, 1],
    "Fps": [0, 25, 30000, 24000],
    "FpsDenominator": [1, 1001],
    "ResolutionAdaptive": ["open", "close"],
    "Gop": [0, 48, 2],
    "GopUnit": ["frame", "second", "minute"],
    "FillType": ["stretch", "black", "white", "gauss", "smarttailor"],
    "SegmentType": [0, 2, 7, 5, 9],
    "Mode": ["VBR", "ABR", "CBR", "VCRF"],
    "Sar": ["1:1", "2:1", "default"],
    "VideoLevel": ["", "4.1"],
    "VideoProfile": ["default", "main"],
    "Vcrf": [0, 23, 100],
    "Bframes": [0, 3, -1],
    "AudioLanguage": ["chi", "source"],
    "SubtitleLanguage": ["chi", "eng"],
    "CoordinateOrigin": ["TopLeft", "BottomRight"],
    "XPos": ["0px", "10%"],
    "YPos": ["0px", "20px"],
    "Width": ["10%", "200px"],
    "Height": ["0px", "10%"],
    "RepeatType": ["once", "repeat_last_frame", "repeat"],
    "Type": ["image", "subtitle-stream", "text", "TEHD-100"],
    "OutputFormat": ["WebVTT", "TTML"],
    "FontSize": ["5%", "12%", "20px"],
    "FontColor": ["0xFFFFFF", "0x000000"],
    "StreamIndex": [0, 0, 3],
    "Path": ["/subs/a.srt", "https://example.com/a.srt"],
    "Switch": ["ON", "OFF", "off"],
    "ExtTimeOffsetSet": [[], ["3.5s", "10%"]],
    "TimeOffsetSet": [[], [1.0, 2.5]],
    "KeyPTSList": [[], [0, 1040, 2000]],
    "ImageContent": [IMAGE, IMAGE, *OTHER_FILES],
    "Definition": [0, 100040, 10],
}
PLAIN: dict[str, list[Any]] = {
    "int": [0, 1, 640],
    "float": [0.0, 1.5, -3.0],
    "str": ["", "{inputName}_{number}.{format}"],
    "bool": [False, True],
}
# What the vendor means where nothing is said, and what is said of it.
DEFAULTS = [
    *(("Codec", "h264"), ("Codec", "aac"), ("ResolutionAdaptive", "open"), ("FillType", "black"), ("HlsTime", 10)),
    *(("GopUnit", "frame"), ("FpsDenominator", 1), ("Sar", "1:1"), ("Sar", "default"), ("BitDepth", 8)),
    *(("VideoProfile", "default"), ("AudioChannel", 2), ("AudioLanguage", "source"), ("CoordinateOrigin", "TopLeft")),
    *(("XPos", "0px"), ("YPos", "0px"), ("Width", "10%"), ("Height", "0px"), ("Height", "10%"), ("Type", "image")),
    *(("RepeatType", "repeat"), ("Increment", 1), ("MinLength", 1), ("FontSize", "5%"), ("FontColor", "0xFFFFFF")),
    *(("Type", "subtitle-stream"), ("OutputFormat", "WebVTT"), ("FontAlpha", 1)),
]


def values(name: str, type_: str) -> st.SearchStrategy[Any]:
    """Values of a field of the SDK's models, supported ones and others."""
    if name in VALUES and not (name in ("Width", "Height") and type_ == "int"):
        return st.sampled_from(VALUES[name])
    if type_ == "MediaInputInfo":
        return st.sampled_from([S3_FILE, COS_FILE] * 4 + OTHER_FILES)
    if type_.startswith("list of "):
        return st.lists(values(name, type_.removeprefix("list of ")), max_size=2)
    return st.sampled_from(PLAIN[type_]) if type_ in PLAIN else objects(type_)


@st.composite
def objects(draw: st.DrawFn, type_: str) -> Json:
    """Objects of a model of the SDK, with any of its fields."""
    fields = fields_of(getattr(models, type_))
    chosen = draw(st.lists(st.sampled_from(sorted(fields)), max_size=3, unique=True))
    return {name: draw(values(name, fields[name])) for name in chosen}


def normal(data: Any, notes: frozenset[str], place: str) -> Any:
    """Data of the vendor in one of the forms that mean the same, without what has no effect."""
    if isinstance(data, list):
        return [normal(one, notes, f"{place}[{number}]") for number, one in enumerate(data)]
    if not isinstance(data, dict):
        return data
    if data in (S3_FILE, COS_FILE):
        return S3_FILE
    data = {name: value for name, value in data.items() if f"{place}.{name}" not in notes}
    parts = {name: normal(value, notes, f"{place}.{name}") for name, value in _meaning(data).items()}
    return {name: one for name, one in parts.items() if not is_off(one) and (name, one) not in DEFAULTS}


def _meaning(data: Json) -> Json:
    """The fields of one object, in one of the forms that mean the same."""
    found = {name: value for name, value in data.items() if not is_empty(value)}
    raw = found.get("RawParameter")
    if raw and not {"ImageTemplate", "Type", "XPos", "YPos", "CoordinateOrigin"} & raw.keys():
        removed = {f"Remove{one}": 1 for one in ("Video", "Audio") if is_empty(raw.get(f"{one}Template"))}
        found["RawParameter"] = {**raw, **removed}
    for stream in ("Video", "Audio"):
        if found.get(f"Remove{stream}") == 1:
            found.pop(f"{stream}Template", None)
    if not found.get("Gop"):
        found.pop("GopUnit", None)
    if not found.get("Fps"):
        found.pop("FpsDenominator", None)
    elif "FpsDenominator" in found:
        rate = Fraction(found["Fps"], found["FpsDenominator"])
        found |= {"Fps": rate.numerator, "FpsDenominator": rate.denominator}
    if seconds := found.pop("TimeOffsetSet", []):
        found["ExtTimeOffsetSet"] = [*found.get("ExtTimeOffsetSet", []), *(f"{one}s" for one in seconds)]
    if "S3Object" in found:  # written without a region where a trigger on COS named it: that has no effect on S3
        found.setdefault("S3Region", BUCKET.region)
    if "Path" in found:
        file = {**S3_FILE["S3InputInfo"], "S3Object": found.pop("Path").removeprefix("/")}  # type: ignore[dict-item]
        found["SubtitleFileInput"] = {"Type": "AWS-S3", "S3InputInfo": file}
    return found


def exists(data: Any, path: str) -> bool:
    """Whether a path is in data, or the object that lacks its last part is."""
    steps = path.replace("[", ".[").split(".")
    for number, step in enumerate(steps):
        inner = data[int(step.strip("[]"))] if step.startswith("[") else data.get(step)
        if inner is None:
            return number >= len(steps) - 2
        data = inner
    return True
