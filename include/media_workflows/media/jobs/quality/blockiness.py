"""How visible the edges of coding blocks are, from the mean steps between neighbouring columns or rows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

# Blocks and macroblocks, as coded and enlarged by one half and by two.
PERIODS = (8, 12, 16, 24, 32)
MOST_BLOCKINESS = 100.0
_LEAST_STEP = 65535 / 255 / 2  # half of one of 255 levels, which cannot be seen
_LEAST_EDGES = 4


def blockiness(steps: Sequence[int]) -> float:
    """How many times larger the steps on the most visible regular grid are than the usual step; 1 = no grid.

    The median of the grid is taken, so that single edges of what is shown do not count; likewise that of all steps,
    most of which are within blocks. Steps are of 0 to 65535.
    """
    usual = max(float(median(steps)), _LEAST_STEP) if steps else _LEAST_STEP
    grids = (steps[phase::period] for period in PERIODS for phase in range(period))
    strongest = max((float(median(grid)) for grid in grids if len(grid) >= _LEAST_EDGES), default=0.0)
    return round(min(MOST_BLOCKINESS, max(strongest, _LEAST_STEP) / usual), 3)
