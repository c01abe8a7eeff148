"""Animated WebP as a job writes it: read whole, and damage anywhere in it is an error."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from media_workflows.errors import UnreadableSourceError
from media_workflows.media.source.webp import is_still, probe_animation

FRAMES = 4


@pytest.fixture(scope="module", params=["RGB", "RGBA"])
def animation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Frames of 100, 200, 300 and 400 ms; `RGBA`: with transparency."""
    path = tmp_path_factory.mktemp("webp") / "a.webp"
    noise = [Image.effect_noise((64, 48), 90).convert(request.param) for _ in range(FRAMES)]
    durations_ms = [100 * number for number in range(1, FRAMES + 1)]
    noise[0].save(path, save_all=True, append_images=noise[1:], duration=durations_ms, quality=80)
    return path


def test_size_duration_and_rate(animation: Path) -> None:
    assert not is_still(animation)
    info = probe_animation(animation)
    assert info.video is not None
    assert (info.video.display_width, info.video.display_height) == (64, 48)
    assert (info.duration_s, info.video.fps) == (1.0, float(FRAMES))
    assert info.size_bytes == animation.stat().st_size


@pytest.mark.parametrize("kept", [0, 20, 40, 200, -1])
def test_a_cut_file_is_not_readable(animation: Path, tmp_path: Path, kept: int) -> None:
    cut = tmp_path / "cut.webp"
    cut.write_bytes(animation.read_bytes()[:kept])
    with pytest.raises(UnreadableSourceError, match="not a readable animated WebP"):
        probe_animation(cut)


def test_a_damaged_last_frame_is_found(animation: Path, tmp_path: Path) -> None:
    data = bytearray(animation.read_bytes())
    key = data.rindex(b"\x9d\x01\x2a")  # the start code of the last VP8 key frame
    data[key : key + 3] = b"\0\0\0"
    damaged = tmp_path / "damaged.webp"
    damaged.write_bytes(data)
    with pytest.raises(UnreadableSourceError, match="not a readable animated WebP"):
        probe_animation(damaged)
