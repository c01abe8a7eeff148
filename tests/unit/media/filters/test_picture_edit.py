"""The part of the source that is shown, on even stored pixels."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from media_workflows.domain.jobs.picture_edit import PictureEdit
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.errors import MediaError, PictureSizeError
from media_workflows.media.filters.geometry import WHOLE, Box, Size, Turn
from media_workflows.media.filters.picture_edit import kept_part, kept_size
from media_workflows.media.jobs.overlay_frame import overlaid_output
from media_workflows.media.verify.thumbnails import SIDE, Thumbnail
from probed import video_stream

BARS = Box(0, 0.125, 1, 0.875)


@pytest.mark.parametrize(
    ("edit", "video", "box", "size"),
    [
        ({}, {}, WHOLE, Size(1920, 1080)),
        ({"crop": {"left": "961px"}}, {}, Box(0.5, 0, 1, 1), Size(960, 1080)),
        ({"crop": {"left": "961px"}, "rotate_degrees": 90}, {}, Box(0.5, 0, 1, 1), Size(1080, 960)),
        ({"black_bars": "crop"}, {"height": 1600}, BARS, Size(1920, 1200)),
        ({"black_bars": "crop", "crop": {"top": "50%"}}, {"height": 1600}, Box(0, 0.5, 1, 0.875), Size(1920, 600)),
        ({"crop": {"top": "10%"}}, {"rotation": 90}, Box(0, 0.1, 1, 1), Size(1080, 1728)),
        ({"crop": {"left": "720px"}}, {"width": 1440, "display_width": 1920}, Box(0.375, 0, 1, 1), Size(1200, 1080)),
    ],
)
def test_what_is_kept(edit: dict[str, Any], video: dict[str, Any], box: Box, size: Size) -> None:
    source = video_stream(**video)
    kept, turn = kept_part(PictureEdit.model_validate(edit), source, lambda: BARS)
    assert kept == box
    assert kept_size(source, kept, turn) == size


def test_a_crop_must_leave_something() -> None:
    edit = PictureEdit.model_validate({"crop": {"left": "1000px", "right": "910px"}})
    with pytest.raises(PictureSizeError, match="the crop leaves less than 16 pixels of a picture of 1920x1080"):
        kept_part(edit, video_stream(), lambda: WHOLE)


@pytest.mark.parametrize("edit", [{"rotate_degrees": 90}, {"crop": {"left": "2px"}}, {"black_bars": "crop"}])
def test_overlays_are_not_placed_by_hand_on_a_moved_picture(edit: dict[str, Any]) -> None:
    info = MediaInfo(container="mp4", duration_s=9, size_bytes=1, bitrate_bps=1, video=video_stream())
    item = TranscodeItem.model_validate({"parameters": {"container": "mp4", "video": {"edit": edit}}})
    with pytest.raises(MediaError, match="cannot be shown before it is made"):
        overlaid_output(item, info)


@pytest.mark.parametrize("flip", ["none", "horizontal", "vertical"])
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_thumbnail_is_turned_back(degrees: int, flip: str) -> None:
    source = Image.radial_gradient("L").resize((2 * SIDE, 2 * SIDE)).crop((0, 3, SIDE, 3 + SIDE)).convert("RGB")
    turned = source.rotate(-degrees)
    if flip != "none":
        left_right = flip == "horizontal"
        turned = turned.transpose(Image.Transpose.FLIP_LEFT_RIGHT if left_right else Image.Transpose.FLIP_TOP_BOTTOM)
    assert Thumbnail(turned).turned_back(Turn(degrees, flip)).values == source.tobytes()
