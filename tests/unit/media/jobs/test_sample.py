"""What a sample of an output is: a transcode of a part of the source, in a form that browsers play."""

from __future__ import annotations

from typing import Any

import pytest

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.base import TimeRange
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.errors import InvalidOffsetError
from media_workflows.media.jobs.sample import renditions, sampled, source_item, with_measurement, without_floor

H264: dict[str, Any] = {"codec": "h264"}
MARK: dict[str, Any] = {"mark": {"type": "text", "text": "x"}}


def _info(duration_s: float = 60.0, height: int = 720) -> MediaInfo:
    width = height * 16 // 9
    video = VideoStream(
        index=0, codec="h264", width=width, height=height, display_width=width, display_height=height, rotation=0,
        fps=25, pixel_format="yuv420p",
    )  # fmt: skip
    audio = AudioStream(index=1, codec="aac", sample_rate_hz=48_000, channels=2)
    return MediaInfo(
        container="mp4", duration_s=duration_s, size_bytes=1, bitrate_bps=8_000_000, video=video, audio=(audio,)
    )


def _item(container: str = "mp4", **fields: Any) -> TranscodeItem:
    video = fields.pop("video", H264)
    return TranscodeItem(parameters={"container": container, "video": video, "audio": {}}, **fields)


def _range(item: TimeRange) -> tuple[float, float]:
    return item.start_offset_s, item.end_offset_s


@pytest.mark.parametrize(
    ("at_s", "expected"), [(None, (25, 35)), (0.0, (0, 10)), (40.0, (40, 50)), (58.0, (50, 60)), (999.0, (50, 60))]
)
def test_the_part_lies_in_the_source(at_s: float | None, expected: tuple[float, float]) -> None:
    assert _range(sampled(_item(), _info(), at_s, 10).item) == expected


def test_a_trimmed_output_is_tried_within_its_range() -> None:
    item = _item(start_offset_s=10, end_offset_s=-30)
    found = sampled(item, _info(), 0.0, 10)
    assert (_range(found.item), found.whole_s) == ((10, 20), 20)
    assert _range(sampled(item, _info(), None, 10).item) == (15, 25)
    with pytest.raises(InvalidOffsetError):
        sampled(_item(start_offset_s=90), _info(), None, 10)


def test_a_cut_list_is_tried_in_its_longest_range_of_the_source() -> None:
    cuts = [{"start_offset_s": 1, "end_offset_s": 4}, {"key": "a.mp4"}, {"start_offset_s": 20, "end_offset_s": 50}]
    found = sampled(_item(cuts=cuts), _info(), None, 10)
    assert (_range(found.item), found.item.cuts, found.whole_s) == ((30, 40), [], 30)
    assert _range(sampled(_item(cuts=[{"key": "a.mp4"}]), _info(), None, 10).item) == (25, 35)


def test_a_short_source_is_tried_in_full() -> None:
    found = sampled(_item(), _info(3), None, 10)
    assert (_range(found.item), found.part.length_s, found.whole_s) == ((0, 3), 3, 3)


def test_overlays_are_shown_at_their_times() -> None:
    always, early, late = MARK, {**MARK, "end_offset_s": 5}, {**MARK, "start_offset_s": -35}
    item = _item(watermarks=[always, early, late], mosaics=[{"start_offset_s": 28, "end_offset_s": 70}])
    found = sampled(item, _info(), 20.0, 10).item
    assert [_range(one) for one in found.watermarks] == [(0, 10), (5, 10)]
    assert [_range(one) for one in found.mosaics] == [(8, 10)]


@pytest.mark.parametrize(
    ("container", "video", "audio", "expected"),
    [
        ("mkv", "h264", "aac", "mp4"),
        ("hls", "h264", "aac", "mp4"),
        ("webm", "vp9", "opus", "webm"),
        ("mkv", "vp8", "vorbis", "mkv"),
        ("mxf", "mpeg2", "pcm", "mxf"),
    ],
)
def test_the_container_is_one_that_browsers_play_if_it_can_be(
    container: str, video: str, audio: str, expected: str
) -> None:
    item = TranscodeItem(parameters={"container": container, "video": {"codec": video}, "audio": {"codec": audio}})
    (found,) = renditions(item, _info()).values()
    assert found.resolved_parameters.container == expected


def test_a_ladder_is_tried_by_its_sub_streams() -> None:
    streams = [{"video": {"height": height, "bitrate_kbps": 800}, "audio": {}} for height in (1080, 720, 360)]
    parameters = {"format": "hls", "streams": streams, "disable_higher_video_resolution": True}
    item = AdaptiveDynamicStreamingItem(parameters=parameters, watermarks=[MARK])
    found = renditions(item, _info())
    assert list(found) == [1, 2]
    video = found[1].resolved_parameters.video
    assert video is not None
    assert (video.height, video.gop_s, video.no_scene_cut) == (720, 2, True)
    assert len(found[1].watermarks) == 1


def test_quality_is_measured_without_a_floor() -> None:
    item = _item(video={"codec": "h264", "vmaf_floor": 95})
    measured = with_measurement(item)
    assert measured is not None
    assert measured.resolved_parameters.video is not None
    assert measured.resolved_parameters.video.vmaf_floor == 0
    plain = without_floor(item).resolved_parameters.video
    assert plain is not None
    assert plain.vmaf_floor is None
    assert with_measurement(_item(video={"codec": "copy"})) is None


def test_the_source_is_shown_in_codecs_that_browsers_play() -> None:
    for height, expected in ((2160, 1080), (720, 0)):
        video = source_item(_info(height=height)).resolved_parameters.video
        assert video is not None
        assert (video.codec, video.height) == ("h264", expected)
    sound = _info().model_copy(update={"video": None})
    assert source_item(sound).resolved_parameters.video is None
