"""`join_sidecar`: joins an object that arrived late into the published ladders whose add-on it is.

Nothing of a ladder is encoded or read but its record in the results: the track's files are published, and last the
manifest. The claim on the manifest makes joins and runs wait for each other. A killed join repeats the same files; a
track that is in the ladder already is left as it is.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.steps import JobStep, job_steps
from media_workflows.execution.claims import StepClaims
from media_workflows.execution.request import OutputPlace
from media_workflows.execution.results import output_record
from media_workflows.execution.running_step import Resources
from media_workflows.media.jobs.job import MadeFile
from media_workflows.media.jobs.late_subtitle import LateTrack, late_subtitle
from media_workflows.media.packaging.contents import from_record
from media_workflows.naming import UNPUBLISHED, fill_in
from media_workflows.notifications.outbox import Run, store_track_event
from media_workflows.notifications.track_event import track_event
from media_workflows.storage.multipart_registry import abort_leftovers
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.provenance import Provenance
from media_workflows.storage.publish import PublishedFile, Publisher, StagedFile
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_cache import source_cache
from media_workflows.storage.source_objects import existing_source
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction
from media_workflows.store.sidecars import Sidecar, sidecars_at
from media_workflows.store.workflows import resolved_at


@dataclass(frozen=True)
class JoinRequest:
    """The add-on at `key`, as it is now, for the ladders of a workflow. `step` is the task that joins it."""

    bucket: str
    key: str
    workflow_id: str
    step: StepKey


@dataclass(frozen=True)
class _Ladder:
    """A published ladder: the run with its definition, and the step and item that made it."""

    run: Run
    source: SourceObject
    step: JobStep
    result: JobResult
    sidecar: Sidecar
    manifest: OutputRecord

    @property
    def item(self) -> AdaptiveDynamicStreamingItem:
        item = self.step.items[self.sidecar.item]
        assert isinstance(item, AdaptiveDynamicStreamingItem)
        return item

    @property
    def made(self) -> ItemResult:
        return self.result.items[self.sidecar.item]

    @property
    def add_ons(self) -> list[int]:
        """The numbers of the item's add-on subtitles that the object is."""
        prefix, key = self.run.workflow.trigger.prefix, self.sidecar.key
        patterns = [add_on.key for add_on in self.item.add_on_subtitles]
        return [n for n, one in enumerate(patterns) if one and fill_in(one, self.source.key, prefix, {}) == key]

    @property
    def place(self) -> OutputPlace:
        """Where its files are: in the output directory, or in the quarantine of a review's gate."""
        workflow, key = self.run.workflow, StepKey(self.run.workflow_id, self.run.run_id, self.step.id)
        place = replace(OutputPlace.of_workflow(workflow, self.step.output_of(workflow), key), prefix="")
        variables = {"definition": str(self.item.definition), "format": self.item.resolved_parameters.file_format}
        expected = place.key_of(self.item.path_pattern, self.source.key, variables)
        return replace(place, bucket=self.manifest.bucket, prefix=self.manifest.key.removesuffix(expected))

    def result_with(self, number: int, track: LateTrack, made: Sequence[OutputRecord], result: JobResult) -> JobResult:
        """The step's result with a track that has joined: its outputs and notices; the add-on is no longer missing."""
        places, key = {(one.bucket, one.key) for one in made}, self.item.add_on_subtitles[number].key
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


def join_sidecar(request: JoinRequest, resources: Resources) -> list[str]:
    """Join the object into each ladder; returns the manifests that were written anew.

    Raises SourceGoneError when the object was deleted, MediaError when it holds no subtitles.
    """
    return _Join(request, resources).joined()


def unfinished_runs(request: JoinRequest) -> list[str]:
    """The runs whose ladders the object is to join and that have not made them yet, whether they still work or not."""
    with transaction() as session:
        sidecars = sidecars_at(session, request.bucket, request.key, request.workflow_id)
        run_ids = sorted({sidecar.run_id for sidecar in sidecars})
        results = store.results_of_runs(session, [(request.workflow_id, run_id) for run_id in run_ids])
    made = {run_id: jobs for (_, run_id), jobs in results.items()}
    return sorted({one.run_id for one in sidecars if _manifest(made.get(one.run_id, []), one) is None})


def _manifest(results: Sequence[JobResult], sidecar: Sidecar) -> OutputRecord | None:
    """The published manifest of the item that has the sidecar, with what it lists; None = there is none."""
    result = next((one for one in results if one.step == sidecar.step), None)
    if result is None or sidecar.item >= len(result.items):
        return None
    outputs = result.items[sidecar.item].outputs
    manifests = (one for one in outputs if one.role == "manifest" and not one.key.startswith(UNPUBLISHED))
    return next((one for one in manifests if one.contents is not None), None)


class _Join:
    def __init__(self, request: JoinRequest, resources: Resources) -> None:
        self.request, self.log, self.settings = request, resources.log, resources.settings
        self.storage = ObjectStorage(resources.clients.s3, resources.cancel.check)
        self.claims = StepClaims(request.step, resources.log)

    def joined(self) -> list[str]:
        abort_leftovers(ObjectWriter(self.storage), self.claims.leftovers(), self.claims)
        request = self.request
        with transaction() as session:
            sidecars = sidecars_at(session, request.bucket, request.key, request.workflow_id)
        object_ = existing_source(self.storage, request.bucket, request.key)
        with source_cache(self.settings).fetch(self.storage, object_) as file:
            return [key for sidecar in sidecars for key in self._into_ladder(sidecar, object_, file)]

    def _into_ladder(self, sidecar: Sidecar, object_: SourceObject, file: Path) -> list[str]:
        found = self._read(sidecar)
        if found is None:
            self.log(f"run {sidecar.run_id} has published no ladder that the add-on could join")
            return []
        with self.claims.kept():
            self.claims.claim([(found.manifest.bucket, found.manifest.key)])
            if not self._is_published(found):
                return []
            joined = [number for number in found.add_ons if self._join(sidecar, number, object_, file)]
        return [f"{found.manifest.bucket}/{found.manifest.key}"] if joined else []

    def _read(self, sidecar: Sidecar) -> _Ladder | None:
        with transaction() as session:
            record = store.get_run(session, sidecar.workflow_id, sidecar.run_id)
            if record is None or record.source is None or record.revision is None:
                return None
            workflow = resolved_at(session, sidecar.workflow_id, record.revision)
        step = next((one for one in job_steps(workflow) if one.id == sidecar.step_id), None)
        manifest = _manifest(record.jobs, sidecar)
        if step is None or manifest is None:
            return None
        result = next(one for one in record.jobs if one.step == sidecar.step)
        run = Run(sidecar.workflow_id, sidecar.run_id, record.revision, workflow)
        return _Ladder(run, record.source, step, result, sidecar, manifest)

    def _is_published(self, ladder: _Ladder) -> bool:
        """Whether the manifest is still the one of this run, or of the run whose outputs it reused."""
        head = self.storage.head(ladder.manifest.bucket, ladder.manifest.key)
        made_by = Provenance.from_metadata(head.metadata) if head else None
        if made_by is not None and made_by.run_id in (ladder.run.run_id, ladder.made.reused):
            return True
        self.log(f"{ladder.manifest.bucket}/{ladder.manifest.key} was removed or replaced: the add-on joins nothing")
        return False

    def _join(self, sidecar: Sidecar, number: int, object_: SourceObject, file: Path) -> bool:
        """Publish and record; False when the ladder has this track already."""
        ladder = self._read(sidecar)  # after the claim: another join may have changed it until then
        assert ladder is not None, "a result is not deleted while its outputs are claimed"
        contents = from_record(ladder.manifest.contents or {})
        with tempfile.TemporaryDirectory(dir=self._work_root()) as work_dir:
            track = late_subtitle(ladder.item, number, file, contents, Path(work_dir), ladder.source.key)
            staged = [self._staged(ladder, one) for one in track.files]
            if self._is_there(ladder, track, staged):
                self.log(f"{ladder.manifest.bucket}/{ladder.manifest.key} has this track already")
                return False
            published = self._publisher(ladder).publish(staged)
            self._record(ladder, number, track, published, object_)
        self.log(f"joined {object_.key} as '{track.label.name}' into {staged[-1].bucket}/{staged[-1].key}")
        return True

    def _work_root(self) -> Path:
        root = self.settings.data_dir / "work"
        root.mkdir(parents=True, exist_ok=True)
        return root

    @staticmethod
    def _staged(ladder: _Ladder, file: MadeFile) -> StagedFile:
        key = ladder.place.key_of(file.pattern, ladder.source.key, file.variables)
        return StagedFile(file.path, ladder.manifest.bucket, key, file.content_type, file.role)

    @staticmethod
    def _is_there(ladder: _Ladder, track: LateTrack, staged: Sequence[StagedFile]) -> bool:
        """Whether the results have all these files with these bytes: the same text in the same place is the same."""
        known = {(one.bucket, one.key): one.md5 for one in ladder.made.outputs}
        return all(known.get((one.bucket, one.key)) == _md5(one.path) for one in staged)

    def _publisher(self, ladder: _Ladder) -> Publisher:
        run, source = ladder.run, ladder.source
        provenance = Provenance(run.workflow_id, run.revision, run.run_id, source.key, source.etag, ladder.step.kind)
        return Publisher(self.storage, provenance, source, self.claims)

    def _record(
        self,
        ladder: _Ladder,
        number: int,
        track: LateTrack,
        published: Sequence[PublishedFile],
        object_: SourceObject,
    ) -> None:
        """The outputs in the run's result, and the event, at once."""
        made = [output_record(file, one) for file, one in zip(published, track.files, strict=True)]
        body = track_event(
            workflow_id=ladder.run.workflow_id,
            workflow_name=ladder.run.workflow.name,
            revision=ladder.run.revision,
            run_id=ladder.run.run_id,
            step_id=ladder.step.id,
            source=ladder.source,
            add_on=object_,
            language=track.label.language,
            name=track.label.name,
            replaces=track.replaces,
            outputs=made,
        )
        run = ladder.run
        with transaction() as session:
            # Locked and read again: the result holds other items, too, which other joins may change at this moment.
            result = store.locked_result(session, StepKey(run.workflow_id, run.run_id, *ladder.sidecar.step))
            joined = ladder.result_with(number, track, made, result)
            store.record_job(session, run.workflow_id, run.run_id, joined)
            event = store_track_event(session, run, body)
        self.log(f"event {event.id} is in the outbox; its deliveries: media-workflows events show {event.id}")


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
