"""7.1 audio as AAC: 5.1 in MPEG-TS, which ffmpeg writes with fewer than eight channels only, and 7.1 elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from clip_making import encode
from media_workflows.domain.jobs import Jobs
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings

VIDEO = {"codec": "h264", "width": 128, "crf": 40}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tone of its own frequency in each of eight channels."""
    path = tmp_path_factory.mktemp("surround") / "seven.mkv"
    tones = "|".join(f"0.1*sin({200 + 100 * number}*2*PI*t)" for number in range(8))
    sound = ["-f", "lavfi", "-i", f"aevalsrc={tones}:c=7.1:d=1", "-c:a", "flac"]
    encode("-f", "lavfi", "-i", "testsrc2=s=64x64:r=10:d=1", *sound, "-c:v", "ffv1", str(path))
    return path


def outcome_of(source: Path, work: Path, kind: str, extra: dict[str, Path] | None = None, **item: Any) -> ItemOutcome:
    items = getattr(Jobs.model_validate({kind: [item]}), kind)
    (outcome,) = run_job(
        JobRequest(kind, items, source, "in/a.mkv", work, extra or {}), lambda _: None, Settings()
    ).items
    if outcome.error:
        raise outcome.error
    return outcome


def channels(work: Path, pattern: str) -> set[int]:
    """The channels of the audio of all files with such a name, by FFmpeg's own probe."""
    found: set[int] = set()
    for path in work.rglob(pattern):
        with av.open(str(path)) as container:
            found.update(stream.codec_context.channels for stream in container.streams.audio)
    return found


@pytest.mark.parametrize("asked", [0, 8])
@pytest.mark.parametrize("container", ["ts", "hls", "mp4"])
def test_files(source: Path, tmp_path: Path, container: str, asked: int) -> None:
    parameters = {"container": container, "video": None, "audio": {"codec": "aac", "channels": asked}}
    outcome = outcome_of(source, tmp_path, "transcode", parameters=parameters)
    is_mixed = container != "mp4"
    assert channels(tmp_path, "*.ts" if is_mixed else "*.mp4") == {6 if is_mixed else 8}
    assert [one.parameters["most"] for one in outcome.notices if one.code == "ChannelsMixed"] == [6] * is_mixed


@pytest.mark.parametrize("segments", ["ts-segment", "ts-byterange", "ts-ts-segment"])
def test_ladders(source: Path, tmp_path: Path, segments: str) -> None:
    streams = [{"video": VIDEO, "audio": {"codec": "aac", "channels": 0}}]
    parameters = {"format": "hls", "segment_type": segments, "streams": streams}
    outcome = outcome_of(source, tmp_path, "adaptive_dynamic_streaming", parameters=parameters)
    assert channels(tmp_path, "*.ts") == {6}
    assert [one.code for one in outcome.notices] == ["ChannelsMixed"]


@pytest.mark.parametrize("codec", ["aac", "ac3"])
def test_files_that_are_joined_are_stereo(source: Path, tmp_path: Path, codec: str) -> None:
    parameters = {"container": "ts", "video": None, "audio": {"codec": codec, "channels": 0}}
    extra = {"seven.mkv": source}
    outcome = outcome_of(source, tmp_path, "transcode", extra, head=["seven.mkv"], parameters=parameters)
    assert channels(tmp_path, "*.ts") == {2}
    assert not outcome.notices
