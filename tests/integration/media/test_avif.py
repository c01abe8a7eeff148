"""AVIF stills, read by Pillow's libavif: the size, the colours, and one picture in each file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from pydantic import ValidationError

from clip_making import encode
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotParameters
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings
from media_workflows.storage.links import shown_type


@pytest.mark.parametrize("matrix", ["bt709", "smpte170m"])
def test_a_still_in_avif_has_the_colours_of_its_moment(tmp_path: Path, matrix: str) -> None:
    """A red second, then a lime one, in sides that are odd."""
    source = tmp_path / "source.mp4"
    clip = "color=red:s=322x242:r=10:d=1[a];color=lime:s=322x242:r=10:d=1[b];[a][b]concat,"
    clip += f"scale=out_color_matrix={matrix},format=yuv420p,setparams=colorspace={matrix}"
    encode("-filter_complex", clip, "-c:v", "libx264", "-preset", "ultrafast", str(source))
    asked = {"format": "avif", "width": 201, "height": 151, "resolution_adaptive": False, "fill_type": "stretch"}
    item = SnapshotByTimeOffsetItem.model_validate({"parameters": asked, "time_offsets": ["0.5s", "1.5s"]})
    request = JobRequest(item.kind, [item], source, "in/clip.mp4", tmp_path)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    assert outcome.error is None
    for file, expected in zip(outcome.files, ((255, 0, 0), (0, 255, 0)), strict=True):
        with Image.open(file.path) as picture:
            assert (picture.format, picture.size, getattr(picture, "n_frames", 1)) == ("AVIF", (201, 151), 1)
            found = picture.convert("RGB").getpixel((100, 75))
        assert isinstance(found, tuple)
        assert max(abs(one - other) for one, other in zip(found, expected, strict=True)) <= 8, found
        assert shown_type(f"a{file.path.suffix}") == "image/avif"


def test_series_have_no_avif() -> None:
    with pytest.raises(ValidationError, match="'jpg', 'png' or 'webp'"):
        SampleSnapshotParameters.model_validate({"sample_type": "time", "sample_interval": 1, "format": "avif"})
