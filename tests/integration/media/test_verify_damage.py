"""Damaged outputs are caught, whatever their header still promises."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clips import Clips
from media_workflows.domain.media_info import MediaInfo
from media_workflows.errors import OutputRejectedError
from media_workflows.media.plan.planned import Expectation, PlannedFile
from media_workflows.media.source.probe import probe
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.media.verify.outputs import verify_file

pytestmark = pytest.mark.isolates

Damage = Callable[[bytes], bytes]


def _tail_cut(data: bytes) -> bytes:
    return data[: len(data) * 8 // 10]


def _tail_blank(data: bytes) -> bytes:
    kept = len(data) * 8 // 10
    return data[:kept] + bytes(len(data) - kept)


def _middle_noise(data: bytes) -> bytes:
    start, end = len(data) * 4 // 10, len(data) * 6 // 10
    return data[:start] + bytes(i * 37 % 256 for i in range(end - start)) + data[end:]


def verified(path: Path, source: Path, **expects: object) -> MediaInfo:
    fields: dict[str, Any] = {"video": True, "audio": True, "duration_s": 3.0, **expects}
    expectation = Expectation(**fields)
    file = PlannedFile(path, "x", {"format": path.suffix[1:]}, expectation)
    return verify_file(file, SourceTimeline(source, probe(source)))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
def test_a_whole_output_passes(clips: Clips, tmp_path: Path, suffix: str) -> None:
    source = getattr(clips, f"detailed_{suffix[1:]}")
    path = tmp_path / f"out{suffix}"
    shutil.copy(source, path)
    assert verified(path, source).duration_s == pytest.approx(3, abs=0.1)


# Not noise in Matroska: its reader skips what it does not understand and goes on behind it.
DAMAGE = [(suffix, damage) for suffix in (".mp4", ".mkv", ".ts") for damage in (_tail_cut, _tail_blank)]
DAMAGE += [(".mp4", _middle_noise), (".ts", _middle_noise)]


@pytest.mark.parametrize(("suffix", "damage"), DAMAGE)
def test_damage_is_caught(clips: Clips, tmp_path: Path, suffix: str, damage: Damage) -> None:
    source = getattr(clips, f"detailed_{suffix[1:]}")
    path = tmp_path / f"out{suffix}"
    path.write_bytes(damage(source.read_bytes()))
    with pytest.raises(OutputRejectedError, match=r"decode|end|opened"):
        verified(path, source)


def test_another_frame_rate_is_caught(clips: Clips) -> None:
    with pytest.raises(OutputRejectedError, match="has 25 frames per second, not 30"):
        verified(clips.detailed_mp4, clips.detailed_mp4, fps=30)


def test_hdr_where_sdr_was_asked_is_caught(clips: Clips) -> None:
    with pytest.raises(OutputRejectedError, match="marked HDR, not SDR"):
        verified(clips.hdr10, clips.hdr10, duration_s=1.0, audio=False, is_hdr=False)
    with pytest.raises(OutputRejectedError, match="marked SDR, not HDR"):
        verified(clips.detailed_mp4, clips.detailed_mp4, is_hdr=True)
