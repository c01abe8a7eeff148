"""What is made of chunks, and what is not and why."""

from __future__ import annotations

import base64
from typing import Any, get_args

import pytest

from definitions import PNG
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.media.jobs.split.not_split import NotSplitError
from media_workflows.media.jobs.split.suitability import WHY, Reason, why_not_split
from media_workflows.media.source import apng
from probed import video_stream

INFO = MediaInfo(container="mov,mp4,m4a", duration_s=600, size_bytes=1, bitrate_bps=1, video=video_stream())


def item(video: dict[str, Any] | None, container: str = "mp4", **fields: Any) -> TranscodeItem:
    parameters = {"container": container, "video": video, "audio": {}}
    return TranscodeItem.model_validate({"parameters": parameters, **fields})


@pytest.mark.parametrize(
    "video",
    [
        {"codec": "h264", "crf": 23, "max_bitrate_kbps": 4000},
        {"codec": "h264", "bitrate_kbps": 2000},
        {"codec": "h265", "mode": "abr", "bitrate_kbps": 2000, "fps": 25},
        {"codec": "h265", "hdr": "keep", "bit_depth": 10, "deinterlace": "off"},
        {"codec": "h264", "vmaf_floor": 90},
    ],
)
def test_what_is_split(video: dict[str, Any]) -> None:
    assert why_not_split(item(video), INFO) is None
    assert why_not_split(item(video, "mov"), INFO.model_copy(update={"container": "matroska,webm"})) is None


@pytest.mark.parametrize(
    ("reason", "asked"),
    [
        ("no_video", item(None)),
        ("no_video", item({"codec": "copy"})),
        ("codec", item({"codec": "av1"})),
        ("encoder", item({"codec": "h264", "encoder": "nvenc"})),
        ("container", item({"codec": "h264"}, "hls")),
        ("container", item({"codec": "h264"}, "mkv")),
        ("constant_bitrate", item({"codec": "h264", "mode": "cbr", "bitrate_kbps": 2000})),
        ("concatenated", item({"codec": "h264"}, head=["a.mp4"])),
        ("trimmed", item({"codec": "h264"}, start_offset_s=5)),
        ("trimmed", item({"codec": "h264"}, end_offset_s=-5)),
        ("burned_in_texts", item({"codec": "h264", "edit": {"burned_in_texts": [{"shows": "clock"}]}})),
    ],
)
def test_what_is_not_split(reason: Reason, asked: TranscodeItem) -> None:
    assert why_not_split(asked, INFO) == reason


def ladder(video: dict[str, Any] | None, **fields: Any) -> AdaptiveDynamicStreamingItem:
    streams = [{"video": {"codec": "h264", "height": 256}, "audio": {}}, {"video": video, "audio": {}}]
    shared = {key: value for key, value in (video or {}).items() if key in ("edit", "fps")}
    streams[0]["video"].update(shared)
    parameters = {"format": "hls", "streams": streams, **fields.pop("parameters", {})}
    return AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters, **fields})


@pytest.mark.parametrize(
    "asked",
    [
        ladder({"codec": "h264"}),
        ladder({"codec": "h265", "bitrate_kbps": 2000}),
        ladder({"codec": "h264"}, parameters={"format": "dash"}, key_frames_s=[3.5]),
        ladder({"codec": "h264"}, parameters={"format": "cmaf", "subtitles": "source", "thumbnails": {}}),
        ladder({"codec": "h264"}, parameters={"encryption": {}}),
        ladder(None),
    ],
)
def test_ladders_that_are_split(asked: AdaptiveDynamicStreamingItem) -> None:
    assert why_not_split(asked, INFO) is None


@pytest.mark.parametrize(
    ("reason", "asked"),
    [
        ("codec", ladder({"codec": "av1"})),
        ("encoder", ladder({"codec": "h264", "encoder": "nvenc"})),
        ("constant_bitrate", ladder({"codec": "h264", "mode": "cbr", "bitrate_kbps": 2000})),
        ("denoised", ladder({"codec": "h264", "edit": {"denoise": "light"}})),
        ("burned_in_texts", ladder({"codec": "h264", "edit": {"burned_in_texts": [{"shows": "clock"}]}})),
    ],
)
def test_one_rendition_that_cannot_be_split_keeps_the_ladder_whole(
    reason: Reason, asked: AdaptiveDynamicStreamingItem
) -> None:
    assert why_not_split(asked, INFO) == reason


def test_ladders_without_pictures() -> None:
    sound = {"parameters": {"format": "hls", "pure_audio": True, "streams": [{"audio": {}}]}}
    assert why_not_split(AdaptiveDynamicStreamingItem.model_validate(sound), INFO) == "no_video"
    assert why_not_split(ladder({"codec": "h264"}), INFO.model_copy(update={"video": None})) == "no_video"


def test_still_watermarks_are_split_and_moving_ones_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    marked = item({"codec": "h264"}, watermarks=[{"mark": {"type": "image", "content": PNG}}])
    assert why_not_split(marked, INFO) is None
    monkeypatch.setattr(apng, "run_s", lambda image: 2.0 if image == base64.b64decode(PNG) else None)
    assert why_not_split(marked, INFO) == "animated_watermark"


def test_changes_of_each_frame_alone_are_split_and_noise_reduction_is_not() -> None:
    assert why_not_split(item({"codec": "h264", "edit": {"flip": "horizontal", "sharpen": "light"}}), INFO) is None
    assert why_not_split(item({"codec": "h264", "edit": {"denoise": "light"}}), INFO) == "denoised"


@pytest.mark.parametrize("container", ["mpegts", "flv", "avi", "asf"])
def test_sources_without_an_exact_index(container: str) -> None:
    assert (
        why_not_split(item({"codec": "h264"}), INFO.model_copy(update={"container": container})) == "source_container"
    )


def test_every_reason_is_a_sentence() -> None:
    assert set(WHY) == set(get_args(Reason))
    assert str(NotSplitError("differs", "chunk 2")) == f"{WHY['differs']} (chunk 2)"


def test_a_notice_has_the_first_line_of_the_cause() -> None:
    notice = NotSplitError("failed", "ffmpeg failed\nall of its output").notice
    assert notice.message == "not encoded in chunks: a part of it could not be encoded (ffmpeg failed)"
    assert notice.parameters == {"type": "split", "reason": "failed", "cause": "ffmpeg failed"}
