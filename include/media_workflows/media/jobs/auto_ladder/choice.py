"""Which sizes and crfs make the ladder of a source: for each step of quality the one that needs the fewest bits. Pure.

The choice depends on the probes alone, so the same source and parameters give the same ladder. After a change of its
numbers, RECIPE_VERSION (`media/jobs/job.py`) must be raised, and READINGS_VERSION (`media/source/kept_readings.py`),
as choices are kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from media_workflows.domain.jobs.auto_ladder import AutoLadder
from media_workflows.media.jobs.target_vmaf.choice import RANGES, Probe

_HEIGHTS_PX = (240, 360, 480, 720, 1080, 1440, 2160)  # the preset's; of the shorter side
_DISTINCT = 0.9  # of the source's shorter side: a standard height above this is not worth a stream beside it
_PROBED_STEPS = (-2, 8)  # from the crf where a search starts
_BEYOND_STEPS = 4  # of crf that a curve is extended by
_REACHED = 1.0  # VMAF below the target that still counts as reaching it
_CHEAPER = 0.85  # of the bitrate above: a stream that costs more is no step down


class Rung(NamedTuple):
    """A stream of the ladder: its shorter side, its crf, and what it is expected to have at the size of the source."""

    short_side_px: int
    crf: int
    vmaf: float
    kbps: int


def short_sides_px(source_px: int) -> list[int]:
    """The shorter sides that are probed, ascending: the standard ones below the source's, and its own."""
    return [*(height for height in _HEIGHTS_PX if height < _DISTINCT * source_px), source_px]


def probed_crfs(codec: str) -> list[int]:
    """The crfs of the probes of each height."""
    limits = RANGES[codec]
    return [limits.start + step for step in _PROBED_STEPS]


@dataclass(frozen=True)
class _Curve:
    """The quality and the bitrate of one height by its crf: lines through two probes, the bitrate's in logarithms."""

    short_side_px: int
    low: Probe
    high: Probe

    def rung(self, crf: int) -> Rung:
        share = (crf - self.low.crf) / (self.high.crf - self.low.crf)
        vmaf = self.low.vmaf + share * min(0.0, self.high.vmaf - self.low.vmaf)
        low, high = (math.log(max(1.0, probe.kbps)) for probe in (self.low, self.high))
        return Rung(self.short_side_px, crf, round(min(100.0, vmaf), 1), round(math.exp(low + share * (high - low))))

    def rungs(self) -> Iterator[Rung]:
        """From the best to the cheapest among the probes."""
        return map(self.rung, range(self.low.crf - _BEYOND_STEPS, self.high.crf + _BEYOND_STEPS + 1))


def chosen_rungs(probes: Mapping[int, Sequence[Probe]], limits: AutoLadder) -> list[Rung]:
    """The streams, by ascending bitrate, at least one; `probes` by height, two of each."""
    curves = [_Curve(height, *sorted(two)) for height, two in sorted(probes.items())]
    rungs = [rung for curve in curves for rung in curve.rungs() if rung.kbps <= limits.max_bitrate_kbps]
    if not rungs:  # even the worst of the smallest size is above the limit, which the encoder then has to keep
        return [min((curve.rung(curve.high.crf + _BEYOND_STEPS) for curve in curves), key=lambda rung: rung.kbps)]
    chosen = [_cheapest(rungs, limits.top_vmaf)]
    while len(chosen) < limits.max_rungs:
        above = chosen[-1]
        below = [
            rung
            for rung in rungs
            if rung.short_side_px <= above.short_side_px
            and limits.min_bitrate_kbps <= rung.kbps <= _CHEAPER * above.kbps
            and rung.vmaf <= above.vmaf - limits.vmaf_gap / 2
        ]
        if not below:
            break
        chosen.append(_cheapest(below, above.vmaf - limits.vmaf_gap))
    return chosen[::-1]


def _cheapest(rungs: Sequence[Rung], wanted_vmaf: float) -> Rung:
    """The one of the lowest bitrate that is good enough; if none is, the best one."""
    reached = [rung for rung in rungs if rung.vmaf >= wanted_vmaf - _REACHED]
    if reached:
        return min(reached, key=lambda rung: (rung.kbps, -rung.vmaf))
    return max(rungs, key=lambda rung: (rung.vmaf, -rung.kbps))


def usual_rungs(source_px: int, codec: str, limits: AutoLadder) -> list[Rung]:
    """The streams of a source that could not be probed, best sizes first kept; nothing is expected of them."""
    heights = short_sides_px(source_px)[-limits.max_rungs :]
    return [Rung(height, RANGES[codec].start, 0.0, limits.max_bitrate_kbps) for height in heights]
