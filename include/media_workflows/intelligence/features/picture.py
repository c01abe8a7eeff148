"""Black and still stretches, as ffmpeg's `blackdetect` and `freezedetect` noted them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from media_workflows.domain.features import PictureProblems, Span

_BLACK, _FROZEN = "lavfi.black_", "lavfi.freezedetect.freeze_"


def noted(file: Path) -> Iterator[tuple[str, str]]:
    """Key and value of each line that a `metadata` filter printed; none when it never saw a frame."""
    if not file.exists():
        return
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            key, separator, value = line.strip().partition("=")
            if separator:
                yield key, value


def picture_problems(file: Path, duration_s: float) -> PictureProblems:
    """A stretch that lasts to the end has no end in the file: `duration_s` closes it."""
    notes = list(noted(file))
    return PictureProblems(black=spans(notes, _BLACK, duration_s), frozen=spans(notes, _FROZEN, duration_s))


def spans(notes: list[tuple[str, str]], prefix: str, duration_s: float) -> tuple[Span, ...]:
    """From the notes `<prefix>start` and `<prefix>end`, in seconds."""
    found: list[Span] = []
    start_s: float | None = None
    for key, value in notes:
        if key == f"{prefix}start":
            start_s = float(value)
        elif key == f"{prefix}end" and start_s is not None:
            found.append(Span(start_s=start_s, end_s=float(value)))
            start_s = None
    if start_s is not None and duration_s > start_s:
        found.append(Span(start_s=start_s, end_s=duration_s))
    return tuple(found)
