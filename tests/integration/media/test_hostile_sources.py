"""Small files that would cost hours or gigabytes are refused before any decode; long files with little data are not."""

from __future__ import annotations

import contextlib
import re
import struct
import time
from pathlib import Path
from typing import Any

import pytest

from clip_making import encode
from media_workflows.domain.jobs.image_sprite import ImageSpriteItem
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import (
    IncompleteSourceError,
    LimitExceededError,
    MediaError,
    PictureSizeError,
    SourceClockError,
)
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.media.source.clock_check import require_sane_clock
from media_workflows.media.source.probe import probe
from media_workflows.media.source.subtitles.cues import read_tracks
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.settings import Settings, get_settings

pytestmark = pytest.mark.isolates

SAMPLED = {"sample_type": "percent", "sample_interval": 50}
SPRITE = {"sample_type": "time", "sample_interval": 1, "row_count": 10, "column_count": 10}
ITEMS: list[Any] = [
    SampleSnapshotItem.model_validate({"parameters": SAMPLED}),
    ImageSpriteItem.model_validate({"parameters": SPRITE}),
]
YEAR_MS, TEN_HOURS_MS = 3.15e10, 3.6e7


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "whole.mkv"
    encode(*("-f", "lavfi", "-i", "testsrc2=s=128x96:r=10:d=4"), *("-c:v", "libx264"), str(path))
    return path


def stating(whole: Path, path: Path, duration_ms: float) -> Path:
    """The same file with another duration in its header."""
    data = bytearray(whole.read_bytes())
    at = data.index(b"\x44\x89\x88") + 3
    data[at : at + 8] = struct.pack(">d", duration_ms)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.kind)
@pytest.mark.parametrize(
    ("duration_ms", "error", "message"),
    [
        (YEAR_MS, SourceClockError, r"lasts 31500000 s by its header, and at most 172800 s are processed"),
        (TEN_HOURS_MS, IncompleteSourceError, r"lasts 36000\.0 s by its header, and its data ends at 4\.0 s"),
    ],
)
def test_it_is_refused_before_ffmpeg_starts(
    whole: Path, tmp_path: Path, item: Any, duration_ms: float, error: type[MediaError], message: str
) -> None:
    source = stating(whole, tmp_path / "absurd.mkv", duration_ms)
    settings = Settings(ffmpeg_path="/bin/false")
    with pytest.raises(error, match=message):
        run_job(JobRequest(item.kind, [item], source, "in/a.mkv", tmp_path), lambda _: None, settings)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(
            ("-f", "lavfi", "-i", "color=s=32x32:r=1/3600:d=86400", "-c:v", "libx264", "a.mkv"), id="a day of slides"
        ),
        pytest.param(
            ("-f", "lavfi", "-i", "color=s=32x32:r=1/3600:d=86400", "-c:v", "libx264", "a.mp4"), id="and as MP4"
        ),
        pytest.param(
            ("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", "-t", "700", "-c:a", "libmp3lame", "-b:a", "8k", "a.mp3"),
            id="speech at 8 kbit/s",
        ),
    ],
)
def test_a_long_file_with_little_data(command: tuple[str, ...], tmp_path: Path) -> None:
    *options, name = command
    source = tmp_path / name
    encode(*options, str(source))
    info = probe(source)
    assert info.duration_s >= 700
    require_sane_clock(info, SourceTimeline(source, info))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.srt", f"1\n00:00:01,000 --> 00:00:02,000\n{'x' * 200_000}\n", r"at 1\.0 s has 2000\d\d letters"),
        (
            "a.srt",
            '1\n00:00:01,000 --> 00:00:02,000\n<font size="9999">A</font>\n',
            r"at 1\.0 s has letters of size 9999",
        ),
        (
            "a.ass",
            "[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
            "Dialogue: 0,0:00:01.00,0:00:02.00,Default,{\\fs9999\\blur9999\\bord9999}A\n",
            r"at 1\.0 s has letters of size 9999, scaled to 100 %, with a border of 9999",
        ),
    ],
    ids=["one long word", "a tag in SRT", "tags in ASS"],
)
def test_cues_that_cost_gigabytes(whole: Path, tmp_path: Path, name: str, content: str, message: str) -> None:
    file = tmp_path / name
    file.write_text(content)
    item = TranscodeItem.model_validate(
        {"parameters": {"container": "mp4", "video": {"codec": "h264"}}, "burned_in_subtitles": {"key": name}}
    )
    settings = Settings(ffmpeg_path="/bin/false")
    done = run_job(JobRequest("transcode", [item], whole, "in/a.mkv", tmp_path, {name: file}), lambda _: None, settings)
    error = done.items[0].error
    assert isinstance(error, LimitExceededError)
    assert re.search(message, str(error))


def test_frames_that_are_too_large(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_MAX_FRAME_PIXELS", "12000")
    get_settings.cache_clear()
    with pytest.raises(PictureSizeError, match=r"frames of 128x96 pixels, and at most 12000 pixels are decoded"):
        probe(whole)


def test_a_probe_has_a_limit(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_PROBE_TIMEOUT_S", "0.2")
    get_settings.cache_clear()
    monkeypatch.setattr("media_workflows.media.source.probe._probe", lambda *_: __import__("time").sleep(60))
    with pytest.raises(LimitExceededError, match=r"reading 'whole\.mkv' took more than"):
        probe(whole)


@pytest.mark.parametrize("filler", ["\n", " ", "\t\n", "0", "00:", "{\\fs", "{\\p ", "<b"])
def test_subtitles_of_a_megabyte_are_read_in_time(tmp_path: Path, filler: str) -> None:
    """Blank lines after a cue took hours of the task's own process."""
    file = tmp_path / "a.srt"
    file.write_text(f"1\n00:00:01,000 --> 00:00:02,000\nx\n{filler * (1_000_000 // len(filler))}\n")
    begun_s = time.process_time()
    with contextlib.suppress(MediaError):
        read_tracks(file)
    assert time.process_time() - begun_s < 30
