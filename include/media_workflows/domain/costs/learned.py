"""Estimates from past runs: a step's cost as a fixed part and parts for what its source is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from media_workflows.domain.costs.least_squares import Sums
from media_workflows.domain.media_info import MediaInfo

FEWEST_RUNS = 5  # with fewer, the noise of single runs is most of what would be learned
_MILLION = 1_000_000
# What a cost may depend on, the simplest first: sizes of the output may be fixed (frames) or the source's (pixels), and
# the bytes of a source say how much there is to see in it. Two parts at most: five runs do not separate more.
_FORMS = (
    ("seconds",),
    ("frames",),
    ("megapixels",),
    ("frames", "megapixels"),
    ("seconds", "megabytes"),
    ("frames", "megabytes"),
    ("megapixels", "megabytes"),
)
_SIMPLE = _FORMS[:3]
_FAR = (
    2.0  # bytes beyond this part of the most that was seen are not extrapolated to: noise has ten times those of speech
)
_CLEARLY_BETTER = 0.9  # a form replaces a simpler one if its error is below this part of the simpler one's


@dataclass(frozen=True)
class SourceWork:
    """What a source is: its duration, its frames, the pixels of all of them in millions, its bytes in millions."""

    seconds: float
    frames: float = 0.0
    megapixels: float = 0.0
    megabytes: float = 0.0

    @classmethod
    def of(cls, info: MediaInfo) -> SourceWork:
        """That of a probed source."""
        frames = info.duration_s * info.video.fps if info.video else 0.0
        pixels = info.video.width * info.video.height if info.video else 0
        return cls(info.duration_s, frames, frames * pixels / _MILLION, info.size_bytes / _MILLION)


@dataclass(frozen=True)
class PastStep:
    """What a step used in one run of this source. `commands_cpu_s` is the part of its ffmpeg; 0 = not known."""

    source: SourceWork
    cpu_s: float
    wall_s: float
    bytes_out: int
    commands_cpu_s: float = 0.0


@dataclass(frozen=True)
class LearnedCost:
    """What a step would use, from `runs` past runs."""

    cpu_s: float
    wall_s: float
    bytes_out: int
    runs: int


def learned_cost(past: Sequence[PastStep], source: SourceWork) -> LearnedCost | None:
    """The estimate for a source; None = there are too few runs to learn from."""
    known = [one for one in past if one.source.seconds > 0]
    if len(known) < FEWEST_RUNS or source.seconds <= 0:
        return None
    sources = [one.source for one in known]
    return LearnedCost(
        cpu_s=round(fitted(sources, [one.cpu_s for one in known], source), 2),
        wall_s=round(fitted(sources, [one.wall_s for one in known], source), 2),
        bytes_out=round(fitted(sources, [float(one.bytes_out) for one in known], source)),
        runs=len(known),
    )


def corrected_trial(past: Sequence[PastStep], source: SourceWork, trial_cpu_s: float) -> LearnedCost | None:
    """A trial of the step's ffmpeg on this source, with what past runs used besides; None = too few runs.

    The trial knows how hard the source is to encode, which no property of a file says; past runs know what reading,
    verifying and publishing cost, and how much time a step takes for each processor second.
    """
    known = [one for one in past if one.source.seconds > 0 and 0 < one.commands_cpu_s <= one.cpu_s]
    general = learned_cost(known, source)
    if general is None:
        return None
    besides = [one.cpu_s - one.commands_cpu_s for one in known]
    besides_s = fitted([one.source for one in known], besides, source, _SIMPLE)
    cpu_s = trial_cpu_s + besides_s
    wall_s = cpu_s * median(one.wall_s / one.cpu_s for one in known)
    return replace(general, cpu_s=round(cpu_s, 2), wall_s=round(wall_s, 2))


def fitted(
    sources: Sequence[SourceWork], costs: Sequence[float], at: SourceWork, forms: Sequence[Sequence[str]] = _FORMS
) -> float:
    """The cost of the source `at`, by the form that foretells each run best from the others.

    Each form is a fixed part and parts in proportion, none of them negative; least squares of relative errors, so that
    large sources do not hide small ones.
    """
    points = [(source, cost) for source, cost in zip(sources, costs, strict=True) if cost > 0]
    if not points:
        return 0.0
    best, least = forms[0], math.inf
    for form in forms:
        if _applies(form, sources, at):
            error = _left_out_error(form, points)
            if error < least * _CLEARLY_BETTER:
                best, least = form, error
    rows = [_row(best, source) for source, _ in points]
    return _value(Sums.of(rows, [cost for _, cost in points]).coefficients(), _row(best, at))


def _applies(form: Sequence[str], sources: Sequence[SourceWork], at: SourceWork) -> bool:
    if "megabytes" in form and at.megabytes > _FAR * max(source.megabytes for source in sources):
        return False
    return all(getattr(source, name) > 0 for source in (*sources, at) for name in form)


def _row(form: Sequence[str], source: SourceWork) -> tuple[float, ...]:
    return (1.0, *(getattr(source, name) for name in form))


def _value(coefficients: Sequence[float], row: Sequence[float]) -> float:
    return sum(coefficient * value for coefficient, value in zip(coefficients, row, strict=True))


def _left_out_error(form: Sequence[str], points: Sequence[tuple[SourceWork, float]]) -> float:
    """The mean error, as a logarithm of the ratio, of each run by what the others teach."""
    rows, costs = [_row(form, source) for source, _ in points], [cost for _, cost in points]
    if len(points) <= len(rows[0]):
        return math.inf
    whole = Sums.of(rows, costs)
    errors = (
        abs(math.log(max(_value(whole.without(row, cost).coefficients(), row), 1e-9) / cost))
        for row, cost in zip(rows, costs, strict=True)
    )
    return sum(errors) / len(points)
