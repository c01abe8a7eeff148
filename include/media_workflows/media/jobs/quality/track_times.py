"""The distances between the packets of a track. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from media_workflows.domain.features import Span
from media_workflows.media.jobs.quality.packets import Track

_STEPS = 2000  # of which the usual one is the median
_GAP_STEPS = 2.5  # usual steps that a gap is longer than: one lost frame is none


def known(times: Sequence[float]) -> list[float]:
    """The times without those that are not known."""
    return [one for one in times if one == one]


def steps(times: array[float]) -> list[tuple[float, float]]:
    """(time, seconds since the one before), in the order in which they are shown."""
    return [(at, round(at - before, 6)) for before, at in pairwise(sorted(known(times)))]


def usual_step_s(track: Track) -> float | None:
    """The distance that most packets have; None = it has no two with times."""
    found = [step for _, step in steps(track.shown_s[:_STEPS]) if step > 0]
    return median(found) if found else None


def gaps(track: Track) -> list[Span]:
    """The times without a frame between two, at least a few usual steps long."""
    usual_s = usual_step_s(track) or 0.0
    return [
        Span(start_s=round(max(0.0, at - step + usual_s), 3), end_s=round(at, 3))
        for at, step in steps(track.shown_s)
        if step > _GAP_STEPS * usual_s
    ]
