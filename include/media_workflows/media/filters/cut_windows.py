"""`cut_windows`: which cuts of a file are read from one input. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from media_workflows.media.filters.trim import Trim

# Reading on over a gap decodes it; another input costs a process an open file, a decoder with its frames (about 60 MB
# at 1080p) and the way from a key frame on. Up to this length the gap is cheaper.
NEAR_S = 10.0
MOST_INPUTS = 12  # with more, gaps are read over, the shortest first
# Frames before a cut are read while the one before it is shown, and wait: no more than this, in seconds.
_WAITING_S = 0.5


class Range(NamedTuple):
    """A cut: its file, the range of it that is shown; `seeks`: the file need not be read from its start."""

    key: str
    trim: Trim
    seeks: bool


def cut_windows(ranges: Sequence[Range]) -> list[Trim]:
    """For each cut, the range of its file that its input holds.

    Cuts that follow one another in their file, and in the output, share it where they are near. Frames of others would
    wait in memory.
    """
    joined = _read_over(ranges)
    windows: list[list[Trim]] = []
    for number, one in enumerate(ranges):
        if number in joined:
            windows[-1].append(one.trim)
        else:
            windows.append([one.trim])
    return [_around(window) for window in windows for _ in window]


def _gap_s(before: Range, after: Range) -> float | None:
    """Seconds that are read for nothing from a cut to the next one; None = they cannot share an input."""
    if before.key != after.key:
        return None
    gap_s = after.trim.start_s - after.trim.lead_s - (before.trim.start_s + before.trim.length_s)
    return gap_s if gap_s >= -_WAITING_S and after.trim.start_s >= before.trim.start_s + before.trim.length_s else None


def _read_over(ranges: Sequence[Range]) -> set[int]:
    """The cuts before which the gap is read over: near ones, and the shortest gaps of a list with too many inputs."""
    gaps = {number: _gap_s(*pair) for number, pair in enumerate(pairwise(ranges), start=1)}
    possible = {number: gap_s for number, gap_s in gaps.items() if gap_s is not None}
    shortest = sorted(possible, key=possible.__getitem__)[: max(0, len(ranges) - MOST_INPUTS)]
    near = (number for number, gap_s in possible.items() if gap_s <= NEAR_S or not ranges[number].seeks)
    return {*shortest, *near}


def _around(trims: Sequence[Trim]) -> Trim:
    first, last = trims[0], trims[-1]
    return replace(first, length_s=last.start_s + last.length_s - first.start_s)
