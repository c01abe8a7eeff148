"""Windows of a track are read wherever the key frames of the picture lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from clip_making import encode
from media_workflows.media.verify.sound_windows import read_windows

SECONDS = 100


@pytest.fixture
def one_key_frame(tmp_path: Path) -> Path:
    """A picture each second, of which only the first is a key frame: slides, or a camera at night."""
    picture, sound = f"testsrc2=s=32x32:r=1:d={SECONDS}", f"sine=d={SECONDS}"
    path = tmp_path / "one_key_frame.mp4"
    video = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "1000", "-sc_threshold", "0"]
    encode("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *video, "-c:a", "aac", str(path))
    return path


@pytest.mark.timeout(60)
def test_a_seek_that_ends_far_before_a_window_is_not_made_again(one_key_frame: Path) -> None:
    spans = [(0.2, 0.4), (50.0, 50.5), (98.0, 98.5)]
    windows = read_windows(one_key_frame, 0, 0, spans)
    assert [(window.start_s, window.end_s) for window in windows] == spans
    assert all(window.is_continuous(window.end_s - window.start_s - 0.001) for window in windows)
