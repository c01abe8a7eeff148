"""Which crf to probe next, and which one the probes give for a target. Pure.

The choice depends on the probes alone, so the same source and parameters give the same crf. After a change of its
numbers, RECIPE_VERSION (`media/jobs/job.py`) must be raised, and READINGS_VERSION (`media/source/kept_readings.py`),
as choices are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

_TOLERANCE = 0.5  # a probe as close to the target as this is the answer
_WIDE_STEPS = 4  # between probes further apart than this, the score is no line
_MOST_STEP = 8  # from one probe to the next, if the target is outside of both
_MOST_BEYOND = 2  # steps of crf that no probe encloses
_LEAST_SLOPE = 0.15  # VMAF for one step of crf: less, and the crf does not change the quality
_MISSED = 1.0


class CrfRange(NamedTuple):
    """The crf of a codec that makes sense, where the search starts, and the VMAF that one step loses, about."""

    least: int
    start: int
    most: int
    slope: float


# By https://trac.ffmpeg.org/wiki/Encode and the encoders' own defaults; below `least` files grow, and no viewer sees
# why, above `most` blocks are seen at any size. `start` is for a VMAF NEG of 93.
RANGES = {
    "h264": CrfRange(14, 23, 40, 1.2),
    "h265": CrfRange(14, 25, 42, 1.2),
    "av1": CrfRange(16, 33, 51, 0.7),
    "vp9": CrfRange(14, 32, 51, 0.7),
}
_START_VMAF = 93.0


class Probe(NamedTuple):
    """What encodes with one crf gave in the windows of a source: the mean VMAF NEG, and the bitrate."""

    crf: int
    vmaf: float
    kbps: float


class Choice(NamedTuple):
    """The crf for a target, and the VMAF NEG that it is expected to have."""

    crf: int
    vmaf: float

    def misses(self, target: float, probes: Sequence[Probe]) -> bool:
        """Whether the target is out of reach: between two probes, it is just between two crfs."""
        is_enclosed = len({probe.vmaf >= target for probe in probes}) > 1
        return abs(self.vmaf - target) > _MISSED and not is_enclosed


def next_crf(codec: str, target: float, probes: Sequence[Probe]) -> int | None:
    """The crf to probe next; None = another probe would not change the choice by much."""
    limits = RANGES[codec]
    if not probes:
        return _within(limits, limits.start + (_START_VMAF - target) / limits.slope)
    if any(abs(probe.vmaf - target) <= _TOLERANCE for probe in probes):
        return None
    better, worse = _enclosing(probes, target)
    if better and worse:
        crf = _between(better, worse, target)
        return crf if worse.crf - better.crf > _WIDE_STEPS and crf not in (better.crf, worse.crf) else None
    edge, step = (better, 1) if better else (worse, -1)
    assert edge is not None, "one of them is there"
    slope = _slope(probes, edge)
    if slope is not None and slope < _LEAST_SLOPE and step < 0:
        return None  # a highest bitrate, or a source without more quality
    steps = abs(edge.vmaf - target) / max(slope or limits.slope, _LEAST_SLOPE)
    crf = _within(limits, edge.crf + step * min(_MOST_STEP, max(1, round(steps))))
    return None if any(probe.crf == crf for probe in probes) else crf


def chosen(codec: str, target: float, probes: Sequence[Probe]) -> Choice:
    """The crf that comes closest to the target, at most a little beyond what was probed; of at least one probe."""
    better, worse = _enclosing(probes, target)
    if better and worse:
        crf = _between(better, worse, target)
        return Choice(crf, round(_on_line(better, worse, crf), 2))
    edge, step = (better, 1) if better else (worse, -1)
    assert edge is not None, "there is a probe"
    slope = _slope(probes, edge)
    if slope is not None and slope < _LEAST_SLOPE:
        edge = edge if step > 0 else _cheapest(probes)
        return Choice(edge.crf, edge.vmaf)
    slope = slope or RANGES[codec].slope
    steps = min(_MOST_BEYOND, round(abs(edge.vmaf - target) / slope))
    crf = _within(RANGES[codec], edge.crf + step * steps)
    return Choice(crf, round(edge.vmaf - slope * (crf - edge.crf), 2))


def _enclosing(probes: Sequence[Probe], target: float) -> tuple[Probe | None, Probe | None]:
    """The highest crf that reaches the target, and the lowest one above it, which does not; None = there is none."""
    ordered = sorted(probes)
    better = next((probe for probe in reversed(ordered) if probe.vmaf >= target), None)
    above = [probe for probe in ordered if better is None or probe.crf > better.crf]
    return better, above[0] if above else None


def _between(better: Probe, worse: Probe, target: float) -> int:
    """The crf on their line that is nearest to the target, of two the better one."""
    share = (better.vmaf - target) / (better.vmaf - worse.vmaf)
    return ceil(better.crf + share * (worse.crf - better.crf) - 0.5)


def _on_line(better: Probe, worse: Probe, crf: int) -> float:
    share = (crf - better.crf) / (worse.crf - better.crf)
    return better.vmaf + share * (worse.vmaf - better.vmaf)


def _slope(probes: Sequence[Probe], edge: Probe) -> float | None:
    """The VMAF that a step of crf loses at the first or the last probe; None = there is no other probe."""
    ordered = sorted(probes)
    if len(ordered) < 2:
        return None
    low, high = ordered[:2] if edge == ordered[0] else ordered[-2:]
    return max(0.0, (low.vmaf - high.vmaf) / (high.crf - low.crf))


def _cheapest(probes: Sequence[Probe]) -> Probe:
    """The highest crf of those that are about as good as the best."""
    best = max(probe.vmaf for probe in probes)
    return max(probe for probe in probes if probe.vmaf >= best - _TOLERANCE)


def _within(limits: CrfRange, crf: float) -> int:
    return min(max(round(crf), limits.least), limits.most)
