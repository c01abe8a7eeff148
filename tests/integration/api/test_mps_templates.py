"""Templates through the actions of the vendor's API: requests built and answers parsed by the SDK's own classes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from media_workflows.errors import ConflictError, NotFoundError, NotPermittedError
from mps_calls import call
from mps_over_http import sdk_over_http
from pictures import encoded, plain
from sdk_models import Json

pytestmark = pytest.mark.usefixtures("app")

IMAGE, OTHER_IMAGE = encoded(plain(width=32, height=32)), encoded(plain(width=64, height=32))
ON, OFF = {"Switch": "ON"}, {"Switch": "OFF"}
VIDEO = {"Codec": "h265", "Fps": 30000, "FpsDenominator": 1001, "Bitrate": 2000, "Height": 720, "Gop": 2}
AUDIO = {"Codec": "aac", "Bitrate": 128, "SampleRate": 48000}
SAMPLES = {"SampleType": "Percent", "SampleInterval": 20}
# Kind: what is created, what is changed, and what is described afterwards beside what was created.
KINDS: dict[str, tuple[Json, Json, Json]] = {
    "Transcode": (
        {"Container": "hls", "VideoTemplate": {**VIDEO, "GopUnit": "second", "SegmentType": 7}, "AudioTemplate": AUDIO},
        {"VideoTemplate": {"Bitrate": 0, "Vcrf": 23}, "Comment": "smaller"},
        {
            "VideoTemplate": {**VIDEO, "GopUnit": "second", "SegmentType": 7, "Bitrate": 0, "Vcrf": 23},
            "Comment": "smaller",
            "ContainerType": "Video",
            "Type": "Custom",
        },
    ),
    "SnapshotByTimeOffset": ({"Width": 640, "Format": "png"}, {"Format": "webp"}, {"Width": 640, "Format": "webp"}),
    "SampleSnapshot": ({**SAMPLES, "FillType": "gauss"}, {"SampleInterval": 5}, {**SAMPLES, "SampleInterval": 5}),
    "ImageSprite": (
        {**SAMPLES, "RowCount": 3, "ColumnCount": 4, "Width": 160},
        {"SampleType": "Time", "ColumnCount": 5},
        {"SampleType": "Time", "RowCount": 3, "ColumnCount": 5, "Width": 160},
    ),
    "AnimatedGraphics": (
        {"Fps": 5, "Width": 320, "Format": "webp", "Quality": 60.0},
        {"Fps": 8},
        {"Fps": 8, "Quality": 60, "ResolutionAdaptive": "open"},
    ),
    "AdaptiveDynamicStreaming": (
        {
            "Format": "HLS",
            "StreamInfos": [
                {"Video": {"Codec": "h264", "Fps": 25, "Bitrate": 800, "Height": 480}, "Audio": AUDIO},
                {"Video": {"Codec": "copy"}, "RemoveVideo": 1, "Audio": {**AUDIO, "AudioLanguage": "chi"}},
            ],
            "DisableHigherVideoBitrate": 1,
        },
        {"SegmentType": "mp4-segment", "DisableHigherVideoBitrate": 0},
        {"Format": "HLS", "SegmentType": "mp4-segment", "DisableHigherVideoBitrate": 0, "PureAudio": 0},
    ),
    "Watermark": (
        {"Type": "image", "CoordinateOrigin": "TopRight", "XPos": "5%", "ImageTemplate": {"ImageContent": IMAGE}},
        {"YPos": "12px", "ImageTemplate": {"ImageContent": OTHER_IMAGE, "Width": "20%"}},
        {
            "Type": "image",
            "XPos": "5%",
            "YPos": "12px",
            "ImageTemplate": {"ImageUrl": f"data:image/png;base64,{OTHER_IMAGE}", "Width": "20%", "Height": "0px"},
        },
    ),
    "ContentReview": (
        {
            "PornConfigure": {"ImgReviewInfo": {**ON, "LabelSet": ["porn"], "BlockConfidence": 80}},
            "UserDefineConfigure": {"OcrReviewInfo": {**ON, "LabelSet": ["brand"]}, "FaceReviewInfo": OFF},
        },
        {
            "PornConfigure": {"ImgReviewInfo": {"ReviewConfidence": 40}, "AsrReviewInfo": ON},
            "UserDefineConfigure": {"OcrReviewInfo": OFF},
        },
        {
            "PornConfigure": {
                "ImgReviewInfo": {**ON, "LabelSet": ["porn"], "BlockConfidence": 80, "ReviewConfidence": 40},
                "AsrReviewInfo": {**ON, "BlockConfidence": 100, "ReviewConfidence": 75},
            },
            "UserDefineConfigure": {"OcrReviewInfo": OFF},
        },
    ),
    "AIAnalysis": (
        {"ClassificationConfigure": ON, "TagConfigure": OFF},
        {"CoverConfigure": ON},
        {"ClassificationConfigure": ON, "TagConfigure": OFF, "CoverConfigure": ON, "FrameTagConfigure": OFF},
    ),
    "AIRecognition": (
        {
            "FaceConfigure": {**ON, "Score": 90.5, "FaceLibrary": "UserDefine", "UserDefineLibraryLabelSet": ["staff"]},
            "AsrFullTextConfigure": {**ON, "SourceLanguage": "zh"},
        },
        {"AsrFullTextConfigure": {"SubtitleFormat": "vtt"}, "FaceConfigure": OFF},
        {
            "FaceConfigure": OFF,
            "AsrFullTextConfigure": {**ON, "SourceLanguage": "zh", "SubtitleFormat": "vtt"},
            "OcrWordsConfigure": OFF,
        },
    ),
    "QualityControl": (
        {"QualityControlItemSet": [{"Type": "NoVoice", "Duration": 3000}, {"Type": "VideoRotation", **OFF}]},
        {"QualityControlItemSet": [{"Type": "NoVoice"}, {"Type": "StreamParseFailed"}]},
        {
            "Type": "Custom",
            "QualityControlItemSet": [{"Type": "NoVoice", **ON, "Duration": 3000}, {"Type": "StreamParseFailed", **ON}],
        },
    ),
}
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def includes(described: Any, expected: Any) -> bool:
    """Whether a description has all that is expected."""
    if isinstance(expected, dict):
        return all(includes(described.get(name), value) for name, value in expected.items())
    return bool(described == expected)


def listed(kind: str, **filters: Any) -> list[Json]:
    answer = call(f"Describe{kind}Templates", **filters)
    shown = [one._serialize() for one in getattr(answer, f"{kind}TemplateSet")]
    assert answer.TotalCount >= len(shown)
    return shown


def test_create_describe_modify_delete() -> None:
    for kind, (created, change, expected) in KINDS.items():
        number = call(f"Create{kind}Template", Name="mine", **created).Definition
        (first,) = listed(kind, Definitions=[number], Name="MIN")
        assert int(first["Definition"]) == number
        assert first["Name"] == "mine"
        assert ISO.fullmatch(first["CreateTime"])
        call(f"Modify{kind}Template", Definition=number, **change)
        (second,) = listed(kind, Definitions=[number])
        assert includes(second, expected), (kind, second)
        assert (second["Name"], second["CreateTime"]) == ("mine", first["CreateTime"])
        with pytest.raises(NotPermittedError):
            call(f"Delete{kind}Template", "viewer", Definition=number)
        call(f"Delete{kind}Template", Definition=number)
        assert listed(kind, Definitions=[number]) == []
        with pytest.raises(NotFoundError):
            call(f"Delete{kind}Template", Definition=number)


def test_presets_have_the_vendors_numbers_and_stay() -> None:
    for kind in KINDS:
        if kind == "Watermark":
            continue
        presets = listed(kind, Type="Preset", Limit=100)
        assert {one["Type"] for one in presets} == {"Preset"}
        number = int(presets[0]["Definition"])
        for action in ("Modify", "Delete"):
            with pytest.raises(ConflictError, match="is a preset and cannot be changed"):
                call(f"{action}{kind}Template", Definition=number)
    assert listed("Transcode", Definitions=[100030])[0]["VideoTemplate"]["Bitrate"] == 1800


def test_pages_and_filters() -> None:
    numbers = [call("CreateTranscodeTemplate", Container="mp4", VideoTemplate=VIDEO, AudioTemplate=AUDIO).Definition]
    sound = {"Container": "mp3", "AudioTemplate": {"Codec": "mp3", "Bitrate": 128, "SampleRate": 44100}}
    numbers.append(call("CreateTranscodeTemplate", **sound).Definition)
    custom = listed("Transcode", Type="Custom")
    assert [int(one["Definition"]) for one in custom] == numbers
    assert len({one["Name"] for one in custom}) == 2  # without a Name, one was made
    assert [one["Definition"] for one in listed("Transcode", Type="Custom", Offset=1, Limit=1)] == [str(numbers[1])]
    assert len(listed("Transcode")) == 10
    assert listed("Transcode", Type="Custom", ContainerType="PureAudio")[0]["RemoveVideo"] == 1
    assert listed("Transcode", TranscodeType="TEHD-100") == []
    assert listed("AdaptiveDynamicStreaming", PureAudio=1) == []
    assert listed("Watermark", Type="svg") == []


def test_a_viewer_reads_only() -> None:
    assert call("DescribeTranscodeTemplates", "viewer").TotalCount > 60
    with pytest.raises(NotPermittedError):
        call("CreateAIAnalysisTemplate", "viewer", TagConfigure=ON)
    with pytest.raises(NotPermittedError):
        call("ModifyAIAnalysisTemplate", "viewer", Definition=10)


def test_a_template_in_use_cannot_be_deleted(create: Any) -> None:
    number = call("CreateSampleSnapshotTemplate", **SAMPLES).Definition
    create("user", jobs={"sample_snapshot": [{"template": number}]})
    with pytest.raises(ConflictError, match="is used by 'user'"):
        call("DeleteSampleSnapshotTemplate", Definition=number)
    call("ModifySampleSnapshotTemplate", Definition=number, SampleInterval=50)
    assert listed("SampleSnapshot", Type="Custom")[0]["SampleInterval"] == 50


@pytest.mark.full
@pytest.mark.parametrize("method", ["TC3-HMAC-SHA256", "HmacSHA256"])
def test_the_unmodified_sdk_over_http(app: Any, admin: Any, key_users: None, method: str) -> None:
    """Each kind from its creation to its deletion."""
    with sdk_over_http(app, admin, method) as over_http:
        for kind, (created, change, expected) in KINDS.items():
            number = over_http(f"Create{kind}Template", Name="over_http", **created).Definition
            over_http(f"Modify{kind}Template", Definition=number, **change)
            described = over_http(f"Describe{kind}Templates", Definitions=[number])
            (second,) = [one._serialize() for one in getattr(described, f"{kind}TemplateSet")]
            assert includes(second, expected), (kind, second)
            over_http(f"Delete{kind}Template", Definition=number)
            assert over_http(f"Describe{kind}Templates", Definitions=[number]).TotalCount == 0
