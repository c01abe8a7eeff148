"""Estimate of a job's processor time, from running its commands on short samples of the source."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from media_workflows.domain.dry_run import CpuEstimate
from media_workflows.domain.jobs.base import JobItem
from media_workflows.errors import EncodeError, JobCancelledError, LimitExceededError, WorkerError
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner, write_assets
from media_workflows.media.filters.build_context import INSIDE_S, BuildContext, Sample
from media_workflows.media.jobs.preview import SHOWN_SOURCE, plan_job
from media_workflows.media.plan.planned import Output
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.settings import Settings, get_settings

# Samples at four places of the source, together: what its middle shows is often not what the rest shows.
SAMPLED_S = 2.4
PLACES = (1 / 8, 3 / 8, 5 / 8, 7 / 8)
WHOLE_S = 4.0  # what lasts up to this is measured in full
# A shorter sample measures the start-up cost, so that it is not multiplied.
SHORT_SAMPLE_S = 0.2
# A smaller difference between the two samples is noise: the sample is then made longer by this factor.
ENOUGH_CPU_S = 0.3
_STRETCH = 6
_Measure = Callable[..., float]
"""The processor time of a pass, on a sample if one is given."""


def elapsed_s(cpu_s: float, settings: Settings) -> float:
    """The seconds that a command takes if all cores of this machine work for it, or as many as it may use."""
    return cpu_s / (settings.ffmpeg_threads or os.cpu_count() or 1)


@dataclass
class _Tally:
    """Processor time of all samples so far, and the seconds of the source that those of one pass have shown."""

    cpu_s: float = 0.0
    sample_s: float = 0.0


class Estimator:
    """Runs samples of jobs on one source. The work directories are removed; `cancellation` limits the time."""

    def __init__(self, context: BuildContext, timeline: SourceTimeline, binary: str, cancellation: CancelToken) -> None:
        self._context = context
        self._timeline = timeline
        self._runner = Runner(binary, ffmpeg_limits(get_settings(), 0), cancellation)

    def estimate(self, kind: str, items: Sequence[JobItem[Any]]) -> CpuEstimate:
        """The estimate for all commands of a job."""
        tally = _Tally()
        try:
            cpu_s = self._job_cpu_s(kind, items, tally)
        except JobCancelledError:
            return CpuEstimate(cpu_s=None, measured_cpu_s=round(tally.cpu_s, 2), note="the try took too long")
        except (LimitExceededError, WorkerError) as error:
            return CpuEstimate(cpu_s=None, note=f"the try failed: {str(error).partition('; last output')[0]}")
        except EncodeError as error:
            cause = error.first_words.replace(str(self._context.source), SHOWN_SOURCE)
            return CpuEstimate(cpu_s=None, note=f"the try failed: {cause}")
        if not tally.cpu_s:
            return CpuEstimate(cpu_s=0.0, note="no command would run")
        tried = (
            f"{tally.sample_s:.1f} s of {self._context.info.duration_s:.1f} s" if tally.sample_s else "some pictures"
        )
        note = f"an estimate, from a try on {tried}"
        return CpuEstimate(
            cpu_s=round(cpu_s, 2), sample_s=tally.sample_s, measured_cpu_s=round(tally.cpu_s, 2), note=note
        )

    def _job_cpu_s(self, kind: str, items: Sequence[JobItem[Any]], tally: _Tally) -> float:
        """Processor time of a job. Of passes that only seek to single pictures, one is measured for all."""
        passes = plan_job(kind, items, self._context).passes
        seeks = [number for number, outputs in enumerate(passes) if _only_seeks(outputs)]
        total_s = sum(
            self._pass_cpu_s(outputs, partial(self._measured, kind, items, number, tally), tally)
            for number, outputs in enumerate(passes)
            if number not in seeks
        )
        if seeks:
            each_s = self._measured(kind, items, seeks[0], tally) / len(passes[seeks[0]])
            total_s += each_s * sum(len(passes[number]) for number in seeks)
        return total_s

    def _pass_cpu_s(self, outputs: Sequence[Output], measured: _Measure, tally: _Tally) -> float:
        """Processor time of one pass: start-up plus a cost per second, or measured in full if it is short."""
        media_s = _media_s(outputs, self._context.info.duration_s)
        if media_s <= WHOLE_S:
            tally.sample_s = max(tally.sample_s, media_s)
            return measured()
        # The sample of a range begins where that begins.
        places = (1 / 2,) if all(output.seek for output in outputs) else PLACES
        short_s = measured(self._sample(SHORT_SAMPLE_S, 1 / 2))
        sample_s = SAMPLED_S / len(places)
        above_s = self._above_s(short_s, sample_s, places, measured)
        while above_s < ENOUGH_CPU_S and sample_s * len(places) < media_s:
            sample_s = min(sample_s * _STRETCH, media_s / len(places))
            above_s = self._above_s(short_s, sample_s, places, measured)
        tally.sample_s = max(tally.sample_s, sample_s * len(places))
        each_second_s = above_s / ((sample_s - SHORT_SAMPLE_S) * len(places))
        return short_s + each_second_s * (media_s - SHORT_SAMPLE_S)

    def _above_s(self, short_s: float, sample_s: float, places: Sequence[float], measured: _Measure) -> float:
        """What samples at these places of the source take more than the short one."""
        return sum(max(0.0, measured(self._sample(sample_s, place)) - short_s) for place in places)

    def _measured(
        self, kind: str, items: Sequence[JobItem[Any]], number: int, tally: _Tally, sample: Sample | None = None
    ) -> float:
        """Measured processor time of one pass, on a sample; None = in full."""
        with tempfile.TemporaryDirectory(prefix="media-workflows-") as name:
            plan = plan_job(kind, items, replace(self._context, work_dir=Path(name), sample=sample))
            write_assets(plan.assets)
            cpu_s = self._runner.run(plan.graphs[number], Path(name))
        tally.cpu_s += cpu_s
        return cpu_s

    def _sample(self, length_s: float, place: float) -> Sample:
        """A sample around a part of the source.

        It starts at a key frame: decoding up to its start would count as work on it.
        """
        start_s = max(0.0, self._context.info.duration_s * place - length_s / 2)
        return Sample(self._timeline.key_frame_before(start_s) + INSIDE_S, length_s)


def _only_seeks(outputs: Sequence[Output]) -> bool:
    return all(output.seek is not None and not output.seek[1] for output in outputs)


def _media_s(outputs: Sequence[Output], duration_s: float) -> float:
    """Seconds of the source that a pass processes; the mean of its outputs."""
    lengths_s = [output.seek[1] if output.seek else duration_s for output in outputs]
    return sum(lengths_s) / len(lengths_s)
