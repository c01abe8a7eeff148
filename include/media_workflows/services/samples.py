"""Samples: a few seconds of one output of an unsaved workflow. Its file is in a temporary directory and the answer."""

from __future__ import annotations

import base64
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from media_workflows.domain.base import invalid
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.domain.samples import OutputId, Sample, SampleOutput, SamplePlan, SampleRange, SkippedOutput
from media_workflows.domain.step_definition import SOURCE
from media_workflows.domain.steps import JobStep, all_items, job_steps
from media_workflows.domain.workflow import Workflow, resolved
from media_workflows.errors import (
    InvalidRequestError,
    JobCancelledError,
    LimitExceededError,
    MediaError,
    NotFoundError,
)
from media_workflows.media.ffmpeg.cancel import CancelToken, cancelled_after
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner, ffmpeg_binary, filter_names
from media_workflows.media.jobs import sample as samples
from media_workflows.media.jobs.auto_ladder.find import auto_ladder
from media_workflows.media.jobs.job import BUILDERS, run_job
from media_workflows.media.jobs.open_source import open_source
from media_workflows.media.jobs.request import ItemOutcome, JobRequest, MadeFile
from media_workflows.media.jobs.sample import SampledItem
from media_workflows.media.jobs.target_vmaf.targets import TargetVmaf
from media_workflows.media.plan.planned import build_plan
from media_workflows.media.source.probe import probe
from media_workflows.media.verify.vmaf import ssim
from media_workflows.services.buckets import storage
from media_workflows.services.places import require_allowed_workflow
from media_workflows.settings import Settings, get_settings
from media_workflows.storage.inputs import ExtraObjects, Inputs, fetched
from media_workflows.storage.source_cache import source_cache
from media_workflows.storage.source_objects import source_object
from media_workflows.store.engine import transaction
from media_workflows.store.templates import load_library

_KIND = TranscodeItem.kind
_KINDS = (_KIND, AdaptiveDynamicStreamingItem.kind)


def outputs_of(definition: Workflow, key: str) -> SamplePlan:
    """The outputs of an unsaved workflow that can be tried with an object. Raises what `make` raises."""
    workflow = allowed_workflow(definition)
    with opened(workflow, key) as inputs:
        info = probe(inputs.source)
    found: list[SampleOutput] = []
    skipped: list[SkippedOutput] = []
    for step in job_steps(workflow):
        if step.kind not in _KINDS:
            continue
        if step.reads != SOURCE:
            skipped.append(SkippedOutput(step_id=step.id, kind=step.kind, reads=step.reads))
            continue
        for number in range(len(step.items)):
            try:
                found += _outputs(step, number, info)
            except MediaError as error:
                skipped.append(SkippedOutput(step_id=step.id, kind=step.kind, message=str(error)))
    return SamplePlan(source=info, outputs=tuple(found), skipped=tuple(skipped))


def make(definition: Workflow, key: str, range_: SampleRange, output: OutputId | None) -> Sample:
    """A sample of an output of an unsaved workflow, or of the source. Raises MediaError with the reason when it fails.

    Raises InvalidRequestError, NotFoundError, NotPermittedError, StorageError, and LimitExceededError after setting
    sample_timeout_s.
    """
    workflow, settings = allowed_workflow(definition), get_settings()
    with (
        opened(workflow, key) as inputs,
        tempfile.TemporaryDirectory(prefix="media-workflows-") as work,
        cancelled_after(settings.sample_timeout_s) as bound,
    ):
        info = probe(inputs.source)
        item = samples.source_item(info) if output is None else _item(workflow, output, info)
        maker = _Maker(inputs.source, inputs.extra, key, Path(work), settings, bound)
        try:
            item, notices = maker.with_crf(item)
            made = maker.sample(samples.sampled(item, info, range_.at_s, range_.length_s), compares=output is not None)
            return made.model_copy(update={"notices": (*made.notices, *notices)})
        except JobCancelledError:
            raise LimitExceededError(
                "{length_s} s of this output could not be made within {limit_s} s (setting sample_timeout_s): try "
                "fewer seconds, or a faster encoder",
                length_s=f"{range_.length_s:g}",
                limit_s=f"{settings.sample_timeout_s:g}",
            ) from None


@dataclass(frozen=True)
class _Maker:
    """Makes one sample from a local source in `work_dir`, until `bound` ends it."""

    source: Path
    extra: Mapping[str, Path]
    key: str
    work_dir: Path
    settings: Settings
    bound: CancelToken

    def with_crf(self, item: TranscodeItem) -> tuple[TranscodeItem, tuple[Notice, ...]]:
        """The item with the crf that the whole output would have for its `target_vmaf`. Raises MediaError."""
        if not item.resolved_parameters.targets_vmaf:
            return item, ()
        context, timeline = open_source(self.source, self.work_dir, self.settings, self.extra)
        runner = self._runner(context.info.duration_s)
        try:
            found = TargetVmaf(context, timeline, runner).measuring.resolved({0: item})
        except JobCancelledError:
            raise LimitExceededError(
                "the probe encodes of target_vmaf did not end within {limit_s} s (setting sample_timeout_s): try crf "
                "instead, or a faster encoder",
                limit_s=f"{self.settings.sample_timeout_s:g}",
            ) from None
        if 0 in found.failures:
            raise found.failures[0]
        resolved = found.items[0]
        assert isinstance(resolved, TranscodeItem), "of the same kind"
        return resolved, found.notices.get(0, ())

    def sample(self, wanted: SampledItem, compares: bool) -> Sample:
        """The sample; `compares`: its quality is measured. Raises MediaError."""
        began = time.monotonic()
        measured = samples.with_measurement(wanted.item) if compares else None
        has_vmaf = "libvmaf" in filter_names(ffmpeg_binary(self.settings.ffmpeg_path))
        outcome = self._made(measured if measured and has_vmaf else samples.without_floor(wanted.item))
        made = outcome.files[0]
        size_bytes = made.path.stat().st_size
        return Sample(
            at_s=round(wanted.part.start_s, 3),
            length_s=round(wanted.part.length_s, 3),
            info=made.info or probe(made.path),
            size_bytes=size_bytes,
            bitrate_kbps=round(size_bytes * 8 / 1000 / wanted.part.length_s, 1),
            projected_bytes=round(size_bytes * wanted.whole_s / wanted.part.length_s),
            vmaf=made.vmaf,
            ssim=self._ssim(measured, made) if measured and not has_vmaf else None,
            elapsed_s=round(time.monotonic() - began, 1),
            notices=outcome.notices,
            content_type=made.content_type,
            content=self._content(made.path, size_bytes),
        )

    def _made(self, item: TranscodeItem) -> ItemOutcome:
        request = JobRequest(_KIND, [item], self.source, self.key, self.work_dir, self.extra)
        (outcome,) = run_job(request, lambda _: None, self.settings, self.bound).items
        if outcome.error:
            raise outcome.error
        return outcome

    def _ssim(self, item: TranscodeItem, made: MadeFile) -> float | None:
        context, _ = open_source(self.source, self.work_dir, self.settings, self.extra)
        quality = build_plan(BUILDERS[_KIND], context, {0: item}).items[0].quality
        assert quality is not None, "the item is measured"

        def run(graph: Stream) -> None:
            self._runner(0).run(graph, made.path.parent)

        return ssim(quality, made.path, run)

    def _runner(self, expected_duration_s: float) -> Runner:
        limits = ffmpeg_limits(self.settings, expected_duration_s)
        return Runner(ffmpeg_binary(self.settings.ffmpeg_path), limits, self.bound)

    def _content(self, path: Path, size_bytes: int) -> str:
        return "" if size_bytes > self.settings.sample_max_bytes else base64.b64encode(path.read_bytes()).decode()


def allowed_workflow(definition: Workflow) -> Workflow:
    """The workflow with its templates. Raises NotPermittedError for places that it may not use."""
    with transaction() as session:
        library = load_library(session)
    workflow = resolved(definition, library)
    require_allowed_workflow(workflow)
    return workflow


@contextmanager
def opened(workflow: Workflow, key: str) -> Iterator[Inputs]:
    """The object and what items read beside it. Raises InvalidRequestError, NotFoundError, StorageError."""
    settings, trigger = get_settings(), workflow.trigger
    if not key.startswith(trigger.prefix):
        problem = invalid("must be an object in the trigger directory '{directory}'", directory=trigger.prefix)
        raise InvalidRequestError([problem.at("key", key)])
    objects = storage()
    head = objects.head(trigger.bucket, key)
    if head is None:
        raise NotFoundError("there is no object '{key}' in bucket '{bucket}'", key=key, bucket=trigger.bucket)
    if head.size_bytes > settings.dry_run_max_bytes:
        raise LimitExceededError(
            "the object has {size} bytes, more than setting dry_run_max_bytes ({limit}): try a smaller one",
            size=head.size_bytes,
            limit=settings.dry_run_max_bytes,
        )
    source = source_object(trigger.bucket, key, head)
    extra_keys = [extra for item in all_items(workflow) for extra in item.extra_keys]
    with fetched(source_cache(settings), objects, source, ExtraObjects(extra_keys, source, trigger.prefix)) as inputs:
        yield inputs


def _outputs(step: JobStep, number: int, info: MediaInfo) -> list[SampleOutput]:
    item = step.items[number]
    if not isinstance(item, TranscodeItem | AdaptiveDynamicStreamingItem):
        return []
    if auto_ladder(item):
        raise MediaError("the streams of ladder 'auto' are chosen by probe encodes: a dry run shows them")
    return [
        SampleOutput(
            step_id=step.id,
            item=number,
            rendition=rendition,
            kind=step.kind,
            template=item.template,
            parameters=one.resolved_parameters,
        )
        for rendition, one in samples.renditions(item, info).items()
    ]


def _item(workflow: Workflow, output: OutputId, info: MediaInfo) -> TranscodeItem:
    step = next((step for step in job_steps(workflow) if step.id == output.step_id and step.reads == SOURCE), None)
    item = step.items[output.item] if step and output.item < len(step.items) else None
    if isinstance(item, TranscodeItem | AdaptiveDynamicStreamingItem) and not auto_ladder(item):
        found = samples.renditions(item, info)
        if output.rendition in found:
            return found[output.rendition]
    raise NotFoundError(
        "the workflow has no output {output} that can be tried",
        output=f"{output.step_id}[{output.item}]" + ("" if output.rendition is None else f"[{output.rendition}]"),
    )
