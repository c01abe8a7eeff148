"""The files that ffmpeg's `metadata` and `ametadata` filters print: keys and values, and the time spans in them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from media_workflows.domain.features import Span

# What the keys of `blackdetect`, `freezedetect`, `silencedetect`, `ebur128` and `cropdetect` begin with.
BLACK, FROZEN, SILENCE, R128 = "lavfi.black_", "lavfi.freezedetect.freeze_", "lavfi.silence_", "lavfi.r128."
CROP = "lavfi.cropdetect"
GATE_LUFS = -70.0  # the absolute gate of ITU-R BS.1770: sound below it has no loudness


def metadata_lines(file: Path) -> Iterator[tuple[str, str]]:
    """Key and value of each line that a `metadata` filter printed; none if it got no frame."""
    if not file.exists():
        return
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            key, separator, value = line.strip().partition("=")
            if separator:
                yield key, value


def metadata_frames(file: Path) -> Iterator[tuple[float, dict[str, float]]]:
    """Time (seconds, as the filter counts) and the numbers of each frame that a `metadata` filter printed.

    What is no number is left out, also "nan": `blockdetect` divides zero by zero in a picture of one colour.
    """
    if not file.exists():
        return
    time_s: float | None = None
    values: dict[str, float] = {}
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("frame:"):
                if time_s is not None:
                    yield time_s, values
                time_s, values = _number(line.partition("pts_time:")[2]), {}
                continue
            key, _, text = line.strip().partition("=")
            number = _number(text)
            if number is not None:
                values[key] = number
    if time_s is not None:
        yield time_s, values


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return None if math.isnan(number) else number


def spans(lines: list[tuple[str, str]], prefix: str, duration_s: float) -> tuple[Span, ...]:
    """The spans from the keys `<prefix>start` and `<prefix>end`, in seconds."""
    found: list[Span] = []
    start_s: float | None = None
    for key, value in lines:
        if key == f"{prefix}start":
            start_s = float(value)
        elif key == f"{prefix}end" and start_s is not None:
            found.append(Span(start_s=start_s, end_s=float(value)))
            start_s = None
    if start_s is not None and duration_s > start_s:
        found.append(Span(start_s=start_s, end_s=duration_s))
    return tuple(found)


def decibels(amplitude: float) -> float | None:
    """An amplitude (1 = full scale) in dB; None = digital silence."""
    return round(20 * math.log10(amplitude), 1) if amplitude > 0 else None
