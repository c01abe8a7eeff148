"""Sprites of real clips: what the WebVTT file says against the pixels of the sheets."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import av
import pytest
import webvtt

from clip_making import encode
from clips import Clips
from media_workflows.domain.jobs.image_sprite import ImageSpriteItem
from media_workflows.errors import IncompleteSourceError, NoVideoError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.naming import output_key
from media_workflows.settings import Settings
from pixels import Rgb, frames, is_black, is_blue, is_red, pixel

KEY = "in/my clip.mp4"


def sprite(**parameters: object) -> ImageSpriteItem:
    grid = {"sample_type": "time", "sample_interval": 1, "row_count": 4, "column_count": 4, "width": 80, "height": 60}
    return ImageSpriteItem.model_validate({"parameters": {**grid, **parameters}})


def make(source: Path, work_dir: Path, item: ImageSpriteItem) -> ItemOutcome:
    (outcome,) = run_job(JobRequest("image_sprite", [item], source, KEY, work_dir), lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    return outcome


class Sheets:
    """The pictures as a player finds them: by cue, sheet and rectangle."""

    def __init__(self, outcome: ItemOutcome) -> None:
        *sheets, self.map = outcome.files
        self.sheets = {Path(_key(file)).name: frames(file.path)[0] for file in sheets}
        self.cues = webvtt.read(str(self.map.path)).captions

    def starts_s(self) -> list[float]:
        return [cue.start_in_seconds + int(cue.start[-3:]) / 1000 for cue in self.cues]

    def picture(self, number: int) -> tuple[av.VideoFrame, list[int]]:
        name, _, place = self.cues[number].text.partition("#xywh=")
        return self.sheets[unquote(name)], [int(side) for side in place.split(",")]

    def color(self, number: int, x_share: float = 0.5, y_share: float = 0.5) -> Rgb:
        frame, (x, y, width, height) = self.picture(number)
        return pixel(frame, (x + x_share * width) / frame.width, (y + y_share * height) / frame.height)


def _key(file: object) -> str:
    return output_key(file.pattern, None, KEY, dict(file.variables))  # type: ignore[attr-defined]


def shown_s(source: Path, rate: int) -> dict[int, float]:
    """Green level (the red one of JPEG comes out 2 lower in PyAV) -> the moment of the frame that has it."""
    return {pixel(frame, 0.5, 0.5)[1]: number / rate for number, frame in enumerate(frames(source))}


def nearest_s(levels: dict[int, float], level: int) -> float:
    return levels[min(levels, key=lambda known: abs(known - level))]


class TestPictures:
    @pytest.mark.parametrize("format_", ["png", "jpg", "webp"])
    def test_every_picture_is_the_one_on_screen_at_its_cue(self, clips: Clips, tmp_path: Path, format_: str) -> None:
        """0.5 s intervals over a key frame each second: everything is decoded."""
        sheets = Sheets(make(clips.counting_long, tmp_path, sprite(sample_interval=0.5, format=format_)))
        assert [len(sheets.sheets), len(sheets.cues)] == [3, 40]
        levels = shown_s(clips.counting_long, 10)
        for number, start_s in enumerate(sheets.starts_s()):
            assert nearest_s(levels, sheets.color(number)[1]) == pytest.approx(start_s, abs=0.21), number

    def test_key_frames_stand_for_their_surroundings(self, clips: Clips, tmp_path: Path) -> None:
        sheets = Sheets(make(clips.counting_long, tmp_path, sprite(sample_interval=3.3, format="png")))
        levels = shown_s(clips.counting_long, 10)
        found = [nearest_s(levels, sheets.color(number)[1]) for number in range(len(sheets.cues))]
        assert found == pytest.approx([0, 3, 6, 9, 13, 16, 19], abs=0.21)  # the key frame at or before each moment

    def test_sparse_key_frames_round_to_the_nearest(self, clips: Clips, tmp_path: Path) -> None:
        sheets = Sheets(make(clips.counting_long, tmp_path, sprite(sample_interval=1.1, format="png")))
        levels = shown_s(clips.counting_long, 10)
        for number, start_s in enumerate(sheets.starts_s()):
            assert abs(nearest_s(levels, sheets.color(number)[1]) - start_s) <= 0.55 + 0.15, number

    def test_cues_end_with_the_source_and_the_rest_of_the_sheet_is_black(self, clips: Clips, tmp_path: Path) -> None:
        sheets = Sheets(make(clips.counting_long, tmp_path, sprite(sample_interval=3)))
        assert len(sheets.cues) == 7
        assert sheets.cues[-1].end == "00:00:20.000"
        (sheet,) = sheets.sheets.values()
        assert (sheet.width, sheet.height) == (320, 240)
        assert is_black(pixel(sheet, 0.9, 0.9))

    @pytest.mark.parametrize("format_", ["jpg", "webp"])
    def test_colours(self, clips: Clips, tmp_path: Path, format_: str) -> None:
        sheets = Sheets(make(clips.plain, tmp_path, sprite(sample_interval=0.1, format=format_)))
        for number in range(16):
            assert is_red(sheets.color(number, y_share=0.2))
            assert is_blue(sheets.color(number, y_share=0.8))


class TestSizes:
    def test_odd_pictures_do_not_bleed_into_each_other(self, clips: Clips, tmp_path: Path) -> None:
        sheets = Sheets(make(clips.odd_dimensions, tmp_path, sprite(sample_interval=0.1, width=81, height=61)))
        assert {(sheet.width, sheet.height) for sheet in sheets.sheets.values()} == {(324, 244)}
        assert is_red(sheets.color(5, y_share=0.1))
        assert is_blue(sheets.color(5, y_share=0.9))

    def test_a_rotated_source_stands_upright(self, clips: Clips, tmp_path: Path) -> None:
        sheets = Sheets(make(clips.rotated_90, tmp_path, sprite(sample_interval=0.5)))
        _, (_, _, width, height) = sheets.picture(0)
        assert (width, height) == (60, 80)
        assert is_red(sheets.color(1, x_share=0.2))
        assert is_blue(sheets.color(1, x_share=0.8))

    def test_bars_fill_what_the_aspect_leaves(self, clips: Clips, tmp_path: Path) -> None:
        sheets = Sheets(make(clips.plain, tmp_path, sprite(sample_interval=0.5, width=160, height=60)))
        assert is_black(sheets.color(0, x_share=0.1))
        assert is_red(sheets.color(0, y_share=0.2))

    def test_a_height_is_derived(self, clips: Clips, tmp_path: Path) -> None:
        sheets = Sheets(make(clips.plain, tmp_path, sprite(sample_interval=0.5, height=0)))
        assert sheets.picture(0)[1][2:] == [80, 60]


class TestSources:
    def test_shorter_than_one_interval(self, clips: Clips, tmp_path: Path) -> None:
        outcome = make(clips.plain, tmp_path, sprite(sample_interval=10))
        assert [file.picture_count for file in outcome.files] == [1, None]
        (cue,) = Sheets(outcome).cues
        assert cue.end == "00:00:02.000"

    def test_video_that_ends_before_the_sound(self, clips: Clips, tmp_path: Path) -> None:
        sheets = Sheets(make(clips.short_video_long_audio, tmp_path, sprite(sample_interval=0.5)))
        assert len(sheets.cues) == 6
        assert is_red(sheets.color(5, y_share=0.2))

    def test_no_video(self, clips: Clips, tmp_path: Path) -> None:
        with pytest.raises(NoVideoError, match="the source has no video"):
            make(clips.attached_picture, tmp_path, sprite())

    def test_a_stream_with_one_key_frame(self, clips: Clips, tmp_path: Path) -> None:
        """2 s of picture and a little more of sound."""
        sheets = Sheets(make(clips.transport_stream, tmp_path, sprite(sample_interval=0.5)))
        assert [cue.start for cue in sheets.cues][-2:] == ["00:00:01.500", "00:00:02.000"]
        assert is_red(sheets.color(4, y_share=0.2))

    def test_a_cut_source_is_reported(self, clips: Clips, tmp_path: Path) -> None:
        with pytest.raises(IncompleteSourceError, match="incomplete"):
            make(clips.cut_in_the_middle, tmp_path, sprite(sample_interval=0.5))

    def test_a_thousand_pictures(self, clips: Clips, tmp_path: Path) -> None:
        long = tmp_path / "long.mp4"
        encode("-stream_loop", "49", "-i", str(clips.counting_long), "-c", "copy", str(long))
        outcome = make(long, tmp_path / "work", sprite(row_count=10, column_count=10))
        sheets = Sheets(outcome)
        assert (len(sheets.cues), len(sheets.sheets)) == (1000, 10)
        assert sum(file.picture_count or 0 for file in outcome.files) == 1000
        assert all(sheets.color(n)[1] == pytest.approx(sheets.color(n + 200)[1], abs=4) for n in range(0, 800, 37))
