"""Constant quality with a highest bitrate, by the sizes of packets that the test reads itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from chunk_encodes import InChunks
from clip_making import encode
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.media.verify.bitrate import needed_buffer_s
from media_workflows.settings import Settings

CAP_KBPS = 200


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two quiet seconds, then four of noise."""
    path = tmp_path_factory.mktemp("capped") / "quiet_then_noise.mkv"
    quiet, loud = "testsrc2=s=192x144:r=15:d=2", "testsrc2=s=192x144:r=15:d=4,noise=alls=60:allf=t"
    graph = f"{quiet}[a];{loud}[b];[a][b]concat=n=2"
    encode("-filter_complex", graph, "-c:v", "ffv1", str(path))
    return path


def made(clip: Path, work_dir: Path, **video: Any) -> ItemOutcome:
    item = TranscodeItem.model_validate({"parameters": {"container": "mkv", "video": {"crf": 20, **video}}})
    request = JobRequest(item.kind, [item], clip, "in/clip", work_dir)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    assert outcome.error is None
    return outcome


def most_kbps(path: Path, window_s: float) -> float:
    """The highest bitrate of a window."""
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.pts is not None]
    sizes = [(float(packet.pts * packet.time_base), packet.size) for packet in packets]
    windows = [sum(size for at, size in sizes if begin <= at < begin + window_s) for begin, _ in sizes]
    return max(windows) * 8 / window_s / 1000


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_the_bitrate_is_capped(clip: Path, tmp_path: Path, codec: str) -> None:
    free = made(clip, tmp_path / "free", codec=codec)
    capped = made(clip, tmp_path / "capped", codec=codec, max_bitrate_kbps=CAP_KBPS, buffer_s=1)
    assert most_kbps(free.files[0].path, 3) > 3 * CAP_KBPS
    assert most_kbps(capped.files[0].path, 3) < CAP_KBPS * (3 + 1) / 3 * 1.1
    assert capped.notices == ()


@pytest.fixture(scope="module")
def grain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two quiet seconds, then four with the grain of a film: less than the noise that no encoder can keep down."""
    path = tmp_path_factory.mktemp("capped") / "quiet_then_grain.mkv"
    quiet, loud = "testsrc2=s=192x144:r=15:d=2", "testsrc2=s=192x144:r=15:d=4,noise=alls=15:allf=t"
    encode("-filter_complex", f"{quiet}[a];{loud}[b];[a][b]concat=n=2", "-c:v", "ffv1", str(path))
    return path


@pytest.mark.full
@pytest.mark.parametrize(("codec", "holds"), [("vp9", True), ("av1", False)])
def test_a_cap_that_is_a_goal_is_held_or_named(grain: Path, tmp_path: Path, codec: str, holds: bool) -> None:
    """SVT-AV1 comes close: of 1,500 kbit/s it makes some 320 with a cap of 200."""
    free = most_kbps(made(grain, tmp_path / "free", codec=codec).files[0].path, 3)
    capped = made(grain, tmp_path / "capped", codec=codec, max_bitrate_kbps=CAP_KBPS, buffer_s=1)
    found = most_kbps(capped.files[0].path, 3)
    assert free > 5 * CAP_KBPS
    assert found < CAP_KBPS * (3 + 1) / 3 * (1.1 if holds else 1.5)
    assert [notice.code for notice in capped.notices] == ([] if holds else ["BitrateExceeded"])


@pytest.mark.parametrize("codec", ["vp9", pytest.param("av1", marks=pytest.mark.full)])
def test_what_an_encoder_exceeds_is_named(clip: Path, tmp_path: Path, codec: str) -> None:
    outcome = made(clip, tmp_path, codec=codec, max_bitrate_kbps=128, buffer_s=0.1)
    (notice,) = outcome.notices
    assert notice.code == "BitrateExceeded"
    assert float(notice.parameters["needed_s"]) > 0.1


@pytest.mark.full
@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_over_the_edges_of_chunks_the_buffer_is_the_one_that_was_asked_for(tmp_path: Path, codec: str) -> None:
    """Each chunk ends in a scene that takes all of its buffer, and the next one begins in it."""
    source = tmp_path / "scenes.mkv"
    loud = "noise=alls=15:allf=t:enable='between(mod(t,2),1.6,2)+between(mod(t,2),0,0.4)'"
    encode("-f", "lavfi", "-i", f"testsrc2=s=192x144:r=15:d=8,{loud}", "-c:v", "ffv1", str(source))
    video = {"codec": codec, "crf": 20, "max_bitrate_kbps": 400, "buffer_s": 1, "gop_s": 1}
    item = TranscodeItem.model_validate({"parameters": {"container": "mp4", "video": video}})
    chunks = InChunks(2.0)
    request = JobRequest(item.kind, [item], source, "in/clip", tmp_path / "work", divide=chunks)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    assert outcome.error is None
    assert len(chunks.chunks) > 1
    assert needed_buffer_s(outcome.files[0].path, 400) <= 1.05


@pytest.mark.parametrize("segment_type", ["ts-segment", pytest.param("mp4-mp4-segment", marks=pytest.mark.full)])
def test_a_capped_ladder_of_separate_segments(clip: Path, tmp_path: Path, segment_type: str) -> None:
    """Its bitrate is measured before packaging gives the playlists other names of segments."""
    video = {"codec": "h264", "height": 128, "crf": 20, "max_bitrate_kbps": 5000}
    parameters = {"format": "hls", "segment_type": segment_type, "segment_s": 1, "streams": [{"video": video}]}
    item = AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters})
    request = JobRequest(item.kind, [item], clip, "in/a.mkv", tmp_path)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    assert outcome.error is None
    assert outcome.notices == ()
