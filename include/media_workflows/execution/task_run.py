"""`TaskRun`: what every task of a run does, from the source object to published outputs and a stored result."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import (
    ItemResult,
    JobResult,
    OutputRecord,
    SourceObject,
    item_failure,
    job_failure,
    now,
)
from media_workflows.domain.step_key import StepInstance, StepKey
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import JobCancelledError, MediaWorkflowsError, OutputNameError
from media_workflows.execution.claims import StoreLedger
from media_workflows.execution.progress import Log, ProgressReport
from media_workflows.execution.results import item_success, made_item
from media_workflows.execution.reuse import MadeBefore
from media_workflows.execution.unexpected import unexpected_message
from media_workflows.media.ffmpeg.run import Cancellation
from media_workflows.media.jobs.job import ItemOutcome, JobOutcome, MadeFile
from media_workflows.media.source.probe import probe
from media_workflows.notifications.outbox import Run, store_change, wants_changes
from media_workflows.settings import Settings, get_settings
from media_workflows.storage.clients import Clients
from media_workflows.storage.inputs import ExtraObjects, Inputs, fetched
from media_workflows.storage.multipart_registry import abort_leftovers
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.provenance import Provenance
from media_workflows.storage.publish import PublishedFile, Publisher, StagedFile
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_cache import SourceCache
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction
from media_workflows.store.events import lock_event_order

_FILLED_IN_LATER = ("format", "number", "signal")  # variables whose values the finished files have


@dataclass(frozen=True)
class JobTask:
    """Which job of which run, and how it is to be done. `force` encodes what was made before, too.

    `quarantine` is put before the key of every output: '' or a directory, for what did not pass a review.
    """

    workflow_id: str
    run_id: str
    revision: int
    kind: str
    try_number: int = 1
    force: bool = False
    quarantine: str = ""


@dataclass
class TaskRun:
    """A task of a workflow on one source. `run` once; `cancel` from anywhere."""

    task: JobTask
    workflow: Workflow
    source: SourceObject
    clients: Clients
    say: Log
    settings: Settings = field(default_factory=get_settings)

    def __post_init__(self) -> None:
        task = self.task
        self._cancellation = Cancellation()
        self._storage = ObjectStorage(self.clients.s3, self._cancellation.check)
        self._step = StepKey(task.workflow_id, task.run_id, task.kind)
        self._ledger = StoreLedger(self._step)
        self._progress = ProgressReport(self._step, task.kind, task.try_number, self.say)
        provenance = Provenance(
            task.workflow_id, task.revision, task.run_id, self.source.key, self.source.etag, task.kind
        )
        self._publisher = Publisher(self._storage, provenance, self.source, self._ledger)

    @property
    def items(self) -> Sequence[JobItem[Any]]:
        """The items of this task, in the workflow's order."""
        return dict(self.workflow.jobs.by_kind())[self.task.kind]

    def tools(self) -> str:
        """What makes the outputs, in words that change when it does."""
        raise NotImplementedError

    def outcome(self, items: Sequence[JobItem[Any]], inputs: Inputs, work_dir: Path) -> JobOutcome:
        """Make these items of the local files. Raises MediaError when none of them can be made."""
        raise NotImplementedError

    def made_objects(self) -> dict[str, SourceObject]:
        """What earlier tasks of this run made for this one, by the keys that items give it."""
        return {}

    def cancel(self) -> None:
        """Kill ffmpeg, stop transfers; `run` then raises JobCancelledError and publishes nothing more."""
        self._cancellation.cancel()

    def run(self) -> JobResult:
        """Fetch, reuse or process, verify, publish, record. Failed items are in the result.

        Raises the error that stopped the whole job, after recording it as every item's failure, whatever its
        kind: StorageError when the storage fails, JobCancelledError after a cancellation.
        """
        begun_at = now()
        with self._telling({self._step.instance: begun_at}) as session:
            store.forget_job(session, self._step)
            store.forget_cancellation(session, self.task.workflow_id, self.task.run_id)
        try:
            result = self._process(begun_at)
        except MediaWorkflowsError as error:
            self._record(job_failure(self.task.kind, self.items, error.code, str(error), begun_at))
            raise
        except Exception as error:  # an error in this product or of the machine; Airflow may try again
            self._record_unexpected(error, begun_at)
            raise
        self._record(result)
        return result

    def _record_unexpected(self, error: Exception, begun_at: datetime) -> None:
        """Record an exception that nothing expected. It is the one to report, even where recording fails, too."""
        try:
            code, message = MediaWorkflowsError.code, unexpected_message(error)
            self._record(job_failure(self.task.kind, self.items, code, message, begun_at))
        except Exception as further:  # the database, most likely: the log is left
            self.say(f"the failure could not be recorded: {type(further).__name__}: {further}")

    def _process(self, begun_at: datetime) -> JobResult:
        self._progress.phase("fetching")
        abort_leftovers(ObjectWriter(self._storage), self._ledger.leftovers(), self._ledger)
        cache = SourceCache(self.settings.data_dir / "source-cache", self.settings.source_cache_max_bytes)
        extra_keys = [key for item in self.items for key in item.extra_keys]
        places = ExtraObjects(extra_keys, self.workflow.trigger.prefix, self.made_objects())
        with fetched(cache, self._storage, self.source, places) as inputs, self._claims():
            info, items = self._item_results(inputs)
        return JobResult(
            kind=self.task.kind,
            begun_at=begun_at,
            finished_at=now(),
            source=info,
            source_sha256=inputs.source_sha256,
            items=items,
        )

    def _item_results(self, inputs: Inputs) -> tuple[MediaInfo, tuple[ItemResult, ...]]:
        """What the source is, and what became of each item: reused, or made and published."""
        made_before = self._made_before(inputs)
        results = self._unnamed()
        results |= self._reused(made_before, results)
        info = self._make(inputs, made_before, results)
        return info, tuple(results[index] for index in range(len(self.items)))

    def _made_before(self, inputs: Inputs) -> MadeBefore:
        return MadeBefore(
            self.task.workflow_id,
            self.workflow,
            self.source,
            inputs,
            self.tools(),
            self._storage,
            self._publisher,
            self.task.quarantine,
        )

    def _unnamed(self) -> dict[int, ItemResult]:
        """Failures, by index, of the items whose outputs have no valid key: found before they are encoded."""
        failures = {}
        for index, item in enumerate(self.items):
            shortest = dict.fromkeys(_FILLED_IN_LATER, "") | {"definition": str(item.definition)}
            try:
                self.workflow.output_key(item.path_pattern, self.source.key, shortest)
            except OutputNameError as error:
                failures[index] = item_failure(item, error.code, str(error))
        return failures

    def _reused(self, made_before: MadeBefore, done: Container[int]) -> dict[int, ItemResult]:
        """Results, by index, of the other items that an earlier run made."""
        results = {}
        for index, item in enumerate(self.items if not self.task.force else ()):
            if index in done:
                continue
            try:
                made = made_before.again(item)
            except MediaWorkflowsError as error:
                results[index] = _failure(item, error)
                continue
            if made is not None:
                results[index] = item_success(item, made.outputs, made.notices, made.run_id)
                made_before.record(item, made)
                self.say(f"{item.kind}[{index}] reused from run {made.run_id}: {_place(made.outputs[0].record)}")
        return results

    def _make(self, inputs: Inputs, made_before: MadeBefore, results: dict[int, ItemResult]) -> MediaInfo:
        """Encode and publish the items that have no result yet; what the source is."""
        missing = [index for index in range(len(self.items)) if index not in results]
        if not missing:
            return probe(inputs.source)
        with self._work_dir() as work_dir:
            outcome = self.outcome([self.items[index] for index in missing], inputs, work_dir)
            self._progress.phase("publishing")
            for index, item in zip(missing, outcome.items, strict=True):
                results[index] = self._publish(item, made_before)
        return outcome.source

    @contextmanager
    def _claims(self) -> Iterator[None]:
        """Output keys claimed inside are free again afterwards."""
        try:
            yield
        finally:
            self._ledger.release()

    @contextmanager
    def _work_dir(self) -> Iterator[Path]:
        """A directory that a killed try of the same task leaves and the next one empties."""
        task = self.task
        name = hashlib.sha256(f"{task.workflow_id}\0{task.run_id}\0{task.kind}".encode()).hexdigest()[:24]
        directory = self.settings.data_dir / "work" / name
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        try:
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def _publish(self, outcome: ItemOutcome, made_before: MadeBefore) -> ItemResult:
        """An item's files become visible together, or its failure is told."""
        if outcome.error is not None:
            return item_failure(outcome.item, outcome.error.code, str(outcome.error))
        try:
            published = self._published(outcome.files)
        except MediaWorkflowsError as error:
            return _failure(outcome.item, error)
        made = made_item(self.task.workflow_id, self.task.run_id, outcome, published)
        made_before.record(outcome.item, made)
        for notice in made.notices:
            self.say(f"{outcome.item.kind}: {notice.message}")
        return item_success(outcome.item, made.outputs, made.notices)

    def _published(self, files: Sequence[MadeFile]) -> list[PublishedFile]:
        """Files that become visible together. Raises StorageError, JobCancelledError."""
        self._require_not_cancelled()
        published = self._publisher.publish([self._staged(file) for file in files])
        self.say(f"published {len(published)} object(s): {_place(published[0])}")
        return published

    def _require_not_cancelled(self) -> None:
        """Airflow tells a task within seconds that it shall end; our own cancellation counts at once."""
        with transaction() as session:
            cancelled = store.cancellation(session, self.task.workflow_id, self.task.run_id)
        if cancelled is not None:
            raise JobCancelledError(f"the run was cancelled by {cancelled.by}; nothing more is published")

    def _staged(self, file: MadeFile) -> StagedFile:
        named = self.workflow.output_key(file.pattern, self.source.key, file.variables)
        key = self.task.quarantine + named
        return StagedFile(file.path, self.workflow.output_bucket, key, file.content_type, file.role)

    def _record(self, result: JobResult) -> None:
        failed = any(item.status == "FAIL" for item in result.items)
        with self._telling({}) as session:
            store.record_job(session, self.task.workflow_id, self.task.run_id, result)
        self._progress.phase("failed" if failed else "done")

    @contextmanager
    def _telling(self, begun: Mapping[StepInstance, datetime]) -> Iterator[Session]:
        """A transaction whose end also writes the event of what changed, for those who want to know."""
        task = self.task
        run = Run(task.workflow_id, task.run_id, task.revision, self.workflow)
        with transaction() as session:
            told = wants_changes(session, self.workflow)
            if told:
                lock_event_order(session, task.workflow_id)
            yield session
            if told:
                store_change(session, run, begun)


def _failure(item: JobItem[Any], error: MediaWorkflowsError) -> ItemResult:
    """An item's own failure. Raises an error that concerns the whole job: a passing one, or a cancellation."""
    if error.retryable or isinstance(error, JobCancelledError):
        raise error
    return item_failure(item, error.code, str(error))


def _place(output: PublishedFile | OutputRecord) -> str:
    return f"{output.bucket}/{output.key}"
