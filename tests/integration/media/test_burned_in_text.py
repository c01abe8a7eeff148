"""Burned-in texts against the time codes that ffmpeg's own option draws, and against the text as it was typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from clip_making import encode
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import MissingGlyphError
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings
from pixels import frames

GREY = "color=gray:s=320x120:r={rate}:d=2.5,format=yuv420p"
TIME_CODE = {"shows": "time_code", "x_pos": "20px", "y_pos": "20px", "font_size_percent": 20, "box_alpha": 0}


def made(source: Path, work_dir: Path, *texts: dict[str, Any], key: str = "in/clip", **item: Any) -> ItemOutcome:
    parameters = {"container": "mp4", "video": {"crf": 4, "edit": {"burned_in_texts": texts}}}
    asked = TranscodeItem.model_validate({"parameters": parameters, **item})
    (outcome,) = run_job(JobRequest(asked.kind, [asked], source, key, work_dir), lambda _: None, Settings()).items
    return outcome


def pictures(path: Path) -> list[Image.Image]:
    return [frame.to_image().convert("L") for frame in frames(path)]


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of pixels, 0 to 255."""
    return float(ImageStat.Stat(ImageChops.difference(one, other)).mean[0])


@pytest.mark.parametrize(
    ("rate", "stated", "start_s"),
    [("30000/1001", "00:00:59;00", 0), ("30000/1001", "00:09:58;10", 0), ("25", "23:59:59:00", 0), ("25", "", 1)],
)
def test_the_time_code_is_that_of_the_frame(tmp_path: Path, rate: str, stated: str, start_s: float) -> None:
    """The minute at which labels are left out, the tenth at which they are not, midnight, and a trimmed output."""
    source, expected = tmp_path / "source.mov", tmp_path / "expected.mkv"
    tag = ["-timecode", stated] if stated else []
    clip = ["-f", "lavfi", "-i", GREY.format(rate=rate)]
    encode(*clip, *tag, "-c:v", "libx264", "-preset", "ultrafast", str(source))
    label = (stated or "00:00:00:00").replace(":", r"\:").replace(";", r"\;")
    drawn = f"drawtext=fontfile={BUNDLED_FONT}:fontsize=24:fontcolor=white:x=20:y=20:timecode='{label}':rate={rate}"
    encode(*clip, "-vf", drawn, "-c:v", "ffv1", str(expected))

    outcome = made(source, tmp_path, TIME_CODE, start_offset_s=start_s)
    assert outcome.error is None
    found, right = pictures(outcome.files[0].path), pictures(expected)[round(start_s * 25) :]
    assert len(found) == len(right)
    for number in range(1, len(found) - 1):
        near = {other: difference(found[number], right[other]) for other in range(number - 1, number + 2)}
        assert min(near, key=lambda other: near[other]) == number, near


def test_a_text_is_drawn_as_typed_and_a_file_name_as_it_is(tmp_path: Path) -> None:
    source = tmp_path / "source.mp4"
    encode("-f", "lavfi", "-i", GREY.format(rate=5), "-c:v", "libx264", "-preset", "ultrafast", str(source))
    hostile = "a:%'\\ %{n},[x];中文"
    place = {"font_size_percent": 20, "x_pos": "10px", "y_pos": "10px", "box_color": "0xFF0000", "box_alpha": 1}
    found = []
    for number, (text, key) in enumerate(
        [({"shows": "text", "text": hostile}, "k"), ({"shows": "file_name"}, hostile)]
    ):
        (tmp_path / str(number)).mkdir()
        outcome = made(source, tmp_path / str(number), {**text, **place}, key=f"in/{key}")
        assert outcome.error is None
        found.append(frames(outcome.files[0].path)[0].to_image())
    assert difference(found[0].convert("L"), found[1].convert("L")) < 0.5
    corner = found[0].getpixel((12, 12))
    assert isinstance(corner, tuple)
    assert corner[0] > 180
    assert max(corner[1:]) < 90
    white = found[0].convert("L").point(lambda level: 255 * (level > 200))
    assert white.getbbox() is not None


def test_a_clock_runs_and_stays_at_its_corner(tmp_path: Path) -> None:
    source = tmp_path / "source.mp4"
    encode("-f", "lavfi", "-i", GREY.format(rate=5), "-c:v", "libx264", "-preset", "ultrafast", str(source))
    clock = {"shows": "clock", "origin": "bottom_right", "x_pos": "8px", "y_pos": "8px", "box_alpha": 1}
    outcome = made(source, tmp_path, clock)
    assert outcome.error is None
    shown = pictures(outcome.files[0].path)
    assert difference(shown[0], shown[1]) > 0.05
    box = shown[0].point(lambda level: 255 * (level < 60)).getbbox()
    assert box is not None
    assert (abs(box[2] - 312) <= 2, abs(box[3] - 112) <= 2) == (True, True), box


def test_a_name_that_no_font_can_draw_is_an_error(tmp_path: Path) -> None:
    source = tmp_path / "source.mp4"
    encode("-f", "lavfi", "-i", GREY.format(rate=5), "-c:v", "libx264", "-preset", "ultrafast", str(source))
    assert isinstance(made(source, tmp_path, {"shows": "file_name"}, key="in/ꯍ.mp4").error, MissingGlyphError)
