"""`run_job`: plans, encodes and verifies all items of one kind in the work directory."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from media_workflows.domain.jobs import MEDIA_KINDS
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.notice import Notice
from media_workflows.errors import (
    EncodeError,
    IncompleteSourceError,
    LimitExceededError,
    MediaError,
    OutputRejectedError,
)
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.decode_log import DecodeLog
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.progress import Progress
from media_workflows.media.ffmpeg.run import Runner, ffmpeg_binary, write_assets
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.overlay.drawing_check import drawing_error
from media_workflows.media.jobs.black_bars import BlackBarMeter
from media_workflows.media.jobs.encryption import Encrypting
from media_workflows.media.jobs.kept_source import OnLarger
from media_workflows.media.jobs.loudness import LoudnessMeter
from media_workflows.media.jobs.open_source import open_source
from media_workflows.media.jobs.request import ItemOutcome, JobOutcome, JobRequest, MakeDivided
from media_workflows.media.jobs.split.not_split import NotSplitError
from media_workflows.media.jobs.target_vmaf.search import cause_of
from media_workflows.media.jobs.target_vmaf.targets import Resolved, TargetVmaf
from media_workflows.media.jobs.verified_items import Made, Result, Verifier
from media_workflows.media.plan.planned import Builder, ItemPlan, Plan, build_plan
from media_workflows.media.verify.outputs import check_moment
from media_workflows.settings import Settings, get_settings

# Increment when a builder makes different bytes from the same parameters: earlier outputs are then not reused.
RECIPE_VERSION = 11

# `build` of the module that has the kind's name.
BUILDERS: dict[str, Builder] = {kind: import_module(f"{__package__}.{kind}").build for kind in MEDIA_KINDS}


def run_job(
    request: JobRequest,
    on_progress: Callable[[Progress], None],
    settings: Settings | None = None,
    cancellation: CancelToken | None = None,
    builder: Builder | None = None,
) -> JobOutcome:
    """Make the items of a request, by the builder of their kind unless another one is given.

    `on_progress` is called at the start of each phase (probing, encoding, verifying) and while ffmpeg runs.
    A failed item does not stop the others: its outcome holds the error. Raises UnreadableSourceError or
    IncompleteSourceError for a source that no item can use, and JobCancelledError after `cancellation.cancel()`.
    """
    chosen = builder or BUILDERS[request.kind]
    return _Job(request, on_progress, settings or get_settings(), cancellation or CancelToken(), chosen).outcome()


class _Job:
    def __init__(
        self,
        request: JobRequest,
        on_progress: Callable[[Progress], None],
        settings: Settings,
        cancellation: CancelToken,
        builder: Builder,
    ) -> None:
        self._build = builder
        self._kind, self._items = request.kind, request.items
        self._source_key, self._key_of, self._divide = request.source_key, request.key_of, request.divide
        self._early = request.early
        self._not_split: dict[int, Notice] = {}  # by the item's index
        self._on_progress = on_progress
        binary = ffmpeg_binary(settings.ffmpeg_path)
        on_progress(Progress(percent=0.0, phase="probing"))
        self._context, self._timeline = open_source(request.source, request.work_dir, settings, request.extra)
        self.info = self._context.info
        limits = ffmpeg_limits(settings, _read_s(self._context, request.items))
        self._runner = Runner(binary, limits, cancellation)
        loudness = LoudnessMeter(self._context.source, request.work_dir, self._measure)
        self._verifier = Verifier(request, self.info, self._timeline, loudness, self._measure)
        black_bars = BlackBarMeter(self._context, self._measure)
        encrypting = Encrypting(request.content_key, settings.packager_path, limits, cancellation)
        self._context = replace(
            self._context,
            source_name=request.source_key,
            loudness=loudness,
            black_bars=black_bars,
            read_text=request.read_text,
            content_key=encrypting.content_key,
            run_packager=encrypting.run_packager,
        )
        self._on_larger = OnLarger(request.source, request.source_key, self.info)
        self._resolved = Resolved({})

    def _builder(self, context: BuildContext, item: JobItem[Any], index: int) -> ItemPlan:
        """The plan of an item. Raises for moments that a cut source lacks: ffmpeg may search for them forever.

        And for names that the storage would refuse: they are known now, and the encode may take hours.
        """
        plan = self._build(context, item, index)
        if item is self._resolved.items.get(index):  # and not what takes its place
            plan = self._resolved.with_notices(index, plan)
        if self._key_of:
            for file in (*plan.files, *plan.further):
                self._key_of(file.pattern, {**file.longest, **file.variables})
        for file in plan.files:
            check_moment(file, self._timeline)
        return plan

    def outcome(self) -> JobOutcome:
        self._resolved = self._with_crf()
        made = self._divided()
        undivided = {index: item for index, item in self._resolved.items.items() if index not in made}
        plan = build_plan(self._builder, self._context, undivided)
        results = self._results(plan, self._context.work_dir) if undivided else {}
        # A pass may fail because of another item, or of a seek that the file's index does not support.
        retried = [i for i, result in results.items() if _may_improve(result, is_shared=len(plan.items) > 1)]
        for index in retried if plan.has_alternative else ():
            results[index] = _better(results[index], self._alone(index))
        results |= made
        results |= self._resolved.failures
        for index, item in enumerate(self._items):
            if isinstance(item, TranscodeItem):
                results[index] = self._on_larger.result(item, results[index], partial(self._alone, index))
        return JobOutcome(
            self.info, tuple(self._item_outcome(index, results[index]) for index in range(len(self._items)))
        )

    def _item_outcome(self, index: int, result: Result) -> ItemOutcome:
        item = self._items[index]
        if isinstance(result, MediaError):
            return ItemOutcome(item, (), result)
        not_split = [self._not_split[index]] if index in self._not_split else []
        early = self._early.notices_of(index) if self._early else ()
        return ItemOutcome(item, result.files, None, (*result.notices, *not_split, *early))

    def _with_crf(self) -> Resolved:
        """The items with a crf for each `target_vmaf`; for another builder as they are: it encodes no such picture."""
        items = dict(enumerate(self._items))
        if self._build is not BUILDERS.get(self._kind):
            return Resolved(items)

        def on_probe() -> None:
            self._on_progress(Progress(percent=0.0, phase="probing"))

        targets = TargetVmaf(self._context, self._timeline, self._runner, on_probe)
        return targets.resolved(items)

    def _divided(self) -> dict[int, Result]:
        """The items, by index, that `divide` has made; with notices why it has not made others."""
        made: dict[int, Result] = {}
        for index, item in self._resolved.items.items() if self._divide else ():
            try:
                result = self._divided_item(index, item)
            except NotSplitError as error:
                self._not_split[index] = error.notice
                continue
            if result is not None:
                made[index] = result
        return made

    def _divided_item(self, index: int, item: JobItem[Any]) -> Result | None:
        """None = one encode is to make it. Raises NotSplitError where that has a reason."""
        work_dir = self._context.work_dir / f"divided{index}"
        work_dir.mkdir(parents=True, exist_ok=True)
        try:
            make = self._how_to_divide(replace(self._context, work_dir=work_dir), item)
            if make is None:
                return None
            plan = build_plan(self._builder, self._context, {index: item})
            if index in plan.failures:
                return plan.failures[index]
            write_assets(plan.assets)
            notices = make(plan.items[index])
        except EncodeError as error:  # of which one encode finds the cause
            raise NotSplitError("failed", cause_of(error)) from error
        except LimitExceededError as error:
            return error
        finally:
            shutil.rmtree(work_dir, ignore_errors=True)
        self._on_progress(Progress(percent=100.0, phase="verifying"))
        result = self._verifier.results({index: plan.items[index]}, {})[index]
        if isinstance(result, OutputRejectedError):
            raise NotSplitError("rejected", str(result))
        return result if isinstance(result, MediaError) else replace(result, notices=(*result.notices, *notices))

    def _how_to_divide(self, context: BuildContext, item: JobItem[Any]) -> MakeDivided | None:
        """None = it is not divided. Raises NotSplitError, also at a limit: one encode needs no index of the frames."""
        assert self._divide is not None
        try:
            return self._divide(context, item, self._runner)
        except LimitExceededError as error:
            raise NotSplitError("failed", str(error)) from error

    def _alone(self, index: int, item: JobItem[Any] | None = None) -> Result:
        """The result of one item alone, decoded from the start instead of after a seek; or of `item` in its place."""
        if self._early:
            self._early.withdraw(index)
        context = replace(self._context, work_dir=self._context.work_dir / f"alone{index}", seek=False)
        plan = build_plan(self._builder, context, {index: item or self._resolved.items[index]})
        return self._results(plan, context.work_dir)[index]

    def _results(self, plan: Plan, work_dir: Path) -> dict[int, Result]:
        """Run and verify a plan; returns a result for every item."""
        results: dict[int, Result] = dict(plan.failures)
        try:
            damage = self._run(plan, work_dir)
        except (EncodeError, LimitExceededError) as error:
            return results | dict.fromkeys(plan.items, self._cause(error, plan))
        self._on_progress(Progress(percent=100.0, phase="verifying"))
        return results | self._verifier.results(plan.items, damage)

    def _cause(self, error: MediaError, plan: Plan) -> MediaError:
        """The reason of a failed pass: a drawing, or a cut file, at whose end ffmpeg may fail instead of stopping."""
        if isinstance(error, EncodeError) and (drawing := drawing_error(plan.assets, self._measure)):
            return drawing
        if isinstance(error, EncodeError) and self._timeline.is_cut:
            return IncompleteSourceError(
                "the source is incomplete, and ffmpeg failed at its end; upload it again: {cause}\n{output}",
                cause=self._timeline.cut_error(),
                output=error,
            )
        return error

    def _run(self, plan: Plan, work_dir: Path) -> dict[int, DecodeLog]:
        """Encode all outputs; returns the logged damage of the source, by item."""
        work_dir.mkdir(parents=True, exist_ok=True)
        for file in (file for item in plan.items.values() for file in item.files):
            file.path.unlink(missing_ok=True)  # a file of an earlier attempt must not count as this one's
        write_assets(plan.assets)
        self._on_progress(Progress(percent=0.0))
        damage: dict[int, DecodeLog] = {}
        with self._publishing_early(plan):
            for number, graph in enumerate(plan.graphs):
                report, log = _share_of(self._on_progress, number, len(plan.graphs)), DecodeLog()
                self._runner.run(graph, work_dir, plan.expected_duration_s, report, log)
                for index in plan.items_of(number):
                    plan.items[index].on_log(log)
                damage |= dict.fromkeys(plan.items_of(number), log) if log.count else {}
        return damage

    def _publishing_early(self, plan: Plan) -> ExitStack:
        """Publishes the items that are to be playable early, until it is left."""
        with ExitStack() as stack:
            for index, item in plan.items.items():
                if self._early and item.early:
                    grow = partial(item.early.growth, source_key=self._source_key)
                    stack.enter_context(self._early.beside(index, self._items[index], grow))
            return stack.pop_all()

    def _measure(self, graph: Stream, directory: Path) -> None:
        """Run a graph that writes nothing but measurements."""
        self._runner.run(graph, directory)


def _read_s(context: BuildContext, items: Iterable[JobItem[Any]]) -> float:
    """Seconds of media that the job reads at most: its files, and each of them again for each cut."""
    files_s = {"": context.info.duration_s, **{key: one.info.duration_s for key, one in context.extra.items()}}
    cuts = (cut for item in items if isinstance(item, TranscodeItem) for cut in item.cuts)
    return sum(files_s.values()) + sum(files_s.get(cut.key, 0.0) for cut in cuts)


def _may_improve(result: Result, is_shared: bool) -> bool:
    """Whether a decode of the item alone, from the start, may give a better result.

    At a limit that was another item's, if any: a decode from the start takes longer.
    """
    if isinstance(result, LimitExceededError):
        return is_shared
    return result.suspect if isinstance(result, Made) else isinstance(result, (EncodeError, OutputRejectedError))


def _better(first: Result, again: Result) -> Result:
    """The result of the second attempt; if that failed, a verified first one, with its notice of damage."""
    return first if isinstance(again, MediaError) and isinstance(first, Made) else again


def _share_of(on_progress: Callable[[Progress], None], number: int, count: int) -> Callable[[Progress], None]:
    """A callback that reports the progress of one of several passes as progress of the job."""

    def report(progress: Progress) -> None:
        on_progress(replace(progress, percent=round((100 * number + progress.percent) / count, 1)))

    return report
