"""`PublishedLadder`: a ladder that a late add-on joins, read from the records of the run that made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.add_ons import AddOn
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject
from media_workflows.domain.run import Run
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.steps import JobStep, job_steps
from media_workflows.execution.request import OutputPlace
from media_workflows.media.jobs.late_track import LateTrack
from media_workflows.media.jobs.request import MadeFile
from media_workflows.media.packaging.contents import ManifestContents, from_record
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.naming import UNPUBLISHED, fill_in
from media_workflows.storage.object_arguments import ObjectArguments
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction
from media_workflows.store.sidecars import Sidecar
from media_workflows.store.workflows import resolved_at


@dataclass(frozen=True)
class PublishedLadder:
    """The run with its definition, and the step and item that made the ladder."""

    run: Run
    source: SourceObject
    step: JobStep
    result: JobResult
    sidecar: Sidecar
    manifest: OutputRecord

    @property
    def shown(self) -> str:
        """The manifest's 'bucket/key', for logs and errors."""
        return f"{self.manifest.bucket}/{self.manifest.key}"

    @property
    def item(self) -> AdaptiveDynamicStreamingItem:
        item = self.step.items[self.sidecar.item]
        assert isinstance(item, AdaptiveDynamicStreamingItem)
        return item

    @property
    def made(self) -> ItemResult:
        return self.result.items[self.sidecar.item]

    @cached_property
    def contents(self) -> ManifestContents:
        """What the manifest lists."""
        return from_record(self.manifest.contents or {})

    def numbers_in(self, add_ons: Sequence[AddOn]) -> list[int]:
        """The numbers of those that the object is."""
        prefix, key = self.run.workflow.trigger.prefix, self.sidecar.key
        patterns = [add_on.key for add_on in add_ons]
        return [n for n, one in enumerate(patterns) if one and fill_in(one, self.source.key, prefix, {}) == key]

    @cached_property
    def _place(self) -> OutputPlace:
        """Where its files are: in the output directory, or in the quarantine of a review's gate."""
        workflow, key = self.run.workflow, StepKey(self.run.workflow_id, self.run.run_id, self.step.id)
        place = replace(OutputPlace.of_workflow(workflow, self.step.output_of(workflow), key), prefix="")
        variables = {"definition": str(self.item.definition), "format": self.item.resolved_parameters.file_format}
        expected = place.key_of(self.item.path_pattern, self.source.key, variables)
        return replace(place, bucket=self.manifest.bucket, prefix=self.manifest.key.removesuffix(expected))

    def key_of(self, file: PlannedFile | MadeFile) -> str:
        """The key of one of its files."""
        return self.key(file.pattern, file.variables)

    def key(self, pattern: str, variables: Mapping[str, str]) -> str:
        """The key of a name of one of its files. Raises OutputNameError."""
        return self._place.key_of(pattern, self.source.key, variables)

    def stored(self, file: MadeFile) -> ObjectArguments:
        """How one of its files is stored."""
        return self._place.arguments_of(self.item, file.role, self.source.key, file.variables)

    def result_with(self, track: LateTrack, made: Sequence[OutputRecord], result: JobResult) -> JobResult:
        """The step's result with a track that has joined: its outputs and notices; the add-on is no longer missing."""
        places, key = {(one.bucket, one.key) for one in made}, track.add_on.key
        outputs = (*(one for one in self.made.outputs if (one.bucket, one.key) not in places), *made)
        kept = [n for n in self.made.notices if n.code != "AddOnMissing" or n.parameters.get("key") != key]
        items = list(result.items)
        items[self.sidecar.item] = self.made.model_copy(
            update={
                "outputs": outputs,
                "notices": tuple({one.message: one for one in (*kept, *track.notices)}.values()),
            }
        )
        return result.model_copy(update={"items": tuple(items)})


def published_ladder(sidecar: Sidecar) -> PublishedLadder | None:
    """The ladder that an object is an add-on of; None = its run has published none."""
    with transaction() as session:
        record = store.get_run(session, sidecar.workflow_id, sidecar.run_id)
        if record is None or record.source is None or record.revision is None:
            return None
        workflow = resolved_at(session, sidecar.workflow_id, record.revision)
    step = next((one for one in job_steps(workflow) if one.id == sidecar.step_id), None)
    manifest = manifest_of(record.jobs, sidecar)
    if step is None or manifest is None:
        return None
    result = next(one for one in record.jobs if one.step == sidecar.step)
    run = Run(sidecar.workflow_id, sidecar.run_id, record.revision, workflow)
    return PublishedLadder(run, record.source, step, result, sidecar, manifest)


def manifest_of(results: Sequence[JobResult], sidecar: Sidecar) -> OutputRecord | None:
    """The published manifest of the item that has the sidecar, with what it lists; None = there is none."""
    result = next((one for one in results if one.step == sidecar.step), None)
    if result is None or sidecar.item >= len(result.items):
        return None
    outputs = result.items[sidecar.item].outputs
    manifests = (one for one in outputs if one.role == "manifest" and not one.key.startswith(UNPUBLISHED))
    return next((one for one in manifests if one.contents is not None), None)
