"""What ffmpeg's filters note, read."""

from __future__ import annotations

from pathlib import Path

from media_workflows.domain.features import Span
from media_workflows.intelligence.features.picture import picture_problems
from media_workflows.intelligence.features.sound import sound


def test_black_and_still_stretches(tmp_path: Path) -> None:
    file = tmp_path / "picture.txt"
    file.write_text(
        "frame:3 pts:1 pts_time:1\nlavfi.black_start=1\nlavfi.freezedetect.freeze_start=1.2\nlavfi.black_end=2.5\n"
        "lavfi.freezedetect.freeze_duration=3\nlavfi.freezedetect.freeze_end=4.2\nlavfi.black_start=9\n"
    )
    found = picture_problems(file, 10.0)
    assert found.black == (Span(start_s=1, end_s=2.5), Span(start_s=9, end_s=10))
    assert found.frozen == (Span(start_s=1.2, end_s=4.2),)


def test_a_missing_metadata_file(tmp_path: Path) -> None:
    assert picture_problems(tmp_path / "none.txt", 10.0).black == ()


def test_loudness_by_second(tmp_path: Path) -> None:
    notes = ["lavfi.silence_start=0"]
    for tenth in range(15):
        notes += [f"lavfi.r128.M={-120.7 if tenth < 10 else -23.04}", "lavfi.r128.I=-23.06", "lavfi.r128.LRA=1.5"]
    notes += ["lavfi.r128.true_peak=0.5", "lavfi.silence_end=1.1"]
    (tmp_path / "sound.txt").write_text("\n".join(notes))
    found = sound(tmp_path / "sound.txt", 1.5)
    assert (found.integrated_lufs, found.loudness_range_lu, found.true_peak_dbtp) == (-23.1, 1.5, -6.0)
    assert found.momentary_lufs == (None, -23.0)
    assert found.silent == (Span(start_s=0, end_s=1.1),)


def test_digital_silence_has_no_loudness(tmp_path: Path) -> None:
    (tmp_path / "sound.txt").write_text("lavfi.r128.M=-163.5\nlavfi.r128.I=-70.000\nlavfi.r128.true_peak=0.000\n")
    found = sound(tmp_path / "sound.txt", 0.1)
    assert (found.integrated_lufs, found.true_peak_dbtp, found.momentary_lufs) == (None, None, (None,))
