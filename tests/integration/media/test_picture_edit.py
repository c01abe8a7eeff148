"""Crop, rotation, mirroring, noise and sharpness: the colours and sizes of the outputs, read by PyAV."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from clip_making import encode
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import ExtraObjectError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings
from pixels import Rgb, frames, pixel

QUADRANTS = "color=red:s=80x60:r=10:d=1[a];color=lime:s=80x60:r=10:d=1[b];color=blue:s=80x60:r=10:d=1[c];"
QUADRANTS += "color=white:s=80x60:r=10:d=1[d];[a][b]hstack[t];[c][d]hstack[u];[t][u]vstack"
NAMES: dict[str, Rgb] = {"R": (255, 0, 0), "G": (0, 255, 0), "B": (0, 0, 255), "W": (255, 255, 255)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("edit")


@pytest.fixture(scope="module")
def clip(folder: Path) -> Path:
    """160x120: red and green above blue and white."""
    path = folder / "quadrants.mkv"
    encode("-filter_complex", QUADRANTS, "-c:v", "ffv1", str(path))
    return path


@pytest.fixture(scope="module")
def letterbox(folder: Path) -> Path:
    """A black second, then the quadrants between bars of 20 pixels above and below."""
    path = folder / "letterbox.mkv"
    bars = f"{QUADRANTS},scale=160:80:flags=neighbor,setsar=1,pad=160:120:0:20,tpad=start_duration=1,format=yuv420p"
    encode("-filter_complex", bars, "-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", str(path))
    return path


def made(source: Path, work_dir: Path, edit: dict[str, Any], **video: Any) -> ItemOutcome:
    asked = {"container": "mp4", "video": {"crf": 12, "edit": edit, **video}}
    item = TranscodeItem.model_validate({"parameters": asked})
    (outcome,) = run_job(JobRequest(item.kind, [item], source, "in/clip", work_dir), lambda _: None, Settings()).items
    assert outcome.error is None
    return outcome


def corners(path: Path) -> str:
    """The colours at a quarter of the sides: top left, top right, bottom left, bottom right."""
    frame = frames(path)[-1]
    places = ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))
    return "".join(_name(pixel(frame, x, y)) for x, y in places)


def _name(color: Rgb) -> str:
    return min(NAMES, key=lambda name: sum(abs(a - b) for a, b in zip(NAMES[name], color, strict=True)))


def size(path: Path) -> tuple[int, int]:
    frame = frames(path)[0]
    return frame.width, frame.height


@pytest.mark.parametrize(
    ("edit", "expected_size", "expected_corners"),
    [
        ({"crop": {"left": "50%"}}, (80, 120), "GGWW"),
        ({"crop": {"top": "60px", "right": "80px"}}, (80, 60), "BBBB"),
        ({"crop": {"left": "19px", "right": "12.5%"}}, (120, 120), "RGBW"),
        ({"rotate_degrees": 90}, (120, 160), "BRWG"),
        ({"rotate_degrees": 180}, (160, 120), "WBGR"),
        ({"rotate_degrees": 270}, (120, 160), "GWRB"),
        ({"flip": "horizontal"}, (160, 120), "GRWB"),
        ({"flip": "vertical"}, (160, 120), "BWRG"),
        ({"rotate_degrees": 90, "flip": "horizontal"}, (120, 160), "RBGW"),
        ({"crop": {"left": "50%"}, "rotate_degrees": 90}, (120, 80), "WGWG"),
        ({"denoise": "strong", "deband": True, "sharpen": "strong"}, (160, 120), "RGBW"),
    ],
)
def test_the_picture_is_what_was_asked(
    clip: Path, tmp_path: Path, edit: dict[str, Any], expected_size: tuple[int, int], expected_corners: str
) -> None:
    (file,) = made(clip, tmp_path, edit).files
    assert size(file.path) == expected_size
    assert corners(file.path) == expected_corners
    assert file.info is not None
    assert file.info.video is not None
    assert (file.info.video.display_width, file.info.video.display_height) == expected_size


def test_black_bars_are_cropped_and_named(letterbox: Path, tmp_path: Path) -> None:
    outcome = made(letterbox, tmp_path, {"black_bars": "crop"})
    assert size(outcome.files[0].path) == (160, 80)
    assert corners(outcome.files[0].path) == "RGBW"
    (notice,) = outcome.notices
    assert (notice.code, notice.parameters) == ("BlackBarsCropped", {"source": "160x120", "kept": "160x80"})


def test_a_crop_counts_from_inside_the_bars(letterbox: Path, tmp_path: Path) -> None:
    outcome = made(letterbox, tmp_path, {"black_bars": "crop", "crop": {"bottom": "50%"}, "rotate_degrees": 270})
    assert size(outcome.files[0].path) == (40, 160)
    assert corners(outcome.files[0].path) == "GGRR"


@pytest.mark.parametrize("suffix", ["mkv", "ts"])
def test_the_bars_of_a_long_source_are_found_by_samples(folder: Path, tmp_path: Path, suffix: str) -> None:
    """Dark for ten seconds, then a picture between bars of 24 pixels at the left and right."""
    source = folder / f"long.{suffix}"
    bars = "testsrc2=s=112x120:r=5:d=4,setsar=1,pad=160:120:24:0,tpad=start_duration=10,format=yuv420p"
    encode("-filter_complex", bars, "-c:v", "libx264", "-preset", "ultrafast", "-g", "10", str(source))
    item = TranscodeItem.model_validate(
        {
            "parameters": {"container": "mp4", "video": {"edit": {"black_bars": "crop"}}},
            "start_offset_s": 12,
            "end_offset_s": 13,
        }
    )
    (outcome,) = run_job(JobRequest(item.kind, [item], source, "in/clip", tmp_path), lambda _: None, Settings()).items
    assert outcome.error is None
    assert size(outcome.files[0].path) == (112, 120)


@pytest.mark.parametrize("graph", ["color=black:s=160x120:r=10:d=1", QUADRANTS])
def test_without_bars_the_picture_is_whole(folder: Path, tmp_path: Path, graph: str) -> None:
    source = folder / "without_bars.mkv"
    encode("-filter_complex", graph, "-c:v", "ffv1", str(source))
    outcome = made(source, tmp_path, {"black_bars": "crop"})
    assert size(outcome.files[0].path) == (160, 120)
    assert outcome.notices == ()


def test_noise_and_sharpness_change(folder: Path, tmp_path: Path) -> None:
    source = folder / "noise.mkv"
    encode("-filter_complex", "color=gray:s=160x120:r=10:d=1,noise=alls=8:allf=t", "-c:v", "ffv1", str(source))
    plain, quiet, sharp = (
        _detail(made(source, tmp_path / name, edit, crf=None, codec="h264", bitrate_kbps=5000).files[0].path)
        for name, edit in (("plain", {}), ("quiet", {"denoise": "medium"}), ("sharp", {"sharpen": "medium"}))
    )
    assert quiet < plain * 0.9
    assert sharp > plain * 1.1


def _detail(path: Path) -> float:
    """The mean difference of neighbouring lumas."""
    plane = frames(path)[5].planes[0]
    rows = [bytes(plane)[row * plane.line_size :][: plane.width] for row in range(plane.height)]
    steps = [abs(a - b) for row in rows for a, b in itertools.pairwise(row)]
    return sum(steps) / len(steps)


def test_a_ladder_turns_and_crops_all_its_pictures(letterbox: Path, tmp_path: Path) -> None:
    video = {"edit": {"black_bars": "crop", "rotate_degrees": 90}, "resolution_adaptive": False}
    streams = [{"video": {**video, "width": width}} for width in (0, 128, 256)]
    thumbnails = {"width": 60, "interval_s": 1, "column_count": 3, "row_count": 1}
    asked = {"format": "hls", "streams": streams, "disable_higher_video_resolution": True, "thumbnails": thumbnails}
    item = AdaptiveDynamicStreamingItem.model_validate({"parameters": asked})
    request = JobRequest(item.kind, [item], letterbox, "in/clip", tmp_path)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    assert outcome.error is None
    assert [notice.code for notice in outcome.notices] == ["BlackBarsCropped"]
    segments = [file.path for file in outcome.files if file.role == "segment" and file.picture_count is None]
    (sheet,) = [file.path for file in outcome.files if file.picture_count]
    assert size(sheet) == (180, 120)
    found = {size(path) for path in segments}
    assert found == {(80, 160)}  # the others are larger than what is left of the source


def with_lut(source: Path, work_dir: Path, table: str | None) -> ItemOutcome:
    asked = {"container": "mp4", "video": {"crf": 12, "edit": {"lut": "l.cube"}}}
    item = TranscodeItem.model_validate({"parameters": asked})
    extra = {}
    if table is not None:
        extra["l.cube"] = work_dir / "l.cube"
        extra["l.cube"].write_text(table)
    (outcome,) = run_job(
        JobRequest("transcode", [item], source, "c", work_dir, extra), lambda _: None, Settings()
    ).items
    return outcome


def cube(nodes: int, order: tuple[int, int, int]) -> str:
    """A table that only exchanges the channels."""
    values = [number / (nodes - 1) for number in range(nodes)]
    rows = [(red, green, blue) for blue in values for green in values for red in values]
    lines = [" ".join(f"{row[channel]:.6f}" for channel in order) for row in rows]
    return "\n".join([f"LUT_3D_SIZE {nodes}", *lines])


@pytest.mark.parametrize(("order", "expected"), [((0, 1, 2), "RGBW"), ((2, 1, 0), "BGRW"), ((1, 0, 2), "GRBW")])
def test_a_colour_table_changes_the_colours(
    clip: Path, tmp_path: Path, order: tuple[int, int, int], expected: str
) -> None:
    outcome = with_lut(clip, tmp_path, cube(5, order))
    assert outcome.error is None
    assert corners(outcome.files[0].path) == expected
    frame = frames(outcome.files[0].path)[-1]
    assert max(abs(found - 255) for found in pixel(frame, 0.75, 0.75)) <= 4  # white stays white: the range is right
    assert frame.colorspace == frames(made(clip, tmp_path, {}).files[0].path)[-1].colorspace


def test_a_table_that_is_missing_or_wrong_fails_the_item(clip: Path, tmp_path: Path) -> None:
    missing, wrong = (with_lut(clip, tmp_path, table).error for table in (None, "LUT_3D_SIZE 2\n0 0 0"))
    assert "does not exist in the trigger bucket" in str(missing)
    assert "has 1 rows" in str(wrong)
    assert isinstance(missing, ExtraObjectError)  # not the source's: a retry helps once it is put right
    assert isinstance(wrong, ExtraObjectError)


def test_a_table_is_not_applied_to_hdr(tmp_path: Path) -> None:
    source = tmp_path / "hdr.mkv"
    tags = "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc,format=yuv420p10le"
    encode("-f", "lavfi", "-i", f"testsrc2=s=128x128:r=5:d=1,{tags}", "-c:v", "ffv1", str(source))
    assert "the source is HDR" in str(with_lut(source, tmp_path, cube(2, (0, 1, 2))).error)
