"""`TargetVmaf`: the items of a job with a crf in place of each `target_vmaf`, found by probe encodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, TypeVar

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.notice import Notice
from media_workflows.domain.templates import parameters_of
from media_workflows.errors import JobCancelledError, MediaError, WorkerError
from media_workflows.media.encoders.installed import vmaf_error
from media_workflows.media.ffmpeg.run import Runner
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.trim import Trim
from media_workflows.media.jobs.auto_ladder.find import AutoLadders, ChosenLadder, auto_ladder, with_rungs
from media_workflows.media.jobs.auto_ladder.find import notice_of as ladder_notice
from media_workflows.media.jobs.black_bars import BlackBarMeter
from media_workflows.media.jobs.sample import Part, main_range, picture_of, renditions
from media_workflows.media.jobs.target_vmaf.kept_choice import choice_reading
from media_workflows.media.jobs.target_vmaf.notices import NOT_TRIED, TOOK_TOO_LONG, notice_of
from media_workflows.media.jobs.target_vmaf.probing import Prober
from media_workflows.media.jobs.target_vmaf.search import Found, Rendition, RenditionId, search, unprobed
from media_workflows.media.jobs.target_vmaf.windows import SourceRate, most_probes, windows
from media_workflows.media.plan.planned import Builder, ItemPlan, Plan, build_plan
from media_workflows.media.source.kept_readings import Reading
from media_workflows.media.source.timeline import SourceTimeline

_ItemT = TypeVar("_ItemT", bound=JobItem[Any])

_MOST_FROM_START_S = 30.0  # of a source in which no seek is possible


@dataclass(frozen=True)
class Resolved:
    """The items whose crf is known, by index, with what is said of it, and the errors of the others.

    `cpu_s` is the processor time of the probes.
    """

    items: dict[int, JobItem[Any]]
    notices: dict[int, tuple[Notice, ...]] = field(default_factory=dict)
    failures: dict[int, MediaError] = field(default_factory=dict)
    cpu_s: float = 0.0

    def plan(self, builder: Builder, context: BuildContext) -> Plan:
        """The plan of the job, with these notices and failures."""
        plan = build_plan(builder, context, self.items)
        items = {index: self.with_notices(index, one) for index, one in plan.items.items()}
        return replace(plan, items=items, failures={**plan.failures, **self.failures})

    def with_notices(self, index: int, plan: ItemPlan) -> ItemPlan:
        """The plan of an item, with its notices."""
        return replace(plan, notices=(*plan.notices, *self.notices.get(index, ())))


@dataclass
class TargetVmaf:
    """Finds the crf of items on one source. What was found is kept beside the source. `on_probe`: see `Prober`."""

    context: BuildContext
    timeline: SourceTimeline
    runner: Runner
    on_probe: Callable[[], None] = lambda: None

    def resolved(self, items: Mapping[int, JobItem[Any]]) -> Resolved:
        """The items, by their index in the job; those without a target as they are.

        Where probes fail, the crf is a usual one, as the notice says. Raises JobCancelledError and WorkerError.
        """
        prober = Prober(self.context, self.runner, self.context.work_dir / "probes", self.on_probe)
        found = self._with_crf(items, partial(self._found, prober), lambda item: self._ladders.found(item, prober))
        return replace(found, cpu_s=prober.cpu_s)

    @cached_property
    def measuring(self) -> TargetVmaf:
        """The same with the black bars of the source measured, as a run has them."""
        context = self.context
        return replace(self, context=replace(context, black_bars=BlackBarMeter(context, self.runner.run)))

    def foreseen(self, items: Mapping[int, JobItem[Any]], tries: bool) -> Resolved:
        """As a dry run has them: found by probes if it `tries` and they end in time, else with a usual crf."""
        if not tries:
            return self._assumed(items, NOT_TRIED)
        try:
            return self.measuring.resolved(items)
        except JobCancelledError:
            return self._assumed(items, TOOK_TOO_LONG)
        except WorkerError as error:
            return self._assumed(items, str(error).partition("; last output")[0])

    def _assumed(self, items: Mapping[int, JobItem[Any]], reason: str) -> Resolved:
        """The items with a usual crf; for the `reason` see `notice_of`."""

        def find(asked: Mapping[RenditionId, Rendition]) -> dict[RenditionId, Found]:
            return {id_: unprobed(one, reason) for id_, one in asked.items()}

        return self._with_crf(items, find, lambda item: self._ladders.usual(item, reason))

    def _with_crf(
        self,
        items: Mapping[int, JobItem[Any]],
        find: Callable[[Mapping[RenditionId, Rendition]], Mapping[RenditionId, Found]],
        choose: Callable[[AdaptiveDynamicStreamingItem], ChosenLadder],
    ) -> Resolved:
        asked: dict[RenditionId, Rendition] = {}
        found = Resolved(dict(items))
        for index, item in items.items():
            try:
                asked |= {(index, number): one for number, one in self._renditions(item)}
                if ladder := auto_ladder(item):
                    choice = choose(ladder)
                    found.items[index] = with_rungs(ladder, choice.rungs, choice.source_px)
                    found.notices[index] = (ladder_notice(ladder, choice),)
            except MediaError as error:
                found.failures[index] = error
                del found.items[index]
        crfs = find(asked) if asked else {}
        for index in {index for index, _ in asked}:
            mine = {number: one for (of, number), one in crfs.items() if of == index}
            found.items[index] = _chosen(items[index], mine)
            found.notices[index] = tuple(notice_of(asked[index, number], number, one) for number, one in mine.items())
        return found

    def _renditions(self, item: JobItem[Any]) -> Iterator[tuple[int | None, Rendition]]:
        """The pictures of an item that have a target. Raises MediaError, also where libvmaf is missing."""
        if not isinstance(item, TranscodeItem | AdaptiveDynamicStreamingItem):
            return
        asked: TranscodeItem | AdaptiveDynamicStreamingItem = _with_parameters(item, parameters_of(item))
        if not asked.resolved_parameters.targets_vmaf or self.context.info.video is None:
            return
        if missing := vmaf_error(self.runner.binary):
            raise missing
        found: dict[int | None, TranscodeItem] = (
            {None: asked}
            if isinstance(asked, TranscodeItem)
            else renditions(asked, self.context.info, self.context.black_bars)
        )
        for number, one in found.items():
            video = one.resolved_parameters.video
            if video and video.target_vmaf is not None:
                yield number, self._rendition(picture_of(one, self.context.info), video.codec, video.target_vmaf)

    @cached_property
    def _rate(self) -> SourceRate:
        video = self.context.info.video
        fps = video.fps if video and video.fps else SourceRate.fps
        return SourceRate(self.timeline.bytes_of_seconds, self.timeline.key_frames_s, fps)

    @property
    def _ladders(self) -> AutoLadders:
        whole = Trim(0.0, self.context.info.duration_s, whole=True)
        return AutoLadders(self.context, windows(self._seekable(whole), self._rate))

    def _rendition(self, picture: TranscodeItem, codec: str, target: float) -> Rendition:
        whole = self._seekable(main_range(picture, self.context.info))
        parts = windows(whole, self._rate)
        return Rendition(picture, codec, target, parts, most_probes(parts, whole.length_s))

    def _seekable(self, shown: Trim) -> Part:
        """The range from which windows are taken; the first seconds where each would be decoded from the start."""
        middle_s = shown.start_s + shown.length_s / 2
        can_seek = self.context.seek_s(middle_s) is not None
        return Part(shown.start_s, shown.length_s if can_seek else min(shown.length_s, _MOST_FROM_START_S))

    def _found(self, prober: Prober, asked: Mapping[RenditionId, Rendition]) -> dict[RenditionId, Found]:
        readings = {id_: self._reading(one) for id_, one in asked.items()}
        kept = {id_: reading.found() for id_, reading in readings.items() if reading}
        known: dict[RenditionId, Found] = {id_: one.value for id_, one in kept.items() if one}
        found = known | search({id_: one for id_, one in asked.items() if id_ not in known}, prober)
        for id_, reading in readings.items():
            if reading and id_ not in known and not found[id_].problem:
                reading.keep(found[id_])
        return found

    def _reading(self, rendition: Rendition) -> Reading | None:
        """Where the choice is kept."""
        identity = rendition.windows, rendition.most_probes
        return choice_reading(self.context.source, __name__, rendition.item, identity, self.runner.binary)


def _chosen(item: JobItem[Any], found: Mapping[int | None, Found]) -> JobItem[Any]:
    """The item with a crf for each of its targets."""
    parameters = parameters_of(item)
    if isinstance(item, TranscodeItem):
        changes: dict[str, Any] = {"video": _with_found(parameters.video, found[None])}
    else:
        streams = [
            stream.model_copy(update={"video": _with_found(stream.video, found.get(number))})
            for number, stream in enumerate(parameters.streams)
        ]
        changes = {"streams": streams}
    return _with_parameters(item, parameters.model_copy(update=changes))


def _with_parameters(item: _ItemT, parameters: Any) -> _ItemT:
    """The item with these parameters in place of those of its template."""
    changes = {"parameters": parameters, **({"override": None} if isinstance(item, TranscodeItem) else {})}
    return item.model_copy(update=changes)


def _with_found(video: VideoParameters | None, found: Found | None) -> VideoParameters | None:
    """The parameters with the crf; as they are for a stream that the ladder leaves out for this source."""
    if video is None or found is None:
        return video
    return video.model_copy(update={"crf": found.choice.crf, "target_vmaf": None})
