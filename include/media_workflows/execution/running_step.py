"""`RunningStep`: a request with what its work needs: storage, progress, claims, a work directory, a publisher."""

from __future__ import annotations

import hashlib
import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.result import OutputRecord, RanCommand, SourceObject, now
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.sub_tasks.content_review import Picture
from media_workflows.errors import JobCancelledError
from media_workflows.execution.claims import StepClaims
from media_workflows.execution.content_keys import StoredKeyOf
from media_workflows.execution.progress import Log, ProgressReport
from media_workflows.execution.request import StepRequest
from media_workflows.execution.usage_meter import UsageMeter
from media_workflows.log_context import log_object
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.jobs.request import MadeFile
from media_workflows.notifications.transports.credentials import CredentialsOf, credentials_of_settings
from media_workflows.plural import counted
from media_workflows.settings import Settings, get_settings
from media_workflows.storage.clients import Clients
from media_workflows.storage.provenance import Provenance
from media_workflows.storage.publish import PublishedFile, Publisher, StagedFile
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.server_copy import StagedCopy
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction
from media_workflows.tracing import span

MAX_COMMANDS = 50  # of a step, in its result: the last ones
StartHelpers = Callable[[int, int], None]  # of a split, so many at most


@dataclass(frozen=True)
class Resources:
    """What a process gives to a step. After `cancel.cancel()`, from any thread, the step ends and publishes nothing.

    `credentials_of` finds the secrets of a function that the step calls; None = those of the settings. `stored_key`
    reads the key of an encryption from an Airflow connection; None = there are no connections here. `start_helpers`
    starts tasks that encode chunks with this one; None = there is nowhere to start them. `worker` names this machine.
    `note_read` is called with the object that a step reads, which may be another step's output.
    """

    clients: Clients
    log: Log
    settings: Settings = field(default_factory=get_settings)
    cancel: CancelToken = field(default_factory=CancelToken)
    credentials_of: CredentialsOf | None = None
    stored_key: StoredKeyOf | None = None
    start_helpers: StartHelpers | None = None
    worker: str = field(default_factory=socket.gethostname)
    note_read: Callable[[SourceObject], object] = lambda _source: None

    @property
    def secrets_of(self) -> CredentialsOf:
        """Finds the secrets of a function or a key server."""
        return self.credentials_of or (lambda _target: credentials_of_settings(self.settings))


class RunningStep:
    """One try of a step on its way. The records of its log name its source from now on."""

    def __init__(self, request: StepRequest, resources: Resources) -> None:
        step, source = request.step, request.source
        log_object(source.bucket, source.key)
        self.request = request
        self.meter = UsageMeter()
        self.log, self.settings, self.cancel = resources.log, resources.settings, resources.cancel
        self.credentials_of = resources.secrets_of
        self.stored_key = resources.stored_key
        self.start_helpers, self.worker = resources.start_helpers, resources.worker
        self.storage = ObjectStorage(resources.clients.s3, resources.cancel.check)
        self.claims = StepClaims(step, resources.log)
        self.progress = ProgressReport(step, request.kind, request.try_number, resources.log)
        self.provenance = Provenance(
            step.workflow_id, request.revision, step.run_id, source.key, source.etag, request.kind
        )
        self.publisher = Publisher(self.storage, self.provenance, source, self.claims)
        self._commands_before = len(self.cancel.commands)  # of other steps that share the process's resources

    @contextmanager
    def work_dir(self) -> Iterator[Path]:
        """A directory of its own. A killed try of the same step leaves it, and the next one empties it."""
        step = self.request.step
        name = hashlib.sha256(f"{step.workflow_id}\0{step.run_id}\0{step.instance}".encode()).hexdigest()[:24]
        directory = self.settings.data_dir / "work" / name
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        try:
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def commands(self) -> tuple[RanCommand, ...]:
        """All ffmpeg commands that this try has run."""
        return tuple(self.cancel.commands[self._commands_before :])

    def publish(self, item: JobItem[Any], files: Sequence[MadeFile]) -> list[PublishedFile]:
        """Make the files of an item visible together. Raises StorageError, JobCancelledError."""
        self.require_not_cancelled()
        with span("publish", **self.request.about, objects=len(files)):
            published = self.publisher.publish([self.staged(item, file) for file in files])
        self.log(f"published {counted(len(published), 'object')}: {shown_place(published[0])}")
        return published

    def publish_copies(self, copies: Sequence[StagedCopy]) -> list[PublishedFile]:
        """Make copies of objects visible together. Raises StorageError, JobCancelledError."""
        self.require_not_cancelled()
        with span("publish", **self.request.about, objects=len(copies)):
            return self.publisher.publish(copies)

    def picture_at(self, place: tuple[str, str]) -> Picture:
        """The published picture of a finding at this bucket and key, with a link if the settings say so."""
        valid_s = self.settings.picture_url_s
        url = self.storage.presigned_url(*place, valid_s) if valid_s else ""
        expires_at = now() + timedelta(seconds=valid_s) if valid_s else None
        return Picture(bucket=place[0], key=place[1], url=url, url_expires_at=expires_at)

    def require_not_cancelled(self) -> None:
        """Airflow ends a task some seconds after the request; ours is in the store at once."""
        require_not_cancelled(self.request.step)

    def staged(self, item: JobItem[Any], file: MadeFile) -> StagedFile:
        """A file of an item with its key and its options. Raises OutputNameError."""
        place, source_key = self.request.output, self.request.source.key
        key = place.key_of(file.pattern, source_key, file.variables)
        stored = place.arguments_of(item, file.role, source_key, file.variables)
        return StagedFile(file.path, place.bucket, key, file.content_type, file.role, stored)


def require_not_cancelled(step: StepKey) -> None:
    """Raises JobCancelledError for a step whose run was cancelled."""
    with transaction() as session:
        cancelled = store.cancellation(session, step.workflow_id, step.run_id)
    if cancelled is not None:
        raise JobCancelledError("the run was cancelled by {by}; nothing more is published", by=cancelled.by)


def shown_place(output: PublishedFile | OutputRecord) -> str:
    """'bucket/key', for logs."""
    return f"{output.bucket}/{output.key}"
