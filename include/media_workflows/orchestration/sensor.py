"""The upload sensor: confirms its run's object, or waits in line for the next upload."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.exceptions import AirflowFailException
from airflow.triggers.base import BaseTrigger, TriggerEvent

from media_workflows.airflow_adapter.connections import airflow_clients
from media_workflows.domain.result import SourceObject
from media_workflows.errors import MediaWorkflowsError, SourceGoneError
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import uploads
from media_workflows.store.engine import transaction
from media_workflows.store.runs import record_source

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

CHECK_INTERVAL_S = 1.0


class AwaitedUploadTrigger(BaseTrigger):
    """Fires when ingestion has given this run an upload."""

    def __init__(self, workflow_id: str, run_id: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.workflow_id = workflow_id
        self.run_id = run_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments, for the triggerer."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {
            "workflow_id": self.workflow_id,
            "run_id": self.run_id,
        }

    def _look(self) -> dict[str, Any] | None:
        with transaction() as session:
            return uploads.awaited_upload(session, self.workflow_id, self.run_id)

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield the upload, once."""
        while (upload := await asyncio.to_thread(self._look)) is None:
            await asyncio.sleep(CHECK_INTERVAL_S)
        yield TriggerEvent(upload)


class UploadSensor(BaseOperator):
    """The S3 sensor on the trigger bucket and prefix; returns the run's SourceObject as a dict.

    A run that ingestion made carries its object in the conf; a hand-triggered one names a key; one
    without a key waits (deferred, in no worker slot) for the next upload that matches the trigger.
    """

    ui_color = "#dcecf9"

    def __init__(self, *, bucket: str, prefix: str, revision: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bucket = bucket
        self.prefix = prefix
        self.revision = revision

    def execute(self, context: Context) -> dict[str, Any]:
        """Confirm the object of the conf, or defer until there is one."""
        upload = {**context["params"], **(context["dag_run"].conf or {})}
        if upload.get("key"):
            return self._confirm(context, upload)
        workflow_id, run_id = context["dag_run"].dag_id, context["dag_run"].run_id
        with transaction() as session:
            uploads.await_upload(session, workflow_id, run_id)
            given = uploads.awaited_upload(session, workflow_id, run_id)
        if given is not None:  # an earlier try got it: a retry or a cleared task works on the same upload
            return self._confirm(context, given)
        self.log.info("waiting for the next upload to %s/%s", self.bucket, self.prefix)
        self.defer(trigger=AwaitedUploadTrigger(workflow_id, run_id), method_name="resume")
        raise AssertionError("defer() does not return")

    def resume(self, context: Context, event: dict[str, Any]) -> dict[str, Any]:
        """Continue with the upload this run was given."""
        return self._confirm(context, event)

    def _confirm(self, context: Context, upload: dict[str, Any]) -> dict[str, Any]:
        run = context["dag_run"]
        try:
            source = confirmed_source(ObjectStorage(airflow_clients().s3), self.bucket, upload)
        except MediaWorkflowsError as error:
            with transaction() as session:
                record_source(session, run.dag_id, run.run_id, self.revision, _named(self.bucket, upload), error)
            if error.retryable:
                raise
            raise AirflowFailException(str(error)) from error
        with transaction() as session:
            record_source(session, run.dag_id, run.run_id, self.revision, source)
        self.log.info("source: %s/%s, %d bytes", source.bucket, source.key, source.size_bytes)
        return source.model_dump(mode="json")


def _named(bucket: str, upload: dict[str, Any]) -> SourceObject:
    return SourceObject(
        bucket=bucket,
        key=upload["key"],
        etag=upload.get("etag") or "",
        size_bytes=0,
        version_id=upload.get("version_id"),
    )


def confirmed_source(storage: ObjectStorage, bucket: str, upload: dict[str, Any]) -> SourceObject:
    """The object as it is now. Raises SourceGoneError when it is gone or is no longer the one that was uploaded."""
    key, etag = str(upload["key"]), upload.get("etag")
    head = storage.head(bucket, key, version_id=upload.get("version_id"))
    if head is None:
        raise SourceGoneError(f"there is no object {key!r} in bucket {bucket!r}: upload it, or correct the key")
    if etag and head.etag != etag:
        raise SourceGoneError(
            f"{bucket}/{key} was replaced after this run began; the newer upload has a run of its own"
        )
    return SourceObject(
        bucket=bucket,
        key=key,
        etag=head.etag,
        size_bytes=head.size_bytes,
        version_id=upload.get("version_id"),
        last_modified=head.last_modified,
        content_type=head.content_type,
    )
