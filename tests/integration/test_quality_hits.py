"""The benchmark of quality control's hits lists what fails and goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.options import Options
from benchmarks.quality_hits import run

from clip_making import H264, encode

SECONDS = 300


@pytest.mark.full
def test_a_clip_that_fails_is_listed(tmp_path: Path) -> None:
    encode("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=2", *H264, str(tmp_path / "b_fine.mp4"))
    (tmp_path / "a_broken.mp4").write_text("no media")
    (tmp_path / "README.md").write_text("no clip")
    by_clip, by_item = run(Options(media_dir=str(tmp_path), clip_cap_s=SECONDS))
    rows = {row[0]: row for row in by_clip.rows}
    assert set(rows) == {"a_broken.mp4", "b_fine.mp4"}
    assert "failed: the source cannot be read" in rows["a_broken.mp4"][2]
    assert "audio_stream_lack" in rows["b_fine.mp4"][2]
    assert ["audio_stream_lack", "1", "1", "b_fine.mp4"] in by_item.rows


@pytest.mark.full
def test_a_clip_that_takes_too_long_is_listed(tmp_path: Path) -> None:
    encode("-f", "lavfi", "-i", "testsrc2=s=64x64:r=5:d=1", *H264, str(tmp_path / "clip.mp4"))
    by_clip, by_item = run(Options(media_dir=str(tmp_path), clip_cap_s=0.01))
    assert by_clip.rows == [["clip.mp4", "–", "failed: not measured within 0.01 s"]]
    assert by_item.rows == []


def test_without_a_directory_there_is_nothing_to_measure() -> None:
    assert run(Options()) == []
