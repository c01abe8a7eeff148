"""Each kind shows the frame of the moment that was asked for, whatever the container makes of jumps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clips import Clips
from media_workflows.domain.jobs import Jobs
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.media.source.probe import probe
from media_workflows.settings import Settings
from pixels import frames, pixel

COUNTING = ["counting_ts", "counting_primed", "counting_ps", "counting_raw", "counting_late_ts"]
LUMA_RANGE = 219 / 255
MOMENTS_S = [1.5, 2.5, 4.0, 5.8, 8.2]
PNG = {"format": "png"}


def made(source: Path, work_dir: Path, kind: str, **item: Any) -> list[Path]:
    items = getattr(Jobs.model_validate({kind: [item]}), kind)
    request = JobRequest(kind, items, source, f"in/{source.name}", work_dir)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    return [file.path for file in outcome.files]


def shown_s(path: Path, late_s: float) -> float:
    """The moment of the source whose frame a file shows first; frame n of `counting_ts` has luma 16 + 2 n."""
    return pixel(frames(path)[0], 0.5, 0.5)[1] * LUMA_RANGE / 2 / 10 + late_s


@pytest.fixture(params=COUNTING)
def source(request: pytest.FixtureRequest, clips: Clips) -> Path:
    path: Path = getattr(clips, request.param)
    return path


@pytest.fixture
def late_s(source: Path) -> float:
    """How late the picture begins."""
    return 1.0 if source.stem == "counting_late_ts" else 0.0


def test_snapshots_by_time(source: Path, late_s: float, tmp_path: Path) -> None:
    offsets = [f"{moment_s}s" for moment_s in MOMENTS_S]
    pictures = made(source, tmp_path, "snapshot_by_time_offset", time_offsets=offsets, parameters=PNG)
    assert [shown_s(picture, late_s) for picture in pictures] == pytest.approx(MOMENTS_S, abs=0.2)


@pytest.mark.parametrize("interval_s", [2.0, 0.3])
def test_sampled_snapshots(source: Path, late_s: float, tmp_path: Path, interval_s: float) -> None:
    """By jumps, and by one decode."""
    parameters = {**PNG, "sample_type": "time", "sample_interval": interval_s}
    found = [shown_s(picture, late_s) for picture in made(source, tmp_path, "sample_snapshot", parameters=parameters)]
    moments_s = [max(late_s, number * interval_s) for number in range(len(found))]
    assert len(found) >= 9 / interval_s
    last_s = 8.9 + late_s
    assert found == pytest.approx([min(moment_s, last_s) for moment_s in moments_s], abs=0.2)


def test_an_animation(source: Path, late_s: float, tmp_path: Path) -> None:
    times = {"start_offset_s": 4, "end_offset_s": 6}
    (path,) = made(source, tmp_path, "animated_graphic", **times, parameters={"fps": 1})
    assert shown_s(path, late_s) == pytest.approx(4, abs=0.25)


def test_a_part(source: Path, late_s: float, tmp_path: Path) -> None:
    parameters = {"container": "mp4", "video": {"crf": 1}, "audio": {}}
    (path,) = made(source, tmp_path, "transcode", start_offset_s=5, end_offset_s=7, parameters=parameters)
    assert shown_s(path, late_s) == pytest.approx(5, abs=0.2)
    assert probe(path).duration_s == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize("name", ["counting_twice_ts", "counting_joined_ts", "counting_joined_ps"])
def test_behind_a_jump_of_the_clock(clips: Clips, tmp_path: Path, name: str) -> None:
    source = getattr(clips, name)
    assert probe(source).duration_s == pytest.approx(18, abs=0.2)
    offsets = ["4s", "14s"]
    pictures = made(source, tmp_path / "a", "snapshot_by_time_offset", time_offsets=offsets, parameters=PNG)
    assert [shown_s(picture, 0) for picture in pictures] == pytest.approx([4, 5], abs=0.2)
    parameters = {"container": "mp4", "video": {"crf": 1}, "audio": {}}
    (path,) = made(source, tmp_path / "b", "transcode", start_offset_s=14, end_offset_s=16, parameters=parameters)
    assert shown_s(path, 0) == pytest.approx(5, abs=0.2)


@pytest.mark.parametrize("name", ["counting_ts", "counting_primed"])
def test_a_copied_part_begins_at_the_key_frame_before(clips: Clips, tmp_path: Path, name: str) -> None:
    copies = {"container": "mkv", "video": {"codec": "copy"}, "audio": {"codec": "copy", "channels": 0}}
    times = {"start_offset_s": 5, "end_offset_s": 7}
    (path,) = made(getattr(clips, name), tmp_path, "transcode", **times, parameters=copies)
    assert shown_s(path, 0) == pytest.approx(3, abs=0.1)
