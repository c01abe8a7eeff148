"""Frames for placing overlays, on a real S3 server and real ffmpeg: one output of an unsaved workflow."""

from __future__ import annotations

import base64
import io
import tempfile
from pathlib import Path

import pytest
from PIL import Image

from clips import Clips
from definitions import workflow
from media_workflows.domain.overlay_frame import OverlayOutput
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import InvalidRequestError, NotFoundError
from media_workflows.services import overlay_frame as service
from media_workflows.services import samples
from media_workflows.storage.s3 import ObjectStorage

KEY = "in/clip.mp4"
FIRST = OverlayOutput(step_id="transcode", item=0)


pytestmark = pytest.mark.usefixtures("own_data")


@pytest.fixture
def placed(bucket: str, storage: ObjectStorage, clips: Clips, monkeypatch: pytest.MonkeyPatch) -> Workflow:
    monkeypatch.setattr(samples, "storage", lambda: storage)
    storage.client.put_object(Bucket=bucket, Key=KEY, Body=clips.plain.read_bytes())
    item = {
        "parameters": {"container": "mp4", "video": {"codec": "h264", "width": 2560, "height": 1920}},
        "watermarks": [
            {"origin": "bottom_right", "x_pos": "10px", "y_pos": "10%", "mark": {"type": "text", "text": "A"}}
        ],
        "mosaics": [{"x_pos": "10%", "y_pos": "10%", "width": "100px", "height": "50px"}],
    }
    return workflow("w", bucket, "in/", jobs={"transcode": [item], "image_sprite": [{"template": 10}]})


def test_a_frame_and_its_boxes_are_in_the_output_s_pixels(
    placed: Workflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    frame = service.frame_of(placed, KEY, FIRST, 0.5)
    assert (frame.width, frame.height, frame.length_s) == (2560, 1920, 2.0)
    with Image.open(io.BytesIO(base64.b64decode(frame.image))) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1280, 960))
    (text,), (mosaic,) = frame.watermarks, frame.mosaics
    assert text.x == (2550 - text.width) // 2 * 2  # 4:2:0 places at even pixels
    assert text.y == (1920 - 192 - text.height) // 2 * 2
    assert (frame.columns, frame.rows) == (2, 2)
    assert (text.own_width, text.own_height) == (text.width, text.height)
    assert (mosaic.x, mosaic.y, mosaic.width, mosaic.height) == (256, 192, 100, 50)
    assert list(tmp_path.glob("media-workflows-*")) == []


def test_only_objects_and_outputs_of_the_workflow_are_shown(placed: Workflow) -> None:
    with pytest.raises(InvalidRequestError):
        service.frame_of(placed, "other/clip.mp4", FIRST, 0)
    with pytest.raises(NotFoundError, match=r"transcode\[1\] of the source"):
        service.frame_of(placed, KEY, OverlayOutput(step_id="transcode", item=1), 0)
    with pytest.raises(NotFoundError, match="image_sprite"):
        service.frame_of(placed, KEY, OverlayOutput(step_id="image_sprite", item=0), 0)
