"""The time code of a source: the label of its first frame, and the arithmetic of SMPTE ST 12-1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.error import FFmpegError

from media_workflows.media.source.formats import open_options

_TIME_CODE = re.compile(r"(\d{2}):([0-5]\d):([0-5]\d)([:;.])(\d{2,3})")
_FALLBACK_FPS = Fraction(25)
_DROPPED = {30: 2, 60: 4}  # labels left out each minute but every tenth, by the nominal rate (ST 12-1, 5.3)


@dataclass(frozen=True)
class TimeCode:
    """The label of the first frame: `first` frames after 00:00:00:00 at `rate` frames per second.

    `dropped` labels are left out at the start of each minute but every tenth; 0 = none, a non-drop-frame time code.
    """

    rate: Fraction
    first: int = 0
    dropped: int = 0

    @property
    def nominal(self) -> int:
        """The number of labels of a second."""
        return max(1, round(self.rate))


def read_time_code(path: Path) -> str:
    """The first frame's time code as the file states it, of a track of its own or a tag; '' for none."""
    try:
        with av.open(str(path), mode="r", options=open_options(), metadata_errors="replace") as container:
            found = [container.metadata, *(stream.metadata for stream in container.streams)]
            return next((tags["timecode"] for tags in found if tags.get("timecode")), "")
    except FFmpegError:
        return ""


def time_code(stated: str, rate: Fraction) -> TimeCode:
    """The time code of a source with this (nominal) rate; from zero where it states none that is valid."""
    rate = rate if rate > 0 else _FALLBACK_FPS
    plain = TimeCode(rate)
    match = _TIME_CODE.fullmatch(stated.strip())
    if match is None:
        return plain
    hours, minutes, seconds, frames = (int(match[group]) for group in (1, 2, 3, 5))
    nominal = plain.nominal
    if frames >= nominal:
        return plain
    dropped = _DROPPED.get(nominal, 0) if match[4] != ":" and rate != nominal else 0
    all_minutes = hours * 60 + minutes
    number = (all_minutes * 60 + seconds) * nominal + frames - dropped * (all_minutes - all_minutes // 10)
    return TimeCode(rate, number, dropped)
