"""`join_sidecar`: joins an object that arrived late into the published ladders whose add-on it is.

No file of a ladder is encoded or read, but the key of an encrypted one: its record is in the results. The track's
files are made, then the manifest is claimed, which makes joins and runs wait for each other; the files are published,
and last the manifest. A killed join repeats the same files; a track that is in the ladder already is left as it is.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from media_workflows.domain.result import OutputRecord, SourceObject
from media_workflows.domain.step_key import StepKey
from media_workflows.errors import MediaError
from media_workflows.execution.claims import StepClaims
from media_workflows.execution.content_keys import ContentKeys
from media_workflows.execution.late_ladder import PublishedLadder, manifest_of, published_ladder
from media_workflows.execution.results import output_record
from media_workflows.execution.running_step import Resources
from media_workflows.media.jobs.late_audio import late_audio
from media_workflows.media.jobs.late_subtitle import late_subtitle
from media_workflows.media.jobs.late_track import LateFile, LateTrack, joined_manifests
from media_workflows.media.jobs.request import MadeFile
from media_workflows.notifications.outbox import store_track_event
from media_workflows.notifications.track_event import AddedTrack, track_event
from media_workflows.storage.multipart_registry import abort_leftovers
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.provenance import Provenance
from media_workflows.storage.publish import Publisher, StagedFile
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_cache import source_cache
from media_workflows.storage.source_objects import existing_source
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction
from media_workflows.store.sidecars import Sidecar, sidecars_at


@dataclass(frozen=True)
class JoinRequest:
    """The add-on at `key`, as it is now, for the ladders of a workflow. `step` is the task that joins it."""

    bucket: str
    key: str
    workflow_id: str
    step: StepKey


def join_sidecar(request: JoinRequest, resources: Resources) -> list[str]:
    """Join the object into each ladder; returns the manifests that were rewritten.

    Raises SourceGoneError when the object was deleted, MediaError when it holds no such track, or a ladder cannot
    take it.
    """
    return _Join(request, resources).joined()


def unfinished_runs(request: JoinRequest) -> list[str]:
    """The runs whose ladders the object is to join and that have not made them yet, whether they still work or not."""
    with transaction() as session:
        sidecars = sidecars_at(session, request.bucket, request.key, request.workflow_id)
        run_ids = sorted({sidecar.run_id for sidecar in sidecars})
        results = store.results_of_runs(session, [(request.workflow_id, run_id) for run_id in run_ids])
    made = {run_id: jobs for (_, run_id), jobs in results.items()}
    return sorted({one.run_id for one in sidecars if manifest_of(made.get(one.run_id, []), one) is None})


class _Join:
    def __init__(self, request: JoinRequest, resources: Resources) -> None:
        self.request, self.log, self.settings = request, resources.log, resources.settings
        self.cancel = resources.cancel
        self.credentials_of = resources.secrets_of
        self.stored_key = resources.stored_key
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
        found = published_ladder(sidecar)
        if found is None:
            self.log(f"run {sidecar.run_id} has published no ladder that the add-on could join")
            return []
        if not self._is_published(found):
            return []
        with tempfile.TemporaryDirectory(dir=self._work_root()) as work_dir:
            # Before the claim, as others would have to wait for the encode.
            made = list(self._tracks(found, file, Path(work_dir)))
            with self.claims.kept():
                self.claims.claim([(found.manifest.bucket, found.manifest.key)])
                joined = [self._join(sidecar, late, track, object_) for late, track in made]
        return [found.shown] if any(joined) else []

    def _is_published(self, ladder: PublishedLadder) -> bool:
        """Whether the manifest is still the one of this run, or of the run whose outputs it reused."""
        head = self.storage.head(ladder.manifest.bucket, ladder.manifest.key)
        made_by = Provenance.from_metadata(head.metadata) if head else None
        if made_by is not None and made_by.run_id in (ladder.run.run_id, ladder.made.reused):
            return True
        self.log(f"{ladder.shown} was removed or replaced: the add-on joins nothing")
        return False

    def _tracks(self, ladder: PublishedLadder, file: Path, work_dir: Path) -> Iterator[tuple[LateFile, LateTrack]]:
        """The tracks of the ladder that the object is: an object may contain audio and a subtitle."""
        keys = ContentKeys(ladder.source, self.settings, self.credentials_of, self.stored_key)
        late = LateFile(ladder.item, ladder.contents, file, work_dir, ladder.source.key, ladder.key, keys.key_of)
        for number in ladder.numbers_in(ladder.item.add_on_audios):
            self.log(f"encoding {self.request.key} as an audio track of {ladder.shown}")
            yield late, late_audio(late, number, self._encryption_key(ladder, late), self.settings, self.cancel)
        for number in ladder.numbers_in(ladder.item.add_on_subtitles):
            yield late, late_subtitle(late, number)

    def _encryption_key(self, ladder: PublishedLadder, late: LateFile) -> bytes | None:
        """The published key of an encrypted ladder; None = there is none. Raises MediaError when it is gone."""
        encryption = ladder.item.resolved_parameters.encryption
        if encryption is None or not encryption.publishes_key:
            return None
        key_file, bucket = late.layout.key_file(encryption), ladder.manifest.bucket
        key = ladder.key_of(key_file)
        known = next((one.etag for one in ladder.made.outputs if (one.bucket, one.key) == (bucket, key)), None)
        head = self.storage.head(bucket, key)
        if head is None or head.etag != known:
            raise MediaError(
                "the ladder {ladder} is encrypted, and its key {bucket}/{key}, which encrypts a track that joins it, "
                "was removed or replaced: put it back, or run the workflow again",
                ladder=ladder.shown,
                bucket=bucket,
                key=key,
            )
        self.storage.download(bucket, key, head.etag, None, key_file.path)
        return key_file.path.read_bytes()

    def _join(self, sidecar: Sidecar, late: LateFile, track: LateTrack, object_: SourceObject) -> bool:
        """Publish and record; False when the ladder has this track already, or is no longer there."""
        ladder = published_ladder(sidecar)  # after the claim: another join may have changed it until then
        assert ladder is not None, "a result is not deleted while its outputs are claimed"
        if not self._is_published(ladder):
            return False
        files = (*track.files, *joined_manifests(late, track, ladder.contents))
        staged = [self._staged(ladder, one) for one in files]
        if self._is_there(ladder, staged):
            self.log(f"{ladder.shown} has this track already")
            return False
        published = self._publisher(ladder).publish(staged)
        made = [output_record(file, one) for file, one in zip(published, files, strict=True)]
        self._record(ladder, track, made, object_)
        self.log(f"joined {object_.key} as '{track.label.name}' into {ladder.shown}")
        return True

    def _work_root(self) -> Path:
        root = self.settings.data_dir / "work"
        root.mkdir(parents=True, exist_ok=True)
        return root

    @staticmethod
    def _staged(ladder: PublishedLadder, file: MadeFile) -> StagedFile:
        key, stored = ladder.key_of(file), ladder.stored(file)
        return StagedFile(file.path, ladder.manifest.bucket, key, file.content_type, file.role, stored)

    @staticmethod
    def _is_there(ladder: PublishedLadder, staged: Sequence[StagedFile]) -> bool:
        """Whether the results have all these files with these bytes: the same in the same place is the same track."""
        known = {(one.bucket, one.key): one.md5 for one in ladder.made.outputs}
        return all(known.get((one.bucket, one.key)) == _md5(one.path) for one in staged)

    def _publisher(self, ladder: PublishedLadder) -> Publisher:
        run, source = ladder.run, ladder.source
        provenance = Provenance(run.workflow_id, run.revision, run.run_id, source.key, source.etag, ladder.step.kind)
        return Publisher(self.storage, provenance, source, self.claims)

    def _record(
        self, ladder: PublishedLadder, track: LateTrack, made: Sequence[OutputRecord], object_: SourceObject
    ) -> None:
        """The outputs in the run's result, and the event, at once."""
        run = ladder.run
        added = AddedTrack(
            step_id=ladder.step.id,
            add_on=object_,
            type=track.type,
            language=track.label.language,
            name=track.label.name,
            replaces=track.replaces(ladder.contents),
            outputs=made,
        )
        body = track_event(run, ladder.source, added)
        with transaction() as session:
            # Locked and read again: the result holds other items, too, which other joins may change at this moment.
            result = store.locked_result(session, StepKey(run.workflow_id, run.run_id, *ladder.sidecar.step))
            store.record_job(session, run.workflow_id, run.run_id, ladder.result_with(track, made, result))
            event = store_track_event(session, run, body)
        self.log(f"event {event.id} is in the outbox; its deliveries: media-workflows events show {event.id}")


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
