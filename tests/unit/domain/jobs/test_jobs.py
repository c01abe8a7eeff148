"""The job kinds' own rules, and moments of a source."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

from definitions import definition
from media_workflows.domain.jobs import JOB_ITEMS, JOB_KINDS
from media_workflows.domain.jobs.base import offset_seconds
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotParameters
from media_workflows.domain.jobs.stream_limits import CAPPED_QUALITY
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import DefinitionError


def test_each_kind_names_itself_and_its_parameters() -> None:
    assert {kind: item.kind for kind, item in JOB_ITEMS.items()} == {kind: kind for kind in JOB_KINDS}
    assert JOB_ITEMS["transcode"].parameters_model() is TranscodeParameters
    encoding = {"transcode", "adaptive_dynamic_streaming", "captions", "quality_control"}
    assert {kind for kind, item in JOB_ITEMS.items() if item.encodes} == encoding


def problems_of(kind: str, **item: Any) -> list[tuple[str, str]]:
    try:
        parse_workflow(definition(jobs={kind: [item]}))
    except DefinitionError as error:
        return [(problem.field.removeprefix(f"jobs.{kind}[0]"), problem.expected) for problem in error.problems]
    return []


def field_of(kind: str, **item: Any) -> str:
    found = problems_of(kind, **item)
    assert len(found) == 1, found
    return found[0][0]


VIDEO_OK = [
    {"bitrate_kbps": 0},
    {"bitrate_kbps": 128},
    {"bitrate_kbps": 100_000},
    {"fps": 120},
    {"width": 128},
    {"height": 4096},
    {"width": 0, "height": 0},
    {"crf": 0},
    {"crf": 51},
    {"codec": "copy"},
    {"codec": "h265", "profile": "main"},
    {"gop_frames": 100_000},
    {"gop_s": 2},
    {"mode": "cbr", "bitrate_kbps": 1000},
    {"mode": "abr", "bitrate_kbps": 1000},
    {"mode": "crf", "crf": 20},
    {"fill_type": "gauss"},
    {"level": "4.1", "b_frames": 16, "no_scene_cut": True, "sar": "4:3"},
    {"codec": "h265", "bit_depth": 10, "hdr": "keep"},
    {"codec": "av1", "encoder": "nvenc"},
    {"codec": "h266"},
    {"vmaf_floor": 80},
    {"target_vmaf": 93},
    {"target_vmaf": 40, "max_bitrate_kbps": 4000, "buffer_s": 1},
    {"target_vmaf": 98, "vmaf_floor": 80, "codec": "h265", "bit_depth": 10},
]
VIDEO_BAD = [
    ({"bitrate_kbps": 127}, ".bitrate_kbps"),
    ({"bitrate_kbps": 100_001}, ".bitrate_kbps"),
    ({"bitrate_kbps": -1}, ".bitrate_kbps"),
    ({"fps": 121}, ".fps"),
    ({"fps": -1}, ".fps"),
    ({"width": 127}, ""),
    ({"height": 1}, ""),
    ({"width": 4097}, ".width"),
    ({"crf": 52}, ".crf"),
    ({"crf": 20, "bitrate_kbps": 500}, ""),
    ({"codec": "copy", "height": 360}, ""),
    ({"codec": "copy", "fps": 25}, ""),
    ({"codec": "copy", "crf": 0}, ""),
    ({"codec": "theora"}, ".codec"),
    ({"codec": "mv-hevc"}, ".codec"),
    ({"fill_type": "smarttailor"}, ".fill_type"),
    ({"mode": "cbr"}, ""),
    ({"mode": "crf"}, ""),
    ({"mode": "vbr", "crf": 20}, ""),
    ({"gop_frames": 50, "gop_s": 2}, ""),
    ({"codec": "h265", "profile": "high"}, ""),
    ({"profile": "baseline", "b_frames": 2}, ""),
    ({"profile": "high", "bit_depth": 10}, ""),
    ({"level": "7"}, ""),
    ({"hdr": "keep"}, ""),
    ({"hdr": "keep", "bit_depth": 10}, ""),
    ({"encoder": "nvenc", "codec": "h266"}, ""),
    ({"encoder": "nvenc", "bit_depth": 10}, ""),
    ({"codec": "copy", "encoder": "qsv"}, ""),
    ({"b_frames": 17}, ".b_frames"),
    ({"sar": "0:1"}, ".sar"),
    ({"sar": "1:11"}, ""),
    ({"profile": "ultra"}, ".profile"),
    ({"target_vmaf": 39}, ".target_vmaf"),
    ({"target_vmaf": 99}, ".target_vmaf"),
    ({"target_vmaf": 93, "crf": 23}, ""),
    ({"target_vmaf": 93, "bitrate_kbps": 500}, ""),
    ({"target_vmaf": 93, "mode": "vbr"}, ""),
    ({"target_vmaf": 93, "codec": "h266"}, ""),
    ({"target_vmaf": 93, "codec": "copy"}, ""),
    ({"target_vmaf": 93, "encoder": "nvenc"}, ""),
    ({"target_vmaf": 93, "codec": "h265", "bit_depth": 10, "hdr": "keep"}, ""),
    ({"max_bitrate_kbps": 4000}, ""),
]


@pytest.mark.parametrize("video", VIDEO_OK)
def test_video(video: dict[str, Any]) -> None:
    assert problems_of("transcode", parameters={"container": "mp4", "video": video}) == []


@pytest.mark.parametrize("codec", CAPPED_QUALITY)
def test_a_target_of_quality(codec: str) -> None:
    video = {"codec": codec, "target_vmaf": 93, "max_bitrate_kbps": 4000}
    assert problems_of("transcode", parameters={"container": "mkv", "video": video}) == []


@pytest.mark.parametrize(("video", "field"), VIDEO_BAD)
def test_bad_video(video: dict[str, Any], field: str) -> None:
    assert field_of("transcode", parameters={"container": "mp4", "video": video}) == f".parameters.video{field}"


@pytest.mark.parametrize(
    ("audio", "field"),
    [
        ({"codec": "wma"}, ".codec"),
        ({"bitrate_kbps": 641}, ".bitrate_kbps"),
        ({"bitrate_kbps": 321}, ""),
        ({"bitrate_kbps": 23}, ""),
        ({"codec": "flac", "bitrate_kbps": 128}, ""),
        ({"codec": "copy", "sample_rate_hz": 8000}, ""),
        ({"codec": "opus", "sample_rate_hz": 44_100}, ""),
        ({"codec": "mp3", "channels": 6}, ""),
        ({"sample_rate_hz": 96_001}, ""),
        ({"sample_rate_hz": 192_001}, ".sample_rate_hz"),
        ({"language": "?"}, ".language"),
        ({"name": "a\0b"}, ".name"),
        ({"channels": 3}, ".channels"),
    ],
)
def test_bad_audio(audio: dict[str, Any], field: str) -> None:
    assert field_of("transcode", parameters={"container": "mp4", "audio": audio}) == f".parameters.audio{field}"


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"container": "mp4"}, "must have video, audio or both"),
        ({"container": "mp3", "video": {}, "audio": {"codec": "mp3"}}, "audio only: leave out `video`"),
        ({"container": "mp3", "audio": {"codec": "aac"}}, "supports the audio codecs copy, mp3; got 'aac'"),
        ({"container": "m4a", "audio": {"codec": "mp3"}}, "supports the audio codecs aac, copy, he-aac; got 'mp3'"),
        ({"container": "flv", "video": {"codec": "vp9"}}, "supports the video codecs copy, h264, h265; got 'vp9'"),
        ({"container": "webm", "video": {"codec": "h264"}}, "supports the video codecs av1, copy, vp8, vp9"),
        ({"container": "mxf", "audio": {"codec": "pcm"}}, "requires a video"),
        ({"container": "mxf", "video": {"codec": "mpeg2"}, "audio": {}}, "supports the audio codecs copy, pcm"),
        ({"container": "flv", "audio": {"tracks": "all"}}, "supports one audio track only"),
        ({"container": "mp4", "video": {}, "segment_s": 4}, "are options of container 'hls' only"),
    ],
)
def test_streams_must_fit_the_container(parameters: dict[str, Any], expected: str) -> None:
    [(field, found)] = problems_of("transcode", parameters=parameters)
    assert field == ".parameters"
    assert expected in found


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"tehd_config": {"type": "TEHD-100"}}, "the vendor's own encoder is not available"),
        ({"EnhanceConfig": {}}, "the vendor's picture and sound enhancement is not supported"),
        ({"video": {"compress": 50}}, "the vendor's compression levels are not supported"),
        ({"video": {"scenario_based": 1}}, "the vendor's scenario tuning is not supported"),
        ({"video": {"fill_type": "smarttailor"}}, "content-aware cropping is not supported"),
        ({"video": {"codec": "mv-hevc"}}, "no free encoder exists"),
    ],
)
def test_what_only_the_vendor_has_is_refused_with_a_reason(parameters: dict[str, Any], expected: str) -> None:
    found = problems_of("transcode", parameters={"container": "mp4", "video": {}, **parameters})
    assert any(expected in reason for _, reason in found), found


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"OutputStorage": {}}, "set the workflow's `output`"),
        ({"SubtitleTemplate": {}}, "here it is called `burned_in_subtitles`"),
        ({"ObjectNumberFormat": {}}, "here it is called `number_format`"),
        ({"HeadTailParameter": {}}, "here it is called `head` and `tail`"),
        ({"override": {"video": {"vcrf": 20}}}, "here it is called `crf`"),
        ({"override": {"remove_audio": 1}}, "leave out `audio` instead"),
        ({"watermarks": [{"mark": {"type": "text", "text": "x", "font": "simkai.ttf"}}]}, "set watermark_font"),
        ({"speed": 2}, "unknown field, remove it"),
    ],
)
def test_what_the_vendor_calls_otherwise_is_refused_with_our_name(item: dict[str, Any], expected: str) -> None:
    found = problems_of("transcode", template=100010, **item)
    assert any(expected in reason for _, reason in found), found


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"burned_in_subtitles": {}}, "requires either `key`, a subtitle file, or `track`"),
        ({"burned_in_subtitles": {"key": "a.srt", "track": 0}}, "requires either `key`, a subtitle file, or `track`"),
        ({"burned_in_subtitles": {"track": -1}}, "at least 0"),
        ({"burned_in_subtitles": {"track": 0, "font_size_percent": 31}}, "at most 30"),
        ({"burned_in_subtitles": {"track": 0, "font_color": "red"}}, "0x"),
        (
            {"burned_in_subtitles": {"track": 0}, "parameters": {"container": "mp3", "audio": {"codec": "mp3"}}},
            "picture",
        ),
        (
            {"burned_in_subtitles": {"track": 0}, "parameters": {"container": "mp4", "video": {"codec": "copy"}}},
            "leave out watermarks, mosaics and burned_in_subtitles, or encode",
        ),
    ],
)
def test_burned_in_subtitles_that_cannot_be(fields: dict[str, Any], expected: str) -> None:
    found = problems_of("transcode", **{"parameters": {"container": "mp4", "video": {}}, **fields})
    assert any(expected in reason for _, reason in found), found


def test_the_object_of_burned_in_subtitles_is_an_input() -> None:
    asked = {
        "parameters": {"container": "mp4", "video": {}},
        "head": ["a.mp4"],
        "burned_in_subtitles": {"key": "a.srt"},
    }
    assert TranscodeItem.model_validate(asked).extra_keys == ("a.mp4", "a.srt")


@pytest.mark.parametrize("moments_s", [[2, 1], [1, 1], [-1], [float("nan")], list(range(101))])
def test_key_frames_that_cannot_be(moments_s: list[float]) -> None:
    found = problems_of("adaptive_dynamic_streaming", template=10, key_frames_s=moments_s)
    assert found
    assert all("key_frames_s" in field for field, _ in found)


@pytest.mark.parametrize(
    ("container", "shown"), [("mp4", "mp4"), ("hls", "m3u8"), ("ts", "ts"), ("mkv", "mkv"), ("flv", "flv")]
)
def test_file_formats(container: str, shown: str) -> None:
    assert TranscodeParameters.model_validate({"container": container, "video": {}}).file_format == shown


@pytest.mark.parametrize(
    ("offset", "seconds"), [("0s", 0), ("3.5s", 3.5), ("0%", 0), ("10%", 12), ("100%", 120), ("12.5%", 15)]
)
def test_offsets(offset: str, seconds: float) -> None:
    assert offset_seconds(offset, 120) == pytest.approx(seconds)


@pytest.mark.parametrize("offset", ["", "3", "-1s", "1.s", ".5s", "3.5", "1m", "101%", "1 s", "s", "3s\n", "1e3s"])
def test_bad_offsets(offset: str) -> None:
    assert field_of("snapshot_by_time_offset", template=10, time_offsets=["0s", offset]) == ".time_offsets"


def test_number_of_offsets() -> None:
    assert field_of("snapshot_by_time_offset", template=10, time_offsets=[]) == ".time_offsets"
    assert problems_of("snapshot_by_time_offset", template=10, time_offsets=["0s"] * 100) == []
    assert field_of("snapshot_by_time_offset", template=10, time_offsets=["0s"] * 101) == ".time_offsets"
    assert field_of("snapshot_by_time_offset", template=10) == ".time_offsets"


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"sample_type": "percent", "sample_interval": 0.5}, ".parameters"),
        ({"sample_type": "percent", "sample_interval": 101}, ".parameters"),
        ({"sample_type": "time", "sample_interval": 0}, ".parameters.sample_interval"),
        ({"sample_type": "frames", "sample_interval": 1}, ".parameters.sample_type"),
        ({"sample_interval": 1}, ".parameters.sample_type"),
        ({"sample_type": "time", "sample_interval": 1, "format": "gif"}, ".parameters.format"),
    ],
)
def test_bad_samples(parameters: dict[str, Any], field: str) -> None:
    assert field_of("sample_snapshot", parameters=parameters) == field


def test_sample_intervals() -> None:
    def interval(type_: Any, value: float) -> float:
        return SampleSnapshotParameters(sample_type=type_, sample_interval=value).interval_s(50)

    assert (interval("percent", 10), interval("percent", 100), interval("time", 0.5)) == (5, 50, 0.5)


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ({"end_offset_s": 0}, ".end_offset_s"),
        ({}, ".end_offset_s"),
        ({"start_offset_s": -1, "end_offset_s": 1}, ".start_offset_s"),
        ({"start_offset_s": 2, "end_offset_s": 2}, ""),
        ({"start_offset_s": 3, "end_offset_s": 2}, ""),
    ],
)
def test_bad_graphic_ranges(item: dict[str, Any], field: str) -> None:
    assert field_of("animated_graphic", template=20000, **item) == field


@pytest.mark.parametrize(
    ("parameters", "field"), [({"fps": 0}, ".fps"), ({"fps": 31}, ".fps"), ({"quality": 0}, ".quality")]
)
def test_bad_graphics(parameters: dict[str, Any], field: str) -> None:
    assert field_of("animated_graphic", parameters=parameters, end_offset_s=1) == f".parameters{field}"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("{inputName}.{format}", "must contain {number}"),
        ("/x_{number}.{format}", "relative to the manifest"),
        ("{number}.ts", "must end with"),
    ],
)
def test_segment_names(path: str, expected: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(expected)):
        TranscodeItem.model_validate({"template": 100210, "segment_path": path})


def test_segments_of_a_file_are_refused() -> None:
    item = {"parameters": {"container": "mp4", "video": {}}, "segment_path": "{number}.{format}"}
    with pytest.raises(ValidationError, match="is an option of container 'hls' only"):
        TranscodeItem.model_validate(item)


@pytest.mark.parametrize(
    ("numbers", "field"),
    [({"increment": 0}, ".increment"), ({"placeholder": "ab"}, ".placeholder"), ({"initial": -1}, ".initial")],
)
def test_number_formats(numbers: dict[str, Any], field: str) -> None:
    assert field_of("sample_snapshot", template=10, number_format=numbers) == f".number_format{field}"
