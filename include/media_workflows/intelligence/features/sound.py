"""Loudness by EBU R 128 and silence from the metadata of ffmpeg's `ebur128` and `silencedetect`."""

from __future__ import annotations

from pathlib import Path

from media_workflows.domain.features import Sound
from media_workflows.media.ffmpeg.filter_metadata import GATE_LUFS, R128, SILENCE, decibels, metadata_lines, spans

_ENTRIES_PER_S = 10


def sound(file: Path, duration_s: float) -> Sound:
    """The sound features from the metadata, ten entries a second."""
    last: dict[str, str] = {}
    momentary: list[float] = []
    silence: list[tuple[str, str]] = []
    for key, value in metadata_lines(file):
        if key.startswith(SILENCE):
            silence.append((key, value))
        last[key] = value
        if key == f"{R128}M":
            momentary.append(float(value))
    return Sound(
        integrated_lufs=_lufs(float(last.get(f"{R128}I", "-inf"))),
        loudness_range_lu=float(last[f"{R128}LRA"]) if f"{R128}LRA" in last else None,
        true_peak_dbtp=decibels(float(last.get(f"{R128}true_peak", "0"))),
        momentary_lufs=tuple(_lufs(max(part)) for part in _by_second(momentary)),
        silent=spans(silence, SILENCE, duration_s),
    )


def _by_second(values: list[float]) -> list[list[float]]:
    return [values[i : i + _ENTRIES_PER_S] for i in range(0, len(values), _ENTRIES_PER_S)]


def _lufs(value: float) -> float | None:
    return round(value, 1) if value > GATE_LUFS else None
