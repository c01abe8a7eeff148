"""Loudness by EBU R 128 and silence from the metadata of ffmpeg's `ebur128` and `silencedetect`."""

from __future__ import annotations

import math
from pathlib import Path

from media_workflows.domain.features import Sound
from media_workflows.media.ffmpeg.filter_metadata import metadata_lines, spans

_R128, _SILENCE = "lavfi.r128.", "lavfi.silence_"
_NOTHING_LUFS = -70.0  # the absolute gate of BS.1770: lower values are silence
_ENTRIES_PER_S = 10


def sound(file: Path, duration_s: float) -> Sound:
    """The sound features from the metadata, ten entries a second."""
    last: dict[str, str] = {}
    momentary: list[float] = []
    silence: list[tuple[str, str]] = []
    for key, value in metadata_lines(file):
        if key.startswith(_SILENCE):
            silence.append((key, value))
        last[key] = value
        if key == f"{_R128}M":
            momentary.append(float(value))
    return Sound(
        integrated_lufs=_lufs(float(last.get(f"{_R128}I", "-inf"))),
        loudness_range_lu=float(last[f"{_R128}LRA"]) if f"{_R128}LRA" in last else None,
        true_peak_dbtp=_decibels(float(last.get(f"{_R128}true_peak", "0"))),
        momentary_lufs=tuple(_lufs(max(part)) for part in _by_second(momentary)),
        silent=spans(silence, _SILENCE, duration_s),
    )


def _by_second(values: list[float]) -> list[list[float]]:
    return [values[i : i + _ENTRIES_PER_S] for i in range(0, len(values), _ENTRIES_PER_S)]


def _lufs(value: float) -> float | None:
    return round(value, 1) if value > _NOTHING_LUFS else None


def _decibels(amplitude: float) -> float | None:
    return round(20 * math.log10(amplitude), 1) if amplitude > 0 else None
