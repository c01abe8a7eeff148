"""One job of one run, from the source object to published outputs and a stored result. No Airflow."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from media_workflows.errors import MediaWorkflowsError
from media_workflows.media.job import ItemOutcome, MadeFile, run_job
from media_workflows.media.progress import Progress
from media_workflows.media.run import Cancellation
from media_workflows.model.jobs.base import JobItem
from media_workflows.model.jobs.watermark import without_image_bytes
from media_workflows.model.result import ItemResult, JobResult, OutputRecord, SourceObject
from media_workflows.model.workflow import Workflow
from media_workflows.naming import output_key
from media_workflows.settings import Settings, get_settings
from media_workflows.storage.clients import Clients
from media_workflows.storage.ledger import LedgerEntry, abort_leftovers
from media_workflows.storage.provenance import Provenance
from media_workflows.storage.publish import PublishedFile, Publisher, StagedFile
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_cache import SourceCache
from media_workflows.storage.uploads import ObjectWriter
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction

PROGRESS_INTERVAL_S = 2.0
Say = Callable[[str], object]


def now() -> datetime:
    """Whole seconds: results and events are compared as text."""
    return datetime.now(UTC).replace(microsecond=0)


class StoreLedger:
    """`UploadLedger` in the store, for one task of one run."""

    def __init__(self, workflow_id: str, run_id: str, kind: str) -> None:
        self._workflow_id = workflow_id
        self._run_id = run_id
        self._kind = kind
        self._claimed: list[tuple[str, str]] = []

    def claim(self, bucket: str, key: str) -> None:
        """Raises OutputExistsError while another run publishes to the key."""
        with transaction() as session:
            store.claim_output(session, bucket, key, self._workflow_id, self._run_id)
        self._claimed.append((bucket, key))

    def began(self, bucket: str, key: str, upload_id: str) -> None:
        """Durable before the first part is sent."""
        with transaction() as session:
            store.note_upload(
                session, store.PendingUpload(bucket=bucket, key=key, upload_id=upload_id), self._run_id, self._kind
            )

    def ended(self, bucket: str, key: str, upload_id: str) -> None:
        """Completed or aborted."""
        with transaction() as session:
            store.forget_upload(session, upload_id)

    def leftovers(self) -> list[LedgerEntry]:
        """Uploads a killed try of this task left open."""
        with transaction() as session:
            pending = store.pending_uploads(session, self._run_id, self._kind)
        return [LedgerEntry(entry.bucket, entry.key, entry.upload_id) for entry in pending]

    def release(self) -> None:
        """Publishing ended, well or badly."""
        with transaction() as session:
            store.release_claims(session, self._workflow_id, self._run_id, self._claimed)
        self._claimed = []


@dataclass
class JobRun:
    """A job kind of a workflow on one source. `run` once; `cancel` from anywhere."""

    workflow_id: str
    run_id: str
    revision: int
    workflow: Workflow
    kind: str
    source: SourceObject
    storage: ObjectStorage
    settings: Settings = field(default_factory=get_settings)
    _cancellation: Cancellation = field(default_factory=Cancellation)

    @classmethod
    def open(
        cls,
        workflow_id: str,
        run_id: str,
        revision: int,
        workflow: Workflow,
        kind: str,
        source: SourceObject,
        clients: Clients,
    ) -> JobRun:
        """With the process's settings."""
        return cls(workflow_id, run_id, revision, workflow, kind, source, ObjectStorage(clients.s3))

    @property
    def items(self) -> Sequence[JobItem[Any]]:
        """The items of this kind, in the workflow's order."""
        return dict(self.workflow.jobs.by_kind())[self.kind]

    def cancel(self) -> None:
        """Stop ffmpeg; `run` then raises EncodeCancelledError and publishes nothing."""
        self._cancellation.cancel()

    def run(self, say: Say) -> JobResult:
        """Fetch, process, verify, publish, record. Failed items are in the result.

        Raises the error that stopped the whole job, after recording it as every item's failure;
        StorageError when the storage fails.
        """
        begun_at = now()
        with transaction() as session:
            store.forget_job(session, self.workflow_id, self.run_id, self.kind)
        try:
            result = self._process(begun_at, say)
        except MediaWorkflowsError as error:
            self._record(self._all_failed(begun_at, error))
            raise
        self._record(result)
        return result

    def _process(self, begun_at: datetime, say: Say) -> JobResult:
        ledger = StoreLedger(self.workflow_id, self.run_id, self.kind)
        abort_leftovers(ObjectWriter(self.storage), ledger.leftovers(), ledger)
        cache = SourceCache(self.settings.data_dir / "source-cache", self.settings.source_cache_max_bytes)
        with cache.fetch(self.storage, self.source) as path, self._work_dir() as work_dir:
            outcome = run_job(
                self.kind,
                self.items,
                path,
                self.source.key,
                work_dir,
                progress_lines(say),
                self.settings,
                self._cancellation,
            )
            try:
                items = tuple(self._publish(item, ledger, say) for item in outcome.items)
            finally:
                ledger.release()
        return JobResult(kind=self.kind, begun_at=begun_at, finished_at=now(), source=outcome.source, items=items)

    @contextmanager
    def _work_dir(self) -> Iterator[Path]:
        """A directory that a killed try of the same task leaves and the next one empties."""
        name = hashlib.sha256(f"{self.workflow_id}\0{self.run_id}\0{self.kind}".encode()).hexdigest()[:24]
        directory = self.settings.data_dir / "work" / name
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        try:
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def _publish(self, outcome: ItemOutcome, ledger: StoreLedger, say: Say) -> ItemResult:
        """An item's files become visible together, or its failure is told."""
        if outcome.error is not None:
            return item_failure(outcome.item, outcome.error)
        staged = [self._staged(file) for file in outcome.files]
        provenance = Provenance(
            self.workflow_id, self.revision, self.run_id, self.source.key, self.source.etag, self.kind
        )
        try:
            published = Publisher(self.storage, provenance, self.source, ledger).publish(staged)
        except MediaWorkflowsError as error:
            if error.retryable:
                raise
            return item_failure(outcome.item, error)
        say(f"published {len(published)} object(s): {staged[0].bucket}/{staged[0].key}")
        records = tuple(_output(file, made) for file, made in zip(published, outcome.files, strict=True))
        return ItemResult(
            item=shown_item(outcome.item), definition=outcome.item.definition, status="SUCCESS", outputs=records
        )

    def _staged(self, file: MadeFile) -> StagedFile:
        key = output_key(file.pattern, self.workflow.output.directory, self.source.key, dict(file.variables))
        return StagedFile(file.path, self.workflow.output_bucket, key, file.content_type, file.role)

    def _all_failed(self, begun_at: datetime, error: MediaWorkflowsError) -> JobResult:
        failed = tuple(item_failure(item, error) for item in self.items)
        return JobResult(kind=self.kind, begun_at=begun_at, finished_at=now(), source=None, items=failed)

    def _record(self, result: JobResult) -> None:
        with transaction() as session:
            store.record_job(session, self.workflow_id, self.run_id, result)


def _output(published: PublishedFile, made: MadeFile) -> OutputRecord:
    return OutputRecord(
        bucket=published.bucket,
        key=published.key,
        size_bytes=published.size_bytes,
        md5=published.md5,
        info=made.info,
        time_offset_s=made.time_offset_s,
        role=published.role,
        vmaf=made.vmaf,
    )


def item_failure(item: JobItem[Any], error: MediaWorkflowsError) -> ItemResult:
    """An item that made nothing, and why."""
    return ItemResult(
        item=shown_item(item), definition=item.definition, status="FAIL", code=error.code, message=str(error)
    )


def shown_item(item: JobItem[Any]) -> dict[str, Any]:
    """The item as results keep it: without the bytes of watermark images."""
    return without_image_bytes(item.model_dump(mode="json"))


def progress_lines(say: Say) -> Callable[[Progress], None]:
    """A progress callback that says at most one line in two seconds."""
    said_at = float("-inf")

    def report(progress: Progress) -> None:
        nonlocal said_at
        if time.monotonic() - said_at < PROGRESS_INTERVAL_S:
            return
        said_at = time.monotonic()
        speed = f"{progress.speed:.2f}x" if progress.speed else "?"
        eta = f"{progress.eta_s:.0f} s" if progress.eta_s is not None else "?"
        say(f"progress {progress.percent:.1f} %, speed {speed}, ETA {eta}")

    return report
