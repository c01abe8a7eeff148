"""`AutoLadders`: the ladders of a job with the streams that were chosen for their source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from media_workflows.domain.jobs.adaptive_dynamic_streaming import (
    AdaptiveDynamicStreamingItem,
    AdaptiveDynamicStreamingParameters,
)
from media_workflows.domain.jobs.auto_ladder import AutoLadder
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.notice import Notice
from media_workflows.domain.templates import parameters_of
from media_workflows.errors import MediaError
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.auto_ladder.choice import Rung, chosen_rungs, probed_crfs, short_sides_px, usual_rungs
from media_workflows.media.jobs.sample import Part, picture_of, renditions
from media_workflows.media.jobs.target_vmaf.choice import Probe
from media_workflows.media.jobs.target_vmaf.kept_choice import choice_reading
from media_workflows.media.jobs.target_vmaf.notices import why_unprobed
from media_workflows.media.jobs.target_vmaf.probing import Prober
from media_workflows.media.jobs.target_vmaf.search import Rendition, RenditionId, cause_of
from media_workflows.media.packaging.ladder import ladder

_PEAK = 2  # over the average: the peak that Apple's authoring specification permits
_LEAST_KBPS = 128  # of max_bitrate_kbps


class ChosenLadder(NamedTuple):
    """The ladder of a source whose shorter side is `source_px`; `problem` says why it is not from probes."""

    rungs: list[Rung]
    source_px: int
    problem: str = ""


@dataclass
class AutoLadders:
    """Chooses ladders for one source. What was chosen is kept beside the source."""

    context: BuildContext
    windows: tuple[Part, ...]

    def found(self, item: AdaptiveDynamicStreamingItem, prober: Prober) -> ChosenLadder:
        """The ladder by probes; a usual one where they fail. Raises MediaError for a source without a picture."""
        reading = choice_reading(self.context.source, __name__, item, self.windows, prober.runner.binary)
        if reading and (kept := reading.found()):
            choice: ChosenLadder = kept.value
            return choice
        choice = self._probed(item, prober)
        if reading and not choice.problem:
            reading.keep(choice)
        return choice

    def usual(self, item: AdaptiveDynamicStreamingItem, problem: str) -> ChosenLadder:
        """A ladder without probes. Raises MediaError for a source without a picture."""
        parameters = item.resolved_parameters
        source_px = self._source_px(parameters)
        return ChosenLadder(usual_rungs(source_px, _codec(parameters), _limits(parameters)), source_px, problem)

    def _probed(self, item: AdaptiveDynamicStreamingItem, prober: Prober) -> ChosenLadder:
        parameters = item.resolved_parameters
        codec, heights = _codec(parameters), short_sides_px(self._source_px(parameters))
        tried = with_rungs(item, [Rung(height, 0, 0.0, 0) for height in heights], heights[-1])
        pictures = {
            number: Rendition(picture_of(one, self.context.info), codec, 0.0, self.windows, 1)
            for number, one in renditions(tried, self.context.info, self.context.black_bars).items()
        }
        probes: dict[int, list[Probe]] = {height: [] for height in heights}
        for crf in probed_crfs(codec):
            asked = {(0, number): (picture, crf) for number, picture in pictures.items()}
            made: Mapping[RenditionId, Probe | MediaError] = prober.on_one_screen(asked)
            for height, probe in zip(heights, made.values(), strict=True):
                if isinstance(probe, MediaError):
                    return self.usual(item, cause_of(probe))
                probes[height].append(probe)
        return ChosenLadder(chosen_rungs(probes, _limits(parameters)), heights[-1])

    def _source_px(self, parameters: AdaptiveDynamicStreamingParameters) -> int:
        """The shorter side of the source after its changes."""
        rungs = ladder(parameters, self.context.info, black_bars=self.context.black_bars)
        picture = rungs[0].picture
        assert picture is not None, "the stream of an automatic ladder has a picture"
        return min(picture.source.width, picture.source.height)


def auto_ladder(item: JobItem[Any]) -> AdaptiveDynamicStreamingItem | None:
    """The item with its parameters, if it is a ladder whose streams are to be chosen."""
    if not isinstance(item, AdaptiveDynamicStreamingItem):
        return None
    item = item.model_copy(update={"parameters": parameters_of(item)})
    return item if item.resolved_parameters.ladder == "auto" else None


def with_rungs(
    item: AdaptiveDynamicStreamingItem, rungs: Sequence[Rung], source_px: int
) -> AdaptiveDynamicStreamingItem:
    """The item with these streams, made like its one; a peak is limited where a bitrate is expected."""
    parameters = item.resolved_parameters
    (pattern,), most_kbps = parameters.streams, _limits(parameters).max_bitrate_kbps
    assert pattern.video is not None, "the stream of an automatic ladder has a picture"
    streams = []
    for rung in rungs:
        cap_kbps = min(most_kbps, max(_LEAST_KBPS, _PEAK * rung.kbps)) if rung.kbps else 0
        height = 0 if rung.short_side_px == source_px else rung.short_side_px  # 0: as the source, whatever its width
        video = pattern.video.model_copy(update={"height": height, "crf": rung.crf, "max_bitrate_kbps": cap_kbps})
        streams.append(pattern.model_copy(update={"video": video}))
    changes = {
        "ladder": "streams",
        "auto_ladder": None,
        "streams": streams,
        # None is above the source; one of an odd source's own size, rounded up, would count as above it.
        "disable_higher_video_resolution": False,
    }
    return item.model_copy(update={"parameters": parameters.model_copy(update=changes)})


def notice_of(item: AdaptiveDynamicStreamingItem, choice: ChosenLadder) -> Notice:
    """The streams and why they are these."""
    limits = _limits(item.resolved_parameters)
    parameters: dict[str, str | int | float] = {"top_vmaf": limits.top_vmaf, "vmaf_gap": limits.vmaf_gap}
    if choice.problem:
        rungs = ", ".join(f"{rung.short_side_px}p crf {rung.crf}" for rung in choice.rungs)
        reason, cause, why = why_unprobed(choice.problem)
        parameters |= {"rungs": rungs, "reason": reason, "cause": cause}
        return Notice(
            code="LadderNotProbed",
            message=f"the ladder is not from probe encodes: {why}: {rungs}",
            parameters=parameters,
        )
    rungs = ", ".join(f"{one.short_side_px}p crf {one.crf}, {one.kbps} kbps = {one.vmaf:.1f}" for one in choice.rungs)
    parameters |= {"rungs": rungs}
    steps = f"VMAF {limits.top_vmaf:g} at the source's size and steps of {limits.vmaf_gap:g}"
    message = f"the cheapest sizes for {steps}: {rungs}"
    return Notice(code="LadderChosen", message=message, parameters=parameters)


def _limits(parameters: AdaptiveDynamicStreamingParameters) -> AutoLadder:
    return parameters.auto_ladder or AutoLadder()


def _codec(parameters: AdaptiveDynamicStreamingParameters) -> str:
    video = parameters.streams[0].video
    assert video is not None, "the stream of an automatic ladder has a picture"
    return video.codec
