"""The boxes that are shown for placing overlays by hand are the pixels that ffmpeg draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from clips import Clips
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import InvalidOffsetError, MediaError
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT, font_chain
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.overlay_frame import overlaid_output, watermark_box
from media_workflows.media.jobs.request import JobRequest
from media_workflows.media.source.probe import probe
from media_workflows.settings import Settings
from pictures import WHITE, encoded, plain
from pixels import frames

BRIGHT = 165  # between the clip's colours and white
WIDE = encoded(plain(WHITE, 40, 20))
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="20" height="10" fill="#fff"/></svg>'
VIDEO = {"codec": "h264", "crf": 4, "width": 320, "height": 200, "resolution_adaptive": False}
MARKS: list[dict[str, Any]] = [
    {"x_pos": "5%", "y_pos": "7px", "mark": {"type": "image", "content": WIDE, "width": "13%"}},
    {
        "origin": "top_right",
        "x_pos": "11px",
        "y_pos": "10%",
        "mark": {"type": "image", "content": WIDE, "width": "0px", "height": "33px"},
    },
    {
        "origin": "bottom_left",
        "x_pos": "2.5%",
        "y_pos": "3px",
        "mark": {
            "type": "svg",
            "width": "10W%",
            "svg": SQUARE,
        },
    },
    {
        "origin": "bottom_right",
        "x_pos": "9px",
        "y_pos": "4%",
        "mark": {"type": "text", "text": "Logo", "font_size_px": 31},
    },
]


def drawn(source: Path, work_dir: Path, item: JobItem[Any]) -> Image.Image:
    """The first frame that the item makes, in grey."""
    (outcome,) = run_job(JobRequest(item.kind, [item], source, "in/a.mp4", work_dir), lambda _: None, Settings()).items
    assert outcome.error is None
    picture: Image.Image = frames(outcome.files[0].path)[0].to_image().convert("L")
    return picture


def white_box(picture: Image.Image, number: int) -> tuple[int, int, int, int]:
    """Of the bright pixels in one quarter of the picture: left, top, right, bottom."""
    width, height = picture.size
    corner = (width // 2 * (number % 2), height // 2 * (number // 2))
    part = picture.crop((*corner, corner[0] + width // 2, corner[1] + height // 2))
    box = part.point(lambda value: 255 if value > BRIGHT else 0).getbbox()
    assert box is not None
    return (box[0] + corner[0], box[1] + corner[1], box[2] + corner[0], box[3] + corner[1])


@pytest.mark.parametrize("kind", ["transcode", "snapshot"])
def test_a_box_is_what_is_drawn(clips: Clips, tmp_path: Path, kind: str) -> None:
    item: TranscodeItem | SnapshotByTimeOffsetItem
    if kind == "transcode":
        fields: dict[str, Any] = {"parameters": {"container": "mp4", "video": VIDEO}, "watermarks": MARKS}
        item = TranscodeItem.model_validate(fields)
    else:
        parameters = {"format": "png", "width": 320, "height": 200, "resolution_adaptive": False}
        fields = {"parameters": parameters, "time_offsets": ["0s"], "watermarks": MARKS[:2]}
        item = SnapshotByTimeOffsetItem.model_validate(fields)
    output = overlaid_output(item, probe(clips.plain))
    picture = drawn(clips.plain, tmp_path, item)
    assert picture.size == (output.format.size.width, output.format.size.height)
    for number, watermark in enumerate(item.watermarks):
        box = watermark_box(watermark, output.format, font_chain(BUNDLED_FONT))
        found = white_box(picture, number)
        faint = 1 if watermark.mark and watermark.mark.type == "text" else 0  # smooth edges
        expected = (box.x, box.y, box.x + box.width, box.y + box.height)
        assert all(abs(a - b) <= faint for a, b in zip(found, expected, strict=True)), (number, found, expected)


def test_the_frame_is_that_of_the_output_without_its_overlays(clips: Clips, tmp_path: Path) -> None:
    fields: dict[str, Any] = {"parameters": {"container": "mp4", "video": VIDEO}, "watermarks": MARKS}
    item = TranscodeItem.model_validate(fields | {"start_offset_s": 0.5, "end_offset_s": 1.5})
    output = overlaid_output(item, probe(clips.plain))
    assert (output.start_s, output.length_s) == (0.5, 1.0)
    snapshot = output.snapshot(0.25)
    assert (snapshot.time_offsets, snapshot.watermarks) == (["0.750s"], [])
    picture = drawn(clips.plain, tmp_path, snapshot)
    assert picture.size == (320, 200)
    assert max(picture.tobytes()) < BRIGHT
    with pytest.raises(InvalidOffsetError, match="has no frame at 3 s"):
        output.snapshot(3)


def test_what_has_no_picture_cannot_be_drawn_on(clips: Clips) -> None:
    sound = TranscodeItem.model_validate({"parameters": {"container": "mp3", "audio": {"codec": "mp3"}}})
    with pytest.raises(MediaError, match="no encoded picture"):
        overlaid_output(sound, probe(clips.plain))
