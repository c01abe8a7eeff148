"""Estimates from past runs: a step's cost as a fixed part and a part for each second of the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FEWEST_RUNS = 5  # with fewer, the noise of single runs is most of what would be learned


@dataclass(frozen=True)
class PastStep:
    """What a step used in one run, for a source of `source_s` seconds."""

    source_s: float
    cpu_s: float
    wall_s: float
    bytes_out: int


@dataclass(frozen=True)
class LearnedCost:
    """What a step would use, from `runs` past runs."""

    cpu_s: float
    wall_s: float
    bytes_out: int
    runs: int


def learned_cost(past: Sequence[PastStep], source_s: float) -> LearnedCost | None:
    """The estimate for a source of this duration in seconds; None = there are too few runs to learn from."""
    known = [one for one in past if one.source_s > 0]
    if len(known) < FEWEST_RUNS or source_s <= 0:
        return None
    durations_s = [one.source_s for one in known]
    return LearnedCost(
        cpu_s=round(fitted(durations_s, [one.cpu_s for one in known], source_s), 2),
        wall_s=round(fitted(durations_s, [one.wall_s for one in known], source_s), 2),
        bytes_out=round(fitted(durations_s, [float(one.bytes_out) for one in known], source_s)),
        runs=len(known),
    )


def fitted(xs: Sequence[float], ys: Sequence[float], at: float) -> float:
    """The value at `at` of the line through the points, whose two parts are not negative.

    Least squares of relative errors, so that long sources do not hide short ones. Points of one x give no fixed part.
    """
    weights = [1 / y**2 for y in ys if y > 0]
    points = [(x, y) for x, y in zip(xs, ys, strict=True) if y > 0]
    if not points:
        return 0.0
    total = sum(weights)
    mean_x = sum(w * x for w, (x, _) in zip(weights, points, strict=True)) / total
    mean_y = sum(w * y for w, (_, y) in zip(weights, points, strict=True)) / total
    spread = sum(w * (x - mean_x) ** 2 for w, (x, _) in zip(weights, points, strict=True))
    if spread <= total * (0.01 * mean_x) ** 2:  # durations within 1 %: no fixed part can be separated
        return mean_y / mean_x * at
    slope = sum(w * (x - mean_x) * (y - mean_y) for w, (x, y) in zip(weights, points, strict=True)) / spread
    fixed = mean_y - slope * mean_x
    if slope < 0:
        return mean_y
    if fixed < 0:  # the line through zero
        squares = sum(w * x * x for w, (x, _) in zip(weights, points, strict=True))
        return at * sum(w * x * y for w, (x, y) in zip(weights, points, strict=True)) / squares
    return fixed + slope * at
