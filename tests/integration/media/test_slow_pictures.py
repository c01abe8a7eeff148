"""Still pictures with sound and slides at 1 fps: every packet in order, a key frame where each segment begins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from clips import Clips
from media_workflows.domain.jobs import Jobs
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest, MadeFile
from media_workflows.settings import Settings

SLOW = [("still_with_sound", 9.0), ("slides", 12.0)]
STREAMS = [{"video": {"bitrate_kbps": 200}, "audio": {}}]


def made(source: Path, work_dir: Path, kind: str, **item: Any) -> tuple[MadeFile, ...]:
    items = getattr(Jobs.model_validate({kind: [item]}), kind)
    request = JobRequest(kind, items, source, f"in/{source.name}", work_dir)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    return outcome.files


def packets(path: Path) -> list[tuple[float, bool]]:
    """Decoding time and key flag of the picture's packets."""
    with av.open(str(path)) as container:
        return [(float(one.dts * one.time_base), one.is_keyframe) for one in container.demux(video=0) if one.size]


def shown_s(files: list[Path]) -> float:
    """Seconds from the first to the last picture of MPEG-TS segments that follow each other."""
    found = []
    for path in files:
        with av.open(str(path)) as container:
            found += [float(one.pts * one.time_base) for one in container.demux(video=0) if one.size]
    return max(found) - min(found)


def require_sound_segments(segments: list[Path], length_s: float) -> None:
    """MPEG-TS segments that play."""
    in_order = [packets(path) for path in segments]
    assert all(one[0][1] for one in in_order), "a segment does not begin with a key frame"
    times_s = [time_s for one in in_order for time_s, _ in one]
    assert times_s == sorted(set(times_s))
    assert times_s[0] >= 0
    assert shown_s(segments) == pytest.approx(length_s, abs=0.25)


@pytest.mark.parametrize(("name", "length_s"), SLOW)
def test_hls_of_a_transcode(clips: Clips, tmp_path: Path, name: str, length_s: float) -> None:
    parameters = {"container": "hls", "segment_s": 4, "video": {}, "audio": {}}
    made(getattr(clips, name), tmp_path, "transcode", parameters=parameters)
    segments = sorted(tmp_path.glob("item0_*.ts"))
    assert len(segments) == 3
    require_sound_segments(segments, length_s)


@pytest.mark.parametrize(("name", "length_s"), SLOW)
def test_a_ladder(clips: Clips, tmp_path: Path, name: str, length_s: float) -> None:
    parameters = {"format": "hls", "segment_s": 4, "streams": STREAMS}
    made(getattr(clips, name), tmp_path, "adaptive_dynamic_streaming", parameters=parameters)
    segments = sorted(tmp_path.glob("item0_0_*.ts"))
    assert len(segments) == 3
    require_sound_segments(segments, length_s)


@pytest.mark.parametrize(("name", "length_s"), SLOW)
def test_dash(clips: Clips, tmp_path: Path, name: str, length_s: float) -> None:
    parameters = {"format": "dash", "segment_s": 4, "streams": STREAMS}
    made(getattr(clips, name), tmp_path, "adaptive_dynamic_streaming", parameters=parameters)
    found = packets(tmp_path / "item0_0.mp4")
    assert [time_s for time_s, _ in found] == sorted({time_s for time_s, _ in found})
    assert found[-1][0] - found[0][0] == pytest.approx(length_s, abs=0.25)


@pytest.mark.parametrize("container", ["ts", "flv"])
@pytest.mark.parametrize("fps", [0, 0.4])
def test_first_times_do_not_wrap(clips: Clips, tmp_path: Path, container: str, fps: float) -> None:
    parameters = {"container": container, "video": {"fps": fps}, "audio": {}}
    (file,) = made(clips.slides, tmp_path, "transcode", parameters=parameters)
    times_s = [time_s for time_s, _ in packets(file.path)]
    assert times_s[0] >= 0
    assert times_s == sorted(set(times_s))


@pytest.mark.parametrize("container", ["mkv", "mp4"])
def test_a_picture_that_is_shorter_than_the_sound_is_no_cut_one(clips: Clips, tmp_path: Path, container: str) -> None:
    parameters = {"container": container, "video": {}, "audio": {}}
    (file,) = made(clips.still_with_sound, tmp_path, "transcode", parameters=parameters)
    assert file.info is not None
    assert file.info.duration_s == pytest.approx(9, abs=0.1)
