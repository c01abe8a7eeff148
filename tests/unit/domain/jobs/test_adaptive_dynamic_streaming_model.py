"""What a ladder may ask for, and what it is found when it may not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from media_workflows.domain.base import problems_of
from media_workflows.domain.jobs.adaptive_dynamic_streaming import (
    AdaptiveDynamicStreamingItem,
    AdaptiveDynamicStreamingParameters,
)
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import DefinitionError

VIDEO, AAC = {"height": 240}, {"codec": "aac"}
STREAM = {"video": VIDEO, "audio": AAC}


def parameters(**asked: Any) -> AdaptiveDynamicStreamingParameters:
    return AdaptiveDynamicStreamingParameters.model_validate({"format": "hls", "streams": [STREAM], **asked})


def refusal(**asked: Any) -> tuple[str, str]:
    """(field, expected) of the one problem."""
    with pytest.raises(ValidationError) as caught:
        parameters(**asked)
    (problem,) = problems_of(caught.value)
    return problem.field, problem.expected


@pytest.mark.parametrize(
    ("asked", "segments", "container", "single_file", "separate_audio", "file_format"),
    [
        ({}, "ts-segment", "ts", False, False, "m3u8"),
        ({"streams": [STREAM, {"video": {"codec": "h265"}}]}, "mp4-segment", "mp4", False, False, "m3u8"),
        ({"streams": [{"video": {"codec": "av1"}}]}, "mp4-segment", "mp4", False, False, "m3u8"),
        ({"segment_type": "ts-byterange"}, "ts-byterange", "ts", True, False, "m3u8"),
        ({"segment_type": "mp4-segment"}, "mp4-segment", "mp4", False, False, "m3u8"),
        ({"segment_type": "mp4-byterange"}, "mp4-byterange", "mp4", True, False, "m3u8"),
        ({"segment_type": "ts-ts-segment"}, "ts-ts-segment", "ts", False, True, "m3u8"),
        ({"segment_type": "ts-ts-byterange"}, "ts-ts-byterange", "ts", True, True, "m3u8"),
        ({"segment_type": "mp4-mp4-segment"}, "mp4-mp4-segment", "mp4", False, True, "m3u8"),
        ({"segment_type": "mp4-mp4-byterange"}, "mp4-mp4-byterange", "mp4", True, True, "m3u8"),
        ({"format": "dash"}, "mp4-byterange", "mp4", True, True, "mpd"),
        ({"format": "dash", "segment_type": "mp4-mp4-byterange"}, "mp4-mp4-byterange", "mp4", True, True, "mpd"),
        ({"format": "cmaf"}, "mp4-byterange", "mp4", True, True, "m3u8"),
    ],
)
def test_segment_types(
    asked: dict[str, str], segments: str, container: str, single_file: bool, separate_audio: bool, file_format: str
) -> None:
    made = parameters(**asked)
    assert (made.segments, made.container, made.single_file) == (segments, container, single_file)
    assert (made.separate_audio, made.file_format) == (separate_audio, file_format)


@pytest.mark.parametrize(
    ("asked", "field", "expected"),
    [
        ({"format": "smooth"}, "format", "'hls', 'dash'"),
        ({"streams": []}, "streams", "at least 1 entries"),
        ({"streams": [STREAM] * 11}, "streams", "at most 10 entries"),
        ({"streams": [{}]}, "streams[0]", "must have video, audio or both"),
        ({"streams": [{"video": {"codec": "copy"}}]}, "streams[0]", "choose an encoder"),
        ({"streams": [{"video": VIDEO, "audio": {"codec": "copy"}}]}, "streams[0]", "choose an encoder"),
        ({"streams": [{"video": {"vmaf_floor": 90}}]}, "streams[0]", "is an option of transcode only"),
        ({"segment_s": 0}, "segment_s", "greater than 0"),
        ({"segment_s": 10.5}, "segment_s", "at most 10"),
        ({"segment_type": "ts-packed-audio"}, "segment_type", "use 'ts-ts-segment'"),
        ({"segment_type": "mp4-packed-audio-byterange"}, "segment_type", "use 'mp4-mp4-byterange'"),
        ({"segment_type": "avi"}, "segment_type", "'ts-segment'"),
        ({"thumbnails": {"interval_s": 0}}, "thumbnails.interval_s", "at least 1"),
        ({"thumbnails": {"column_count": 11, "row_count": 10}}, "thumbnails", "at most 100; got 110"),
        ({"thumbnails": {"width": 1000}}, "thumbnails", "would have 5000 pixels on a side"),
        ({"encryption": {"method": "sample-aes"}}, "encryption.method", "'aes-128'"),
        ({"encryption": {"key_path": "k.bin"}}, "encryption.key_path", "must end with '.{format}'"),
        ({"encryption": {"key_path": "/k.{format}"}}, "encryption.key_path", "relative to the manifest"),
        ({"encryption": {"key_uri": 'a"b'}}, "encryption.key_uri", "percent-encode"),
        ({"drm_info": {}}, "drm_info", "DRM is set by `encryption`"),
        ({"subtitles": "burn"}, "subtitles", "'none', 'source'"),
    ],
)
def test_refusals(asked: dict[str, Any], field: str, expected: str) -> None:
    found_field, found = refusal(**asked)
    assert expected in found
    assert found_field == field


def problems(*items: dict[str, Any], output: str | None = None) -> dict[str, str]:
    data = {"name": "abr", "trigger": {"bucket": "media-in"}, "jobs": {"adaptive_dynamic_streaming": list(items)}}
    if output:
        data["output"] = {"directory": output}
    try:
        parse_workflow(data)
    except DefinitionError as error:
        return {one.field.removeprefix("jobs.adaptive_dynamic_streaming"): one.expected for one in error.problems}
    return {}


@pytest.mark.parametrize(
    ("field", "pattern", "expected"),
    [
        ("sub_stream_path", "{inputName}.{format}", "must contain {subStreamNumber}"),
        ("sub_stream_path", "/x_{subStreamNumber}.{format}", "relative to the manifest"),
        ("sub_stream_path", "{number}_{subStreamNumber}.{format}", "unknown variable {number}"),
        ("segment_path", "{segmentNumber}.{format}", "must contain {subStreamNumber}"),
        ("segment_path", "{subStreamNumber}.{format}", "must contain {segmentNumber}"),
        ("segment_path", "../{subStreamNumber}_{segmentNumber}.{format}", "must not contain '..'"),
        ("segment_path", "{subStreamNumber}_{segmentNumber}.ts", "must end with '.{format}'"),
        ("output_path", "x_{subStreamNumber}.{format}", "unknown variable {subStreamNumber}"),
    ],
)
def test_name_patterns(field: str, pattern: str, expected: str) -> None:
    found = problems({"template": 10, field: pattern})
    assert list(found) == [f"[0].{field}"]
    assert expected in found[f"[0].{field}"]


def test_items_may_not_write_the_same_sub_streams() -> None:
    own = {"sub_stream_path": "v{subStreamNumber}.{format}"}
    found = problems({"template": 10, **own}, {"template": 10, "output_path": "b.{format}", **own})
    assert list(found) == ["[1].sub_stream_path"]
    assert "[0].sub_stream_path" in found["[1].sub_stream_path"]


def test_items_with_manifests_of_their_own_have_sub_streams_of_their_own() -> None:
    assert problems({"template": 10, "output_path": "a.{format}"}, {"template": 10, "output_path": "b.{format}"}) == {}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"template": 10, "add_on_audios": [{"key": "a.m4a"}]}, "separates audio"),
        (
            {
                "parameters": {"format": "dash", "streams": [{"video": VIDEO}]},
                "add_on_audios": [{"key": "a.m4a"}],
            },
            "require streams with audio",
        ),
        (
            {
                "parameters": {"format": "hls", "pure_audio": True, "streams": [{"audio": AAC}]},
                "watermarks": [{"mark": {"type": "text", "text": "x"}}],
            },
            "leave out watermarks",
        ),
    ],
)
def test_what_the_parameters_cannot_give(item: dict[str, Any], expected: str) -> None:
    (found,) = problems(item).values()
    assert expected in found


def test_derived_names() -> None:
    item = AdaptiveDynamicStreamingItem(template=10, output_path="/abr/{inputName}.{format}")
    assert item.sub_stream_pattern == "/abr/{inputName}_{subStreamNumber}.{format}"
    assert item.segment_pattern == "/abr/{inputName}_{subStreamNumber}_{segmentNumber}.{format}"
    default = AdaptiveDynamicStreamingItem(template=10)
    assert default.sub_stream_pattern == (
        "{inputName}_adaptiveDynamicStreaming_{definition}_{subStreamNumber}.{format}"  # the vendor's
    )


def test_add_ons_are_extra_inputs() -> None:
    item = AdaptiveDynamicStreamingItem.model_validate(
        {
            "parameters": {"format": "dash", "streams": [STREAM]},
            "add_on_audios": [{"key": "dub/{inputName}.m4a"}],
            "add_on_subtitles": [{"key": "subs/{inputName}.srt"}],
        }
    )
    assert item.extra_keys == ("dub/{inputName}.m4a", "subs/{inputName}.srt")


def test_add_ons_that_may_be_missing() -> None:
    keys = [{"key": "a.srt"}, {"key": "b.srt", "optional": True}, {"source": "recognition", "optional": True}]
    item = {"template": 10, "add_on_subtitles": keys}
    for more, optional in (
        ({}, ["b.srt"]),
        ({"wait_for": {"timeout_s": 60, "on_timeout": "fail"}}, ["b.srt"]),
        ({"wait_for": {"timeout_s": 60}}, ["a.srt", "b.srt"]),
    ):
        made = AdaptiveDynamicStreamingItem.model_validate(item | more)
        assert [add_on.key for add_on in made.optional_add_ons] == optional
    assert "optional" not in made.model_dump()["add_on_subtitles"][0]  # reuse keys of earlier versions stay
    with pytest.raises(ValidationError, match="nothing to wait for"):
        AdaptiveDynamicStreamingItem.model_validate({"template": 10, "wait_for": {"timeout_s": 60}})


def test_the_preset_is_the_references() -> None:
    preset = PRESET_LIBRARY.find("adaptive_dynamic_streaming", 10).parameters
    rungs = [(stream.video.height, stream.video.bitrate_kbps) for stream in preset.streams]
    assert rungs == [(240, 256), (480, 512), (720, 512), (1080, 1024), (1440, 3072), (2160, 6144)]
    assert {(stream.video.fps, stream.audio.codec, stream.audio.bitrate_kbps) for stream in preset.streams} == {
        (24, "aac", 48)
    }
    assert (preset.format, preset.disable_higher_video_resolution) == ("hls", True)
