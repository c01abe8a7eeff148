"""What a run would cost: estimates of its steps, and what cloud services would bill for its planned outputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from media_workflows.domain.costs.bill import bill_of
from media_workflows.domain.costs.billed_outputs import BILLED_KINDS
from media_workflows.domain.costs.learned import LearnedCost, PastStep, SourceWork, corrected_trial, learned_cost
from media_workflows.domain.costs.own_cost import own_prices
from media_workflows.domain.costs.vendor_bill import BilledOutput
from media_workflows.domain.dry_run import CpuEstimate, DryRunCost, PlannedJob
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.usage import Usage
from media_workflows.media.jobs.estimate import elapsed_s
from media_workflows.media.plan.planned import Expectation, Plan
from media_workflows.plural import counted
from media_workflows.services.price_tables import price_tables
from media_workflows.settings import Settings

_PROBED = {"h265": "hevc", "h266": "vvc", "mpeg2": "mpeg2video"}  # names of parameters -> those of the probe


def learned_estimate(past: Sequence[PastStep], source: MediaInfo) -> CpuEstimate | None:
    """The estimate of a step from past runs; None = there are too few."""
    found = learned_cost(past, SourceWork.of(source))
    if found is None:
        return None
    note = f"an estimate, from {counted(found.runs, 'past run')} of this revision"
    return CpuEstimate(cpu_s=found.cpu_s, wall_s=found.wall_s, bytes_out=found.bytes_out, runs=found.runs, note=note)


def corrected_estimate(past: Sequence[PastStep], source: MediaInfo, trial: CpuEstimate) -> CpuEstimate | None:
    """The estimate from a trial with what past runs used besides; None = there are too few, or the trial has none."""
    if not trial.cpu_s:
        return None
    found = corrected_trial(past, SourceWork.of(source), trial.cpu_s)
    if found is None:
        return None
    note = f"{trial.note}, and from {counted(found.runs, 'past run')} of this revision"
    of_runs = {"cpu_s": found.cpu_s, "wall_s": found.wall_s, "bytes_out": found.bytes_out, "runs": found.runs}
    return trial.model_copy(update={**of_runs, "note": note})


def with_elapsed(estimate: CpuEstimate, settings: Settings) -> CpuEstimate:
    """A trial's estimate with the time that it takes if all cores of this machine work for it."""
    if estimate.cpu_s is None:
        return estimate
    return estimate.model_copy(update={"wall_s": round(elapsed_s(estimate.cpu_s, settings), 2)})


def with_probes(estimate: CpuEstimate, cpu_s: float) -> CpuEstimate:
    """A trial's estimate with the processor time of the probe encodes, which a run makes, too."""
    changes = {"measured_cpu_s": round(estimate.measured_cpu_s + cpu_s, 2)}
    if estimate.cpu_s is not None:
        changes["cpu_s"] = round(estimate.cpu_s + cpu_s, 2)
    return estimate.model_copy(update=changes)


def cost_of(
    jobs: Sequence[PlannedJob],
    further: Mapping[str, LearnedCost],
    outputs: Iterable[BilledOutput],
    source: MediaInfo,
    settings: Settings,
) -> DryRunCost:
    """The cost of all steps. `further` are steps that no job of the definition has, by id: features, for example."""
    running = [job for job in jobs if job.forecast is None or job.forecast.may_run]
    found: list[CpuEstimate | LearnedCost] = [job.estimate for job in running if job.estimate]
    known: list[CpuEstimate | LearnedCost] = [one for one in (*found, *further.values()) if one.cpu_s is not None]
    unknown = tuple(job.step_id for job in running if job.estimate is None or job.estimate.cpu_s is None)
    written = [one.bytes_out for one in known]
    bytes_out = None if unknown or None in written else sum(size or 0 for size in written)
    usage = Usage(
        cpu_s=round(sum(one.cpu_s or 0 for one in known), 2),
        wall_s=round(sum(one.wall_s or 0 for one in known), 2),
        bytes_in=source.size_bytes,
        bytes_out=bytes_out or 0,
    )
    prices = own_prices(settings)
    if bytes_out is None:
        prices = prices.model_copy(update={"per_gb_stored": None, "per_gb_transferred": None})
    tables, problems = price_tables(settings)
    bill = bill_of(usage, list(outputs), prices, tables)
    return DryRunCost(
        cpu_s=usage.cpu_s if known or not unknown else None,
        wall_s=usage.wall_s if known or not unknown else None,
        bytes_in=usage.bytes_in,
        bytes_out=bytes_out,
        runs=min((one.runs for one in known), default=0),
        unknown=unknown,
        own=bill.own if known or not unknown else None,
        services=bill.services,
        problems=tuple(problems),
    )


def planned_outputs(kind: str, items: Sequence[JobItem[Any]], plan: Plan, source: MediaInfo) -> Iterator[BilledOutput]:
    """The outputs of a job that services bill."""
    if kind not in BILLED_KINDS:
        return
    for index, item in enumerate(items):
        for file in plan.items[index].files if index in plan.items else ():
            if file.expects.duration_s and (file.expects.video or file.expects.audio):
                yield _billed(file.expects, file.expects.duration_s, item.resolved_parameters, source)


def _billed(expects: Expectation, duration_s: float, parameters: Any, source: MediaInfo) -> BilledOutput:
    streams = getattr(parameters, "streams", None) or [parameters]
    videos = {stream.video.codec for stream in streams if stream.video}
    audios = {stream.audio.codec for stream in streams if stream.audio}
    is_copy = (videos | audios) == {"copy"}
    if not expects.video:
        return BilledOutput(billed_as="remux" if is_copy else "audio", duration_s=duration_s)
    codec = next(iter(videos)) if len(videos) == 1 else ""  # of sub-streams with several codecs, each is known later
    shown = source.video
    if codec == "copy" and shown:
        codec = shown.codec
    width = expects.width or (shown.display_width if shown else 0)
    height = expects.height or (shown.display_height if shown else 0)
    return BilledOutput(
        billed_as="remux" if is_copy else "video",
        codec=_PROBED.get(codec, codec),
        short_edge_px=min(width, height),
        long_edge_px=max(width, height),
        duration_s=duration_s,
    )
