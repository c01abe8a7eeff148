"""The estimate of a dry run against what the real run takes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from clip_making import encode
from media_workflows.domain.dry_run import CpuEstimate
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.steps import all_items
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import parse_workflow, resolved
from media_workflows.media.ffmpeg.cancel import CancelToken, cancelled_after
from media_workflows.media.ffmpeg.run import Runner, ffmpeg_binary
from media_workflows.media.jobs.estimate import Estimator
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.open_source import open_source
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings

SPRITE = {"sample_type": "time", "sample_interval": 0.5, "row_count": 5, "column_count": 5, "width": 80}
HLS_PART = {"template": 100210, "start_offset_s": 4, "end_offset_s": 20}
ANIMATION = {"template": 20000, "end_offset_s": 10}
CASES = [
    pytest.param("transcode", [{"template": 100010}], id="one rendition"),
    pytest.param("transcode", [{"template": 1010}], id="sound alone", marks=pytest.mark.full),
    pytest.param("transcode", [HLS_PART], id="a part as HLS", marks=pytest.mark.full),
    pytest.param(
        "snapshot_by_time_offset",
        [{"template": 10, "time_offsets": ["5s", "50%"]}],
        id="two pictures",
        marks=pytest.mark.full,
    ),
    pytest.param("image_sprite", [{"parameters": SPRITE}], id="a sprite", marks=pytest.mark.full),
    pytest.param("animated_graphic", [ANIMATION], id="an animation", marks=pytest.mark.full),
]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 s of 640x360 with a tone."""
    path = tmp_path_factory.mktemp("estimate") / "clip.mp4"
    picture, sound = ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=24"], ["-f", "lavfi", "-i", "sine=d=24"]
    encode(*picture, *sound, "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac", str(path))
    return path


def items_of(kind: str, items: list[dict[str, Any]]) -> Sequence[JobItem[Any]]:
    data = {"name": "w", "trigger": {"bucket": "media-input"}, "jobs": {kind: items}}
    return all_items(resolved(parse_workflow(data), PRESET_LIBRARY))


def estimated(clip: Path, work: Path, kind: str, items: Sequence[JobItem[Any]], bound: CancelToken) -> CpuEstimate:
    context, timeline = open_source(clip, work, Settings())
    return Estimator(context, timeline, ffmpeg_binary(""), bound).estimate(kind, items)


@pytest.fixture
def commands_cpu_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The processor time of each command of a job; the children that read the source do not count."""
    taken: list[float] = []

    real = Runner.run

    def counted(*arguments: Any) -> float:
        taken.append(real(*arguments))
        return taken[-1]

    monkeypatch.setattr(Runner, "run", counted)
    return taken


@pytest.mark.parametrize(("kind", "asked"), CASES)
def test_within_a_factor_of_two(
    clip: Path, tmp_path: Path, kind: str, asked: list[dict[str, Any]], commands_cpu_s: list[float]
) -> None:
    items = items_of(kind, asked)
    outcome = run_job(JobRequest(kind, items, clip, "in/a.mp4", tmp_path / "work"), lambda _: None, Settings())
    real_s = sum(commands_cpu_s)
    found = estimated(clip, tmp_path, kind, items, CancelToken())
    assert not any(item.error for item in outcome.items)
    assert found.cpu_s is not None
    print(f"{kind}: estimated {found.cpu_s:.2f} s, real {real_s:.2f} s, ratio {found.cpu_s / real_s:.2f}")
    assert 0.5 <= found.cpu_s / real_s <= 2, found
    assert found.note.startswith("an estimate, from a try on")


@pytest.mark.isolates
def test_the_work_directory_stays_empty(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    estimated(clip, tmp_path / "work", "transcode", items_of("transcode", [{"template": 100210}]), CancelToken())
    assert list(tmp_path.iterdir()) == []


def test_a_bound_in_time(clip: Path, tmp_path: Path) -> None:
    slow = {"container": "mp4", "video": {"codec": "h265", "crf": 5, "width": 4096, "height": 2304, "fps": 120}}
    with cancelled_after(0.5) as bound:
        found = estimated(clip, tmp_path, "transcode", items_of("transcode", [{"parameters": slow}]), bound)
    assert (found.cpu_s, found.note) == (None, "the try took too long")


def test_nothing_to_run(clip: Path, tmp_path: Path) -> None:
    items = items_of("snapshot_by_time_offset", [{"template": 10, "time_offsets": ["99s"]}])
    found = estimated(clip, tmp_path, "snapshot_by_time_offset", items, CancelToken())
    assert (found.cpu_s, found.note) == (0.0, "no command would run")
