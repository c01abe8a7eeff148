"""`ladder: auto`: the streams of a real ladder, judged by their files and by ffmpeg's own VMAF."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import av
import pytest

from clip_making import encode
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.errors import EncoderUnavailableError
from media_workflows.media.encoders import installed
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings

RUNG = re.compile(r"(\d+)p crf (\d+), (\d+) kbps = ([\d.]+)")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of 288 lines."""
    path = tmp_path_factory.mktemp("auto") / "moving.mkv"
    encode("-f", "lavfi", "-i", "testsrc2=s=512x288:r=25:d=1,noise=alls=8:allf=t", "-c:v", "ffv1", str(path))
    return path


def run(clip: Path, work_dir: Path, **auto_ladder: Any) -> ItemOutcome:
    parameters = {"format": "dash", "ladder": "auto", "auto_ladder": auto_ladder, "streams": [{"video": {}}]}
    item = AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters})
    (outcome,) = run_job(JobRequest(item.kind, [item], clip, "in/clip", work_dir), lambda _: None, Settings()).items
    return outcome


def heights(outcome: ItemOutcome) -> list[int]:
    found = []
    for file in outcome.files:
        if file.path.suffix == ".mp4":
            with av.open(str(file.path)) as container:
                found.append(container.streams.video[0].height)
    return found


def test_the_files_are_those_that_the_notice_names(clip: Path, tmp_path: Path) -> None:
    outcome = run(clip, tmp_path, top_vmaf=94)
    assert outcome.error is None
    (notice,) = outcome.notices
    assert notice.code == "LadderChosen"
    named = RUNG.findall(str(notice.parameters["rungs"]))
    assert heights(outcome) == [int(height) for height, *_ in named]
    assert max(heights(outcome)) <= 288
    assert len(named) > 1
    sizes = [file.path.stat().st_size for file in outcome.files if file.path.suffix == ".mp4"]
    assert sizes == sorted(sizes)
    for size_bytes, (_, crf, kbps, _) in zip(sizes, named, strict=True):
        assert 0.5 < size_bytes * 8 / 1000 / int(kbps) < 2, crf
    assert not (tmp_path / "probes").exists()


@pytest.mark.full
def test_limits_hold_and_the_ladder_is_the_same_again(clip: Path, tmp_path: Path) -> None:
    first, again = (run(clip, tmp_path / name, max_rungs=2, max_bitrate_kbps=600) for name in ("a", "b"))
    assert first.notices == again.notices
    assert len(heights(first)) <= 2
    assert all(int(kbps) <= 600 for _, _, kbps, _ in RUNG.findall(str(first.notices[0].parameters["rungs"])))


def test_an_ffmpeg_without_libvmaf(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "filter_names", lambda _: frozenset())
    assert isinstance(run(clip, tmp_path).error, EncoderUnavailableError)


@pytest.mark.full
def test_a_ladder_whose_probes_fail_has_the_usual_sizes(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media_workflows.media.verify.vmaf._NEG_MODEL", "version=none")
    outcome = run(clip, tmp_path)
    assert outcome.error is None
    assert outcome.notices[0].code == "LadderNotProbed"
    assert heights(outcome) == [240, 288]
