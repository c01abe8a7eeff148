"""`target_vmaf`: outputs judged by the whole file's VMAF NEG and by the crf that encoders write into their streams."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from clip_making import encode
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import EncoderUnavailableError, JobCancelledError
from media_workflows.media.encoders import installed
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.progress import Progress
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings

TARGET = 90.0
X264_CRF = re.compile(rb"crf=(\d+)")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds that move and have some noise, so that their quality falls with the crf."""
    path = tmp_path_factory.mktemp("target") / "moving.mkv"
    encode("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2,noise=alls=8:allf=t", "-c:v", "ffv1", str(path))
    return path


def run(clip: Path, work_dir: Path, *items: JobItem[Any], **options: Any) -> tuple[ItemOutcome, ...]:
    request = JobRequest(items[0].kind, items, clip, "in/clip", work_dir)
    return run_job(request, lambda _: None, Settings(), **options).items


def transcode(**video: Any) -> TranscodeItem:
    parameters = {"container": "mkv", "video": {"target_vmaf": TARGET, **video}}
    return TranscodeItem.model_validate({"parameters": parameters})


def whole_vmaf_neg(output: Path, source: Path) -> float:
    """Of all frames, by ffmpeg itself."""
    log = output.parent / "whole.json"
    score = f"libvmaf=model=version=vmaf_v0.6.1neg:log_fmt=json:log_path={log}"
    sides = "[0:v]format=yuv420p,setpts=PTS-STARTPTS[a];[1:v]format=yuv420p,setpts=PTS-STARTPTS[b]"
    graph = f"{sides};[a][b]{score}:ts_sync_mode=nearest"
    encode("-i", str(output), "-i", str(source), "-lavfi", graph, "-f", "null", "-")
    return float(json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"])


@pytest.mark.parametrize(
    "codec", ["h264", *(pytest.param(name, marks=pytest.mark.full) for name in ("h265", "av1", "vp9"))]
)
def test_the_output_has_the_quality_and_the_crf_that_the_notice_names(clip: Path, tmp_path: Path, codec: str) -> None:
    (outcome,) = run(clip, tmp_path, transcode(codec=codec))
    assert outcome.error is None
    (notice,) = outcome.notices
    assert notice.code == "CrfChosen"
    path = outcome.files[0].path
    reached = whole_vmaf_neg(path, clip)
    assert abs(reached - TARGET) < 2
    assert abs(reached - float(notice.parameters["expected"])) < 1.5
    if codec in ("h264", "h265"):
        written = X264_CRF.search(path.read_bytes())
        assert written is not None
        assert int(written[1]) == notice.parameters["crf"]
    assert not (tmp_path / "probes").exists()


@pytest.mark.full
def test_the_same_source_gives_the_same_crf_and_a_highest_bitrate_holds(clip: Path, tmp_path: Path) -> None:
    """Two items of one job share the decode of their probes. At 128 kbps, no crf reaches the target."""
    free, capped = run(clip, tmp_path / "both", transcode(), transcode(max_bitrate_kbps=128, target_vmaf=95))
    (alone,) = run(clip, tmp_path / "alone", transcode())
    assert free.notices == alone.notices
    assert capped.notices[0].code == "TargetVmafMissed"
    size_bytes = capped.files[0].path.stat().st_size
    assert size_bytes * 8 / 1000 < 128 * (2 + 2) * 1.1  # two seconds, and a buffer of two


def test_a_cancelled_job_ends_between_its_probes(clip: Path, tmp_path: Path) -> None:
    token, phases = CancelToken(), []

    def cancel_at_the_second_command(progress: Progress) -> None:
        phases.append(progress.phase)
        if phases.count("probing") == 3:  # one before all of them
            token.cancel()

    request = JobRequest("transcode", [transcode()], clip, "in/clip", tmp_path)
    with pytest.raises(JobCancelledError):
        run_job(request, cancel_at_the_second_command, Settings(), token)
    assert set(phases) == {"probing"}
    assert len(token.commands) == 1
    assert not (tmp_path / "probes").exists()


def test_an_ffmpeg_without_libvmaf_fails_these_items_only(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "filter_names", lambda _: frozenset())
    bad, good = run(clip, tmp_path, transcode(), transcode(target_vmaf=None, crf=40))
    assert isinstance(bad.error, EncoderUnavailableError)
    assert "no filter libvmaf, which target_vmaf and ladder 'auto' require" in str(bad.error)
    assert good.error is None


def test_probes_that_fail_are_named_and_the_output_is_made(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media_workflows.media.verify.vmaf._NEG_MODEL", "version=none")
    (outcome,) = run(clip, tmp_path, transcode())
    assert outcome.error is None
    (notice,) = outcome.notices
    assert (notice.code, notice.parameters["crf"]) == ("CrfNotProbed", 26)


@pytest.mark.full
def test_each_sub_stream_of_a_ladder_has_its_own_crf(clip: Path, tmp_path: Path) -> None:
    streams = [{"video": {"height": height, "target_vmaf": target}} for height, target in ((128, 85), (180, 90))]
    streams.append({"video": {"height": 1080, "target_vmaf": 90}})
    parameters = {"format": "hls", "streams": streams, "disable_higher_video_resolution": True}
    item = AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters})
    (outcome,) = run(clip, tmp_path, item)
    assert outcome.error is None
    assert [(notice.code, notice.parameters["rendition"]) for notice in outcome.notices] == [
        ("CrfChosen", "h264 #0"),
        ("CrfChosen", "h264 #1"),
    ]
    (segment,) = tmp_path.glob("*1_*.ts")
    written = X264_CRF.search(segment.read_bytes())
    assert written is not None
    assert int(written[1]) == outcome.notices[1].parameters["crf"]


@pytest.mark.full
def test_a_window_without_a_frame_is_left_out(tmp_path: Path) -> None:
    """Between two seconds that move at each end, a frame every three seconds."""
    slides = tmp_path / "slides.mkv"
    picture = "testsrc2=s=320x180:r=25:d=20,select='lt(t,2)+gte(t,18)+not(mod(n,75))'"
    encode("-f", "lavfi", "-i", picture, "-fps_mode", "vfr", "-c:v", "ffv1", str(slides))
    (outcome,) = run(slides, tmp_path, transcode())
    assert outcome.error is None
    assert outcome.notices[0].code in ("CrfChosen", "TargetVmafMissed")
