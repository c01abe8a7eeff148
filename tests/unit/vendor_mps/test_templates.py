"""Templates of the vendor, built with its SDK's classes, read into ours and written back."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from media_workflows.domain.templates import PRESETS, Template, TemplateDefinition
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.vendor_mps.templates.kinds import KINDS, TemplateKind
from pictures import encoded, plain
from sdk_models import Json, check, class_in, fields_of, serialized

BY_NAME = {kind.vendor: kind for kind in KINDS}
IMAGE = encoded(plain(width=32, height=32))
ON = {"Switch": "ON"}
VIDEO = {"Codec": "h264", "Fps": 25, "Bitrate": 800}
AUDIO = {"Codec": "aac", "Bitrate": 128, "SampleRate": 48000}
# Values that the generator tries; most are valid somewhere.
TEXTS: dict[str, tuple[str, ...]] = {
    "Name": ("made", "另一个"),
    "Comment": ("", "why"),
    "Container": ("mp4", "mp4", "hls", "mkv", "mp3", "flv"),
    "ResolutionAdaptive": ("open", "close"),
    "GopUnit": ("frame", "second"),
    "FillType": ("black", "stretch", "gauss", "black", "stretch", "smarttailor"),
    "VideoProfile": ("default", "high"),
    "VideoLevel": ("", "4.1"),
    "Mode": ("VBR", "ABR", "VCRF"),
    "Sar": ("default", "1:1", "2:1"),
    "AudioLanguage": ("chi", "source"),
    "AudioName": ("English", "source"),
    "SampleType": ("Percent", "Time"),
    "SegmentType": ("ts-segment", "mp4-byterange", "ts-segment", "ts-packed-audio"),
    "CoordinateOrigin": ("TopLeft", "BottomRight"),
    "XPos": ("0px", "12.5%"),
    "YPos": ("30px",),
    "Width": ("0px", "10%", "64px"),
    "Height": ("0px", "20%"),
    "RepeatType": ("once", "repeat"),
    "ImageContent": (IMAGE,),
    "FontType": ("default", "simkai.ttf"),
    "FontSize": ("24px", "80px"),
    "FontColor": ("0xFFFFFF", "0x00ff00"),
    "TextContent": ("", "draft"),
    "Switch": ("ON", "OFF"),
    "FaceLibrary": ("All", "UserDefine", "Default"),
    "SubtitleFormat": ("", "vtt"),
    "SourceLanguage": ("zh", "en", "fr"),
    "DestinationLanguage": ("en",),
}
OF_CLASS: dict[tuple[str, str], tuple[str, ...]] = {
    ("VideoTemplateInfo", "Codec"): ("h264", "h264", "h264", "h265", "av1", "copy", "mv-hevc"),
    ("AudioTemplateInfo", "Codec"): ("aac", "aac", "mp3", "libfdk_aac", "copy"),
    ("CreateAdaptiveDynamicStreamingTemplateRequest", "Format"): ("HLS", "MPEG-DASH"),
    ("CreateAnimatedGraphicsTemplateRequest", "Format"): ("gif", "webp"),
    ("CreateWatermarkTemplateRequest", "Type"): ("image", "text", "svg"),
    ("QualityControlItemConfig", "Type"): ("NoVoice", "SolidColorScreen", "VideoRotation", "LowVoice", "Mosaic"),
}
NUMBERS: dict[str, tuple[int, ...]] = {
    "Fps": (25, 25, 25, 0, 30000),
    "FpsDenominator": (1, 2, 1001),
    "Bitrate": (0, 128, 2500),
    "Width": (0, 320, 1280),
    "Height": (0, 240, 720, 720, 5000),
    "Gop": (0, 5, 250),
    "Vcrf": (23, 100),
    "HlsTime": (4, 10),
    "SegmentType": (0, 7),
    "Bframes": (-1, 2),
    "BitDepth": (8, 10),
    "SampleRate": (0, 44100, 48000),
    "AudioChannel": (0, 1, 2, 6),
    "SampleInterval": (5, 10),
    "RowCount": (2, 5, 60),
    "ColumnCount": (3, 5),
    "BlockConfidence": (90, 100),
    "ReviewConfidence": (0, 75),
    "Quality": (60, 75),
    "Score": (80, 100),
    "FontAlpha": (1,),
    "Duration": (500, 3000),
}
ALWAYS = {"Container", "Codec", "Type", "SampleType", "SampleInterval", "RowCount", "ColumnCount", "Format"}
OFTEN = {"QualityControlItemSet", "VideoTemplate", "AudioTemplate", "Video", "Audio", "StreamInfos", "Fps", "Switch"}
RARE = {"TEHDConfig", "EnhanceConfig", "SegmentSpecificInfo", "AudioList", "TranslateConfigure", "StdExtInfo"}
RARE |= {"TrackChannelInfo", "Stereo3dType", "SceneType", "CompressType", "Compress", "RawPts", "ScenarioBased"}
RARE |= {"Sampling", "IntervalTime", "Threshold", "RecordFormat", "Strategy"}
RARE |= {"NoScenecut", "DefaultTrack", "RemoveVideo", "RemoveAudio", "PureAudio", "DefaultLibraryLabelSet"}
REMOVED = {"RemoveVideo": ("VideoTemplate", "Video"), "RemoveAudio": ("AudioTemplate", "Audio")}


@st.composite
def objects(draw: Any, name: str) -> Json:
    """Any object of a class of the SDK, with fields left out."""
    found: Json = {}
    for field, type_ in fields_of(name).items():
        some = 15 if name == "VideoTemplateInfo" else 40
        chance = 100 if field in ALWAYS else 95 if field in OFTEN else 2 if field in RARE else some
        if draw(st.integers(0, 99)) < chance:
            found[field] = draw(_values(name, field, type_))
    return found


def _values(name: str, field: str, type_: str) -> st.SearchStrategy[Any]:
    if type_.startswith("list of"):
        inner = class_in(type_)
        return st.lists(objects(inner) if inner else st.sampled_from(("porn", "staff")), max_size=2, unique=not inner)
    if inner := class_in(type_):
        return objects(inner)
    if type_ == "bool":
        return st.booleans()
    if type_ == "str":
        picture = ("jpg", "png") if field == "Format" else ("x",)
        return st.sampled_from(OF_CLASS.get((name, field)) or TEXTS.get(field) or picture)
    return st.sampled_from(NUMBERS.get(field, (0, 1)))


def says_nothing(value: Any) -> bool:
    """Whether a field that is not described was off."""
    if isinstance(value, dict):
        return value.get("Switch") == "OFF" or all(map(says_nothing, value.values()))
    return value in (None, "", 0, -1, [], "off")


def differences(sent: Json, described: Json, place: str = "") -> list[str]:
    """The fields that are not described as they were sent, but for other words for the same."""
    if sent.get("Switch") == "OFF":
        return [] if described.get("Switch") == "OFF" else [f"{place}Switch"]
    unused = {name for flag, names in REMOVED.items() if sent.get(flag) == 1 for name in names}
    found = []
    for name, value in sent.items():
        got = described.get(name)
        if name in unused or _is_same(name, value, got, sent, described):
            continue
        if isinstance(value, dict) and isinstance(got, dict):
            found += differences(value, got, f"{place}{name}.")
        elif isinstance(value, list) and isinstance(got, list) and value and isinstance(value[0], dict):
            pairs = enumerate(matching(value, got))
            found += [one for index, (a, b) in pairs for one in differences(a, b, f"{place}{name}[{index}].")]
        else:
            found.append(f"{place}{name}: {value} became {got}")
    return found


def matching(sent: list[Json], described: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Pairs of items; those of a quality control have names and an order of their own, and are left out when off."""
    if all("Type" not in item for item in sent):
        yield from zip(sent, described, strict=True)
        return
    by_type = {item["Type"]: item for item in described}
    for item in sent:
        yield item, by_type.get(item["Type"], {"Switch": "OFF"})


def _is_same(name: str, value: Any, got: Any, sent: Json, described: Json) -> bool:
    if got == value or (got is None and says_nothing(value)):
        return True
    if name in ("Fps", "FpsDenominator"):
        rates = [Fraction(one["Fps"], one.get("FpsDenominator") or 1) for one in (sent, described)]
        return abs(rates[0] - rates[1]) < Fraction(1, 1000)
    same = {"Vcrf": (100, None), "Sar": ("default", "1:1"), "AudioName": ("source", None)}
    same |= {"AudioLanguage": ("source", None), "Codec": ("libfdk_aac", "aac")}
    return (
        (value, got) == same.get(name)
        or (name == "GopUnit" and not sent.get("Gop"))
        or (name == "LabelSet" and not value)
        or (name == "RemoveVideo" and described["ContainerType"] == "PureAudio")
        or (name == "ImageContent" and described["ImageUrl"] == f"data:image/png;base64,{value}")
    )


def names_a_field(problem: FieldProblem, request: Json, kind: TemplateKind) -> bool:
    """Whether a refusal is at a field of the request, at one that is missing there, or at the whole template."""
    if problem.field == f"{kind.vendor}Template":
        return True
    here: Any = request
    for step in problem.field.replace("[", ".[").split("."):
        if isinstance(here, list):
            here = here[int(step.strip("[]"))]
        elif step not in here:
            return step in {"Switch", "Type", *OFTEN} or problem.got == "nothing"
        else:
            here = here[step]
    return True


def read_or_refused(kind: TemplateKind, sent: Json) -> tuple[TemplateDefinition | None, list[FieldProblem]]:
    try:
        return kind.read(sent), []
    except DefinitionError as error:
        return None, error.problems


def the_same_or_refused(vendor: str, request: Json, accepted: list[str]) -> None:
    kind = BY_NAME[vendor]
    sent = serialized(f"Create{vendor}TemplateRequest", {"Name": "made", **request})
    definition, problems = read_or_refused(kind, sent)
    assert all(names_a_field(problem, sent, kind) for problem in problems), (sent, problems)
    if definition is None:
        return
    template = Template(id=7, **dict(definition))
    described = kind.write(template)
    assert differences(sent, described) == [], (sent, described)
    check(_item_class(vendor), described)
    assert kind.read({}, template).parameters == template.parameters  # a change of nothing changes nothing
    accepted.append(vendor)


def _item_class(vendor: str) -> str:
    is_item = vendor in ("ContentReview", "AIAnalysis", "AIRecognition")
    return f"{vendor}Template{'Item' if is_item else ''}"


def _generated(vendor: str, examples: int) -> list[str]:
    accepted: list[str] = []

    @settings(max_examples=examples, database=None, phases=[Phase.generate], deadline=None)
    @given(objects(f"Create{vendor}TemplateRequest"))
    def property_(request: Json) -> None:
        the_same_or_refused(vendor, request, accepted)

    property_()
    return accepted


@pytest.mark.parametrize("vendor", BY_NAME)
def test_any_template_comes_back_or_is_refused(vendor: str) -> None:
    _generated(vendor, 12)


@pytest.mark.full
@pytest.mark.parametrize("vendor", BY_NAME)
def test_any_of_many_templates_comes_back_or_is_refused(vendor: str) -> None:
    assert len(_generated(vendor, 500)) > 5


@pytest.mark.parametrize("vendor", BY_NAME)
def test_presets_come_back(vendor: str) -> None:
    kind = BY_NAME[vendor]
    for template in PRESETS.values():
        if template.kind != kind.kind:
            continue
        described = kind.write(template)
        check(_item_class(vendor), described)
        ours_alone = {"Definition", "Type", "ContainerType", "CreateTime", "UpdateTime", "Name", "Comment"}
        again = {name: value for name, value in described.items() if name not in ours_alone}
        assert kind.read({"Name": "copy", **again}).parameters == template.parameters, described
        assert kind.read(again, template).parameters == template.parameters


@pytest.mark.parametrize(
    ("vendor", "request_", "field", "why"),
    [
        ("Transcode", {"TEHDConfig": {"Type": "TEHD-100"}}, "TEHDConfig", "own encoder"),
        ("Transcode", {"VideoTemplate": {"Codec": "mv-hevc"}}, "VideoTemplate.Codec", "stereoscopic"),
        ("Transcode", {"VideoTemplate": {"Bitrate": 5}, "RemoveAudio": 1}, "VideoTemplate.Bitrate", "128 to 100000"),
        ("Transcode", {"AudioTemplate": AUDIO}, "VideoTemplate", "is required"),
        ("Transcode", {"VideoTemplate": {"FpsDenominator": 3}}, "VideoTemplate.FpsDenominator", "requires Fps"),
        ("Transcode", {"VideoTemplate": {"NoScenecut": 1}}, "VideoTemplate.NoScenecut", "contradict"),
        ("Transcode", {"VideoTemplate": {"HlsTime": 10}, "RemoveAudio": 1}, "VideoTemplate.HlsTime", "hls only"),
        ("Transcode", {"Containers": "mp4"}, "Containers", "unknown field"),
        ("Transcode", {"VideoTemplate": 5}, "VideoTemplate", "must be an object"),
        ("SampleSnapshot", {"SampleType": "Time"}, "SampleInterval", "is required"),
        ("ImageSprite", {"Name": "1st", "SampleType": "Time", "SampleInterval": 1, "RowCount": 1}, "Name", "match"),
        ("AdaptiveDynamicStreaming", {"StreamInfos": {}}, "StreamInfos", "must be a list"),
        (
            "AdaptiveDynamicStreaming",
            {"Format": "HLS", "StreamInfos": [{"Video": {**VIDEO, "Bitrate": 3}, "Audio": AUDIO}]},
            "StreamInfos[0].Video.Bitrate",
            "128 to 100000",
        ),
        (
            "AdaptiveDynamicStreaming",
            {"StreamInfos": [{"Video": {**VIDEO, "SegmentType": 7}, "Audio": AUDIO}]},
            "StreamInfos[0].Video.SegmentType",
            "no effect in a ladder",
        ),
        (
            "AdaptiveDynamicStreaming",
            {"StreamInfos": [{"Video": {**VIDEO, "HlsTime": length}, "Audio": AUDIO} for length in (4, 6)]},
            "StreamInfos[1].Video.HlsTime",
            "same in all",
        ),
        ("Watermark", {"TextTemplate": {"FontType": "arial.ttf"}}, "TextTemplate.FontType", "free licence"),
        ("Watermark", {"Type": "image", "ImageTemplate": {"ImageContent": "no"}}, "ImageTemplate.ImageContent", "PNG"),
        ("Watermark", {"Type": "svg", "TextTemplate": {"FontSize": "9px"}}, "TextTemplate", "another type"),
        ("Watermark", {"Type": "text", "TextTemplate": {"FontSize": "9"}}, "TextTemplate.FontSize", "24px"),
        ("AIRecognition", {"TranslateConfigure": ON}, "TranslateConfigure", "not translated"),
        ("AIRecognition", {"FaceConfigure": {"Score": 90.0}}, "FaceConfigure.Switch", "ON, OFF"),
        ("AIRecognition", {"FaceConfigure": {**ON, "FaceLibrary": "Default"}}, "FaceConfigure.FaceLibrary", "library"),
        (
            "ContentReview",
            {"PornConfigure": {"ImgReviewInfo": {**ON, "LabelSet": ["x"]}}},
            "PornConfigure.ImgReviewInfo.LabelSet",
            "porn, sexy",
        ),
        ("QualityControl", {"QualityControlItemSet": [{"Type": "Other"}]}, "QualityControlItemSet[0].Type", "NoVoice"),
        ("QualityControl", {"QualityControlItemSet": [{"Type": "StreamEnd"}]}, "QualityControlItemSet[0].Type", "live"),
        (
            "QualityControl",
            {"QualityControlItemSet": [{"Type": "HLSBadM3u8Format"}]},
            "QualityControlItemSet[0].Type",
            "HLS",
        ),
        (
            "QualityControl",
            {"QualityControlItemSet": [{"Type": "LowEvaluation"}]},
            "QualityControlItemSet[0].Type",
            "model",
        ),
        (
            "QualityControl",
            {"QualityControlItemSet": [{"Type": "LowVoice", "Duration": 5}]},
            "QualityControlItemSet[0].Duration",
            "no duration",
        ),
        ("QualityControl", {"QualityControlItemSet": [{"Switch": "ON"}]}, "QualityControlItemSet[0].Type", "required"),
        ("AIAnalysis", {"TagConfigure": {"Switch": "OFF"}}, "AIAnalysisTemplate", "at least one"),
    ],
)
def test_what_is_refused_is_named_with_the_reason(vendor: str, request_: Json, field: str, why: str) -> None:
    container = {"Container": "mp4"} if vendor == "Transcode" else {}
    with pytest.raises(DefinitionError) as refused:
        BY_NAME[vendor].read({"Name": "made", **container, **request_})
    reasons = {problem.field: problem.expected for problem in refused.value.problems}
    assert why in reasons[field], reasons


def changed(vendor: str, now: Json, change: Json) -> Json:
    kind = BY_NAME[vendor]
    template = Template(id=7, **dict(kind.read({"Name": "made", **now})))
    return kind.write(Template(id=7, **dict(kind.read(change, template))))


def test_a_change_leaves_the_rest() -> None:
    video = {**VIDEO, "Gop": 4, "GopUnit": "second", "Vcrf": None, "Bframes": 3}
    now = {"Container": "hls", "VideoTemplate": {**video, "SegmentType": 7, "HlsTime": 6}, "AudioTemplate": AUDIO}
    longer = changed("Transcode", now, {"VideoTemplate": {"Gop": 8, "Bframes": -1}})["VideoTemplate"]
    assert (longer["Gop"], longer["GopUnit"], longer["Bframes"], longer["HlsTime"]) == (8, "second", None, 6)
    in_frames = changed("Transcode", now, {"VideoTemplate": {"GopUnit": "frame"}})["VideoTemplate"]
    assert (in_frames["Gop"], in_frames["GopUnit"]) == (4, "frame")
    file = changed("Transcode", now, {"Container": "mp4"})
    assert (file["VideoTemplate"]["HlsTime"], file["VideoTemplate"]["SegmentType"]) == (None, None)
    silent = changed("Transcode", now, {"RemoveAudio": 1})
    assert (silent["RemoveAudio"], silent["AudioTemplate"]) == (1, None)


def test_a_removed_stream_comes_back_with_its_settings() -> None:
    now = {"Container": "mp4", "VideoTemplate": VIDEO, "RemoveAudio": 1}
    assert changed("Transcode", now, {"RemoveAudio": 0, "AudioTemplate": AUDIO})["AudioTemplate"]["Bitrate"] == 128
    with pytest.raises(DefinitionError, match="AudioTemplate: got None; is required"):
        changed("Transcode", now, {"RemoveAudio": 0})
    unheard = changed("Transcode", now, {"AudioTemplate": AUDIO})  # still removed
    assert unheard["AudioTemplate"] is None


def test_a_watermark_keeps_its_type() -> None:
    now = {"Type": "text", "TextTemplate": {"FontSize": "30px", "TextContent": "draft"}}
    assert changed("Watermark", now, {"TextTemplate": {"FontAlpha": 0.5}})["TextTemplate"]["FontSize"] == "30px"
    for change, field in (({"Type": "svg"}, "Type"), ({"SvgTemplate": {}}, "SvgTemplate")):
        with pytest.raises(DefinitionError, match=field):
            changed("Watermark", now, change)


def test_what_is_only_ours_survives_a_change_and_is_not_described() -> None:
    kind = BY_NAME["Transcode"]
    definition = kind.read({"Name": "made", "Container": "mp4", "VideoTemplate": VIDEO, "RemoveAudio": 1})
    ours = definition.parameters.model_dump() | {"video": {"codec": "h264", "fill_type": "crop", "gop_s": 2.5}}
    template = Template(id=7, kind="transcode", name="ours", parameters=type(definition.parameters)(**ours))
    described = kind.write(template)
    assert (described["VideoTemplate"]["FillType"], described["VideoTemplate"]["Gop"]) == (None, None)
    after = kind.read({"VideoTemplate": {"Bitrate": 900}}, template).parameters.video
    assert (after.bitrate_kbps, after.fill_type, after.gop_s) == (900, "crop", 2.5)
