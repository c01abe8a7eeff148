"""What waits in the triggerer for the upload of a run, and which object of a listing is that upload.

Waiting runs of earlier versions name these classes as of `orchestration/sensor.py`, which imports them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseTrigger, TriggerEvent
from asgiref.sync import sync_to_async

from media_workflows.errors import StorageError
from media_workflows.storage.s3 import ListedObject, ObjectStorage
from media_workflows.store import uploads
from media_workflows.store.engine import transaction
from media_workflows.store.outage import is_outage

if TYPE_CHECKING:
    from media_workflows.airflow_adapter.s3_hook import MediaS3Hook

CHECK_INTERVAL_S = 1.0


def s3_hook(parameters: dict[str, Any]) -> MediaS3Hook:
    """The Amazon provider's S3 hook, with a connection's parameters."""
    from media_workflows.airflow_adapter.s3_hook import MediaS3Hook  # boto3: not at DAG-parse time

    return MediaS3Hook(**parameters)


async def hook_storage(parameters: dict[str, Any]) -> ObjectStorage:
    """The storage of that hook, for a trigger: its connection is looked up beside the event loop."""
    hook = s3_hook(parameters)
    return ObjectStorage(await sync_to_async(hook.get_conn, thread_sensitive=False)())


class AwaitedUploadTrigger(BaseTrigger):
    """Fires when ingestion has given this run an upload."""

    def __init__(self, workflow_id: str, run_id: str, poke_interval: float = CHECK_INTERVAL_S) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.workflow_id = workflow_id
        self.run_id = run_id
        self.poke_interval = poke_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments, for the triggerer."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {
            "workflow_id": self.workflow_id,
            "run_id": self.run_id,
            "poke_interval": self.poke_interval,
        }

    def _given(self) -> dict[str, Any] | None:
        """The upload, or None. An outage of the database delays it; an error would fail the try."""
        try:
            with transaction() as session:
                return uploads.awaited_upload(session, self.workflow_id, self.run_id)
        except Exception as error:
            if not is_outage(error):
                raise
            self.log.warning("the database did not answer; trying again: %s", error)
            return None

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield the upload, once."""
        while (upload := await asyncio.to_thread(self._given)) is None:
            await asyncio.sleep(self.poke_interval)
        yield TriggerEvent(upload)


class NewObjectTrigger(BaseTrigger):
    """Fires when there is an object below a prefix that was put there at or after `since` (ISO 8601)."""

    def __init__(
        self, bucket: str, prefix: str, since: str, hook_parameters: dict[str, Any], poke_interval: float
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.bucket = bucket
        self.prefix = prefix
        self.since = since
        self.hook_parameters = hook_parameters
        self.poke_interval = poke_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments, for the triggerer."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {
            "bucket": self.bucket,
            "prefix": self.prefix,
            "since": self.since,
            "hook_parameters": self.hook_parameters,
            "poke_interval": self.poke_interval,
        }

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield the upload, once."""
        storage, since = await hook_storage(self.hook_parameters), datetime.fromisoformat(self.since)
        while (upload := await asyncio.to_thread(self._next, storage, since)) is None:
            await asyncio.sleep(self.poke_interval)
        yield TriggerEvent(upload)

    def _next(self, storage: ObjectStorage, since: datetime) -> dict[str, Any] | None:
        """The upload, or None. The sensor has listed these objects before, so a passing error only delays the next."""
        try:
            return next_upload(storage, self.bucket, self.prefix, since)
        except StorageError as error:
            if not error.retryable:
                raise
            self.log.warning("%s/%s cannot be listed; trying again: %s", self.bucket, self.prefix, error)
            return None


def next_upload(storage: ObjectStorage, bucket: str, prefix: str, since: datetime) -> dict[str, Any] | None:
    """The first object put below a prefix at or after a time, as key and ETag. Raises StorageError."""
    since = since.replace(microsecond=0)  # S3 gives whole seconds
    new = [
        found
        for page in storage.iter_listing(bucket, prefix)
        for found in page.objects
        if found.last_modified >= since and not found.key.endswith("/")
    ]
    first = min(new, key=_by_time, default=None)
    return {"key": first.key, "etag": first.etag} if first else None


def _by_time(found: ListedObject) -> tuple[datetime, str]:
    return found.last_modified, found.key
