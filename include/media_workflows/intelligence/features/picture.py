"""Black and frozen spans from the metadata of ffmpeg's `blackdetect` and `freezedetect`."""

from __future__ import annotations

from pathlib import Path

from media_workflows.domain.features import PictureProblems
from media_workflows.media.ffmpeg.filter_metadata import BLACK, FROZEN, metadata_lines, spans


def picture_problems(file: Path, duration_s: float) -> PictureProblems:
    """Read black and frozen spans. One that lasts to the end of the source ends at `duration_s`."""
    lines = list(metadata_lines(file))
    return PictureProblems(black=spans(lines, BLACK, duration_s), frozen=spans(lines, FROZEN, duration_s))
