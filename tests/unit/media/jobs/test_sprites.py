"""Sprites: which key frames will do, where pictures lie, and what the WebVTT file says. Nothing runs here."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import ffmpeg
import pytest
import webvtt

from media_workflows.domain.jobs.image_sprite import ImageSpriteItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.errors import NoVideoError, SheetSizeError
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.image_sprite import build, key_frame_rounding
from media_workflows.media.plan.planned import Plan, build_plan
from probed import video_stream

VIDEO = video_stream()
INFO = MediaInfo(container="mov,mp4", duration_s=2503, size_bytes=1, bitrate_bps=1, video=VIDEO)
CONTEXT = BuildContext(Path("/in/a.mp4"), INFO, Path("/work"), BUNDLED_FONT)


def plan(item: ImageSpriteItem, context: BuildContext = CONTEXT) -> Plan:
    return build_plan(build, context, {0: item})


def raw(**parameters: object) -> ImageSpriteItem:
    grid = {"sample_type": "time", "sample_interval": 10, "row_count": 10, "column_count": 10}
    return ImageSpriteItem.model_validate({"parameters": {**grid, **parameters}})


@pytest.mark.parametrize(
    ("key_frames_s", "rounding"),
    [
        ([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24], "up"),
        ([0, 5.1, 15.1], "up"),
        ([0, 8, 18, 28], "up"),
        ([0, 12, 22], "near"),
        ([3, 6, 16], "near"),
        ([0, 4, 14, 19], "near"),
        ([0, 4, 14], None),
        ([0, 10.4, 25.1], None),
        ([0, 15, 30], None),
        ([0], None),
        ([], None),
    ],
)
def test_key_frames_near_each_moment_will_do(key_frames_s: list[float], rounding: str | None) -> None:
    assert key_frame_rounding(key_frames_s, interval_s=10, count=3) == rounding


class TestReading:
    def test_dense_key_frames_alone_are_decoded(self) -> None:
        dense = replace(CONTEXT, key_frames=lambda: [2.0 * n for n in range(1252)])
        arguments = ffmpeg.compile(plan(ImageSpriteItem(template=10), dense).graphs[0])
        assert arguments[arguments.index("-skip_frame") + 1] == "nokey"

    def test_sparse_key_frames_and_a_second_attempt_decode_everything(self) -> None:
        dense = replace(CONTEXT, key_frames=lambda: [2.0 * n for n in range(1252)], seek=False)
        for context in (CONTEXT, dense):
            made = plan(ImageSpriteItem(template=10), context)
            assert "-skip_frame" not in ffmpeg.compile(made.graphs[0])
            assert not made.has_alternative

    def test_a_shortcut_has_an_alternative(self) -> None:
        dense = replace(CONTEXT, key_frames=lambda: [2.0 * n for n in range(1252)])
        assert plan(ImageSpriteItem(template=10), dense).has_alternative


class TestSheets:
    def test_as_many_as_it_takes(self) -> None:
        files = plan(ImageSpriteItem(template=10)).items[0].files
        assert [(file.time_offset_s, file.picture_count) for file in files] == [(0, 100), (1000, 100), (2000, 51)]
        assert {(file.expects.width, file.expects.height) for file in files} == {(1420, 800)}
        assert files[-1].expects.shows_s == 2500
        assert [file.variables["number"] for file in files] == ["0", "1", "2"]

    def test_derived_sizes_are_checked_with_the_source(self) -> None:
        made = plan(raw(width=400))
        assert made.items[0].files[0].expects.height == 2250
        tall = VIDEO.model_copy(update={"display_width": 1080, "display_height": 1920})
        portrait = replace(CONTEXT, info=INFO.model_copy(update={"video": tall}))
        assert isinstance(plan(raw(height=300), portrait).failures[0], SheetSizeError)
        fault = plan(raw()).failures[0]
        assert isinstance(fault, SheetSizeError)
        assert "1920x1080 pixels: width 1920 times column_count 10 is 19200 pixels" in str(fault)

    def test_sound_alone_is_refused(self) -> None:
        deaf = replace(CONTEXT, info=INFO.model_copy(update={"video": None}))
        assert isinstance(plan(ImageSpriteItem(template=10), deaf).failures[0], NoVideoError)


class TestMap:
    def cues(self, tmp_path: Path, item: ImageSpriteItem, key: str = "in/a b#1.mp4") -> list[webvtt.Caption]:
        made = plan(item, replace(CONTEXT, work_dir=tmp_path)).items[0]
        assert made.finish is not None
        (file,) = made.finish(key)
        assert (file.role, file.variables["format"]) == ("manifest", "vtt")
        captions: list[webvtt.Caption] = webvtt.read(str(file.path)).captions
        return captions

    def test_times_and_places(self, tmp_path: Path) -> None:
        cues = self.cues(tmp_path, ImageSpriteItem(template=10))
        assert len(cues) == 251
        assert (cues[0].start, cues[0].end) == ("00:00:00.000", "00:00:10.000")
        assert (cues[250].start, cues[250].end) == ("00:41:40.000", "00:41:43.000")
        assert cues[0].text == "a%20b%231_imageSprite_10_0.jpg#xywh=0,0,142,80"
        assert cues[99].text.endswith("_0.jpg#xywh=1278,720,142,80")
        assert cues[112].text.endswith("_1.jpg#xywh=284,80,142,80")
        assert all(one.end == other.start for one, other in itertools.pairwise(cues))

    def test_names_are_relative_to_the_map(self, tmp_path: Path) -> None:
        parts = {"output_path": "{inputName}/s_{number}.{format}", "web_vtt_path": "maps/{inputName}.{format}"}
        item = ImageSpriteItem.model_validate({"template": 10, **parts})
        assert self.cues(tmp_path, item, "in/片.mp4")[0].text.startswith("../s_0.jpg#xywh=")

    def test_thirds_of_seconds_leave_no_gap(self, tmp_path: Path) -> None:
        cues = self.cues(tmp_path, raw(sample_interval=1 / 3, width=142, height=80))
        assert len(cues) == 7509
        assert all(one.end == other.start for one, other in itertools.pairwise(cues))
        assert cues[-1].end == "00:41:43.000"
