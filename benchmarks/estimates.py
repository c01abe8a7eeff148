"""Estimates of a workflow's sixth clip, from a trial and five runs of other clips, beside what its run takes."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.options import Options
from benchmarks.real_clips import clips, encoded, first_line, met
from benchmarks.report import Table, median, seconds
from media_workflows.domain.costs.learned import FEWEST_RUNS, LearnedCost, PastStep, SourceWork, corrected_trial
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.errors import MediaError
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.run import ffmpeg_binary
from media_workflows.media.jobs.estimate import Estimator
from media_workflows.media.jobs.open_source import open_source
from media_workflows.settings import Settings

_TEMPLATE = 100_010  # MP4 360p
_WITHIN = 0.25


class _Run(NamedTuple):
    """A run of a clip, and the CPU seconds that its trial foretold; None = the trial has none."""

    name: str
    step: PastStep
    trial_cpu_s: float | None


def run(options: Options) -> list[Table]:
    """A table; none without `media_dir`. A clip that a job refuses is left out by name."""
    if not options.media_dir:
        return []
    runs: list[_Run] = []
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as directory:
        found = clips(options.media_dir, Path(directory))
        left_out = list(found.left_out)
        for clip in found.paths:
            try:
                runs.append(_run_of(clip))
            except MediaError as error:
                left_out.append(f"{clip.name}: {first_line(error)}")
                continue
            print(f"  {clip.name}: {runs[-1].step.cpu_s:.2f} CPU s", file=sys.stderr, flush=True)
    return [_table(runs, left_out)]


def five_before(number: int, count: int) -> list[int]:
    """The runs from which that of a number is estimated: the five before it, in a circle, never itself.

    Raises ValueError for fewer than six runs.
    """
    if count <= FEWEST_RUNS:
        raise ValueError(f"{count} runs are too few to estimate one from {FEWEST_RUNS} others")
    return [(number - back) % count for back in range(FEWEST_RUNS, 0, -1)]


def error_of(estimate: float, measured: float) -> float:
    """By which part of what was measured an estimate misses it; negative = it is too low."""
    return estimate / measured - 1


def _table(runs: Sequence[_Run], left_out: Sequence[str]) -> Table:
    rows, cpu, wall = [], [], []
    for number, one in enumerate(runs):
        past = [runs[other].step for other in five_before(number, len(runs))]
        found = corrected_trial(past, one.step.source, one.trial_cpu_s) if one.trial_cpu_s else None
        cpu.append(error_of(found.cpu_s, one.step.cpu_s) if found else float("nan"))
        wall.append(error_of(found.wall_s, one.step.wall_s) if found else float("nan"))
        rows.append([one.name, f"{one.step.source.seconds:.1f}", *_columns(one.step, found, cpu[-1], wall[-1])])
    goal = (-_WITHIN, _WITHIN)
    notes = [
        f"Within {_WITHIN:.0%}: {met(cpu, goal)} estimates of CPU seconds, {met(wall, goal)} of seconds.",
        f"Median error: {median([abs(one) for one in cpu]):.0%} of CPU seconds, "
        f"{median([abs(one) for one in wall]):.0%} of seconds.",
        f"Each by template {_TEMPLATE}, from the five clips above it (the first ones: the last), none of which is the "
        "same. CPU: of ffmpeg and of the product's process; without upload and download.",
        *(f"Left out: {one}" for one in left_out),
    ]
    columns = ["clip", "length, s", "CPU s", "estimate", "error", "seconds", "estimate", "error"]
    return Table("Estimates of a sixth clip", columns, rows, notes)


def _columns(step: PastStep, found: LearnedCost | None, cpu: float, wall: float) -> list[str]:
    if found is None:
        return [seconds(step.cpu_s), "n/a", "n/a", seconds(step.wall_s), "n/a", "n/a"]
    of_cpu = [seconds(step.cpu_s), seconds(found.cpu_s), f"{cpu:+.0%}"]
    return [*of_cpu, seconds(step.wall_s), seconds(found.wall_s), f"{wall:+.0%}"]


def _run_of(clip: Path) -> _Run:
    """Raises MediaError."""
    parameters = PRESET_LIBRARY.find("transcode", _TEMPLATE).parameters
    item, settings = TranscodeItem.model_validate({"parameters": parameters.model_dump()}), Settings()
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as directory:
        context, timeline = open_source(clip, Path(directory), settings)
        trial = Estimator(context, timeline, ffmpeg_binary(""), CancelToken()).estimate(item.kind, [item])
    cpu_s, at = _cpu_s(), time.monotonic()
    with encoded(item, clip) as made:
        wall_s, cpu_s = time.monotonic() - at, _cpu_s() - cpu_s
        size_bytes = sum(file.path.stat().st_size for file in made.outcome.files)
    commands_cpu_s = made.encode_cpu_s + made.probes_cpu_s
    step = PastStep(SourceWork.of(made.source), cpu_s, wall_s, size_bytes, commands_cpu_s)
    return _Run(clip.name, step, trial.cpu_s)


def _cpu_s() -> float:
    """Processor time of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
