"""Settings that an encoder would take otherwise than they say: frame rates, and the best quality."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from clip_making import encode
from clips import Clips
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings


def made(source: Path, work_dir: Path, parameters: dict[str, Any], extra: Any = (), **fields: Any) -> Path:
    item = TranscodeItem.model_validate({"parameters": parameters, **fields})
    request = JobRequest(item.kind, [item], source, "in/a.mp4", work_dir, dict(extra))
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    assert outcome.error is None, str(outcome.error)
    return outcome.files[0].path


@pytest.fixture(scope="module")
def detailed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("exact") / "detailed.mkv"
    encode("-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=0.5,noise=alls=20:allf=t", "-c:v", "ffv1", str(path))
    return path


def rate_of(path: Path) -> Fraction:
    with av.open(str(path)) as container:
        rate = container.streams.video[0].average_rate
    assert rate is not None
    return rate


@pytest.mark.parametrize(
    ("video", "rate"),
    [
        ({"fps": 23.976}, "24000/1001"),
        ({"fps": 29.97}, "30000/1001"),
        ({"fps": 59.94}, "60000/1001"),
        ({"fps": 29.97, "codec": "h265"}, "30000/1001"),
        ({"fps": 12.5}, "25/2"),
    ],
)
def test_broadcast_rates_are_exact(clips: Clips, tmp_path: Path, video: dict[str, Any], rate: str) -> None:
    assert rate_of(made(clips.short, tmp_path, {"container": "mp4", "video": video})) == Fraction(rate)


@pytest.mark.parametrize("container", ["mp4", "mxf"])
@pytest.mark.parametrize("fps", [23.976, 29.97])
def test_also_where_a_container_or_a_join_has_its_own_rules(
    clips: Clips, tmp_path: Path, container: str, fps: float
) -> None:
    rate = Fraction(round(fps) * 1000, 1001)
    if container == "mxf":
        parameters = {"container": "mxf", "video": {"codec": "mpeg2", "fps": fps}}
        assert rate_of(made(clips.short, tmp_path, parameters)) == rate
        return
    parameters = {"container": "mp4", "video": {"fps": fps}}
    assert rate_of(made(clips.short, tmp_path, parameters, {"t": clips.short}, tail=["t"])) == rate
    cuts = [{"start_offset_s": 0.1}, {"key": "t"}]
    assert rate_of(made(clips.short, tmp_path / "cuts", parameters, {"t": clips.short}, cuts=cuts)) == rate


@pytest.mark.parametrize(("codec", "usual"), [("av1", 35), ("vp8", 10), ("vp9", 31), ("h265", 28)])
def test_crf_0_is_the_best_quality(detailed: Path, tmp_path: Path, codec: str, usual: int) -> None:
    best, other = (
        made(detailed, tmp_path / str(crf), {"container": "mkv", "video": {"codec": codec, "crf": crf}})
        for crf in (0, usual)
    )
    assert best.stat().st_size > 1.2 * other.stat().st_size
