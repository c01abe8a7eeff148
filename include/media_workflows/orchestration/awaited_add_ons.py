"""Waiting for the objects of add-ons before a run begins to process its source."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from airflow.triggers.base import BaseTrigger, TriggerEvent

from media_workflows.domain.result import SourceObject
from media_workflows.errors import StorageError
from media_workflows.log_context import log_object
from media_workflows.naming import fill_in
from media_workflows.orchestration.upload_triggers import hook_storage
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store.tables import utcnow

CHECK_INTERVAL_S = 5.0
Awaited: TypeAlias = tuple[str, str]  # a key, and until when it is awaited (ISO 8601)


def awaited_objects(patterns: Sequence[tuple[str, int]], source: SourceObject, prefix: str) -> list[Awaited]:
    """The objects that belong to a source. Raises OutputNameError."""
    uploaded_at = source.last_modified or utcnow()
    return [
        (fill_in(pattern, source.key, prefix, {}), (uploaded_at + timedelta(seconds=timeout_s)).isoformat())
        for pattern, timeout_s in patterns
    ]


def still_missing(storage: ObjectStorage, bucket: str, awaited: Sequence[Awaited], now: datetime) -> list[Awaited]:
    """Those whose time is not over and that are not there. Raises StorageError."""
    open_ = [(key, until) for key, until in awaited if datetime.fromisoformat(until) > now]
    return [(key, until) for key, until in open_ if storage.head(bucket, key) is None]


class AddOnsTrigger(BaseTrigger):
    """Fires with `source` when all awaited objects are there or their time is over."""

    def __init__(
        self, bucket: str, awaited: Sequence[Awaited], source: dict[str, Any], hook_parameters: dict[str, Any]
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.bucket = bucket
        self.awaited = awaited
        self.source = source
        self.hook_parameters = hook_parameters

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Class path and arguments, for the triggerer."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {
            "bucket": self.bucket,
            "awaited": [list(one) for one in self.awaited],
            "source": self.source,
            "hook_parameters": self.hook_parameters,
        }

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield the source, once."""
        log_object(self.bucket, str(self.source["key"]))
        storage = await hook_storage(self.hook_parameters)
        while await asyncio.to_thread(self._waits, storage):
            await asyncio.sleep(CHECK_INTERVAL_S)
        yield TriggerEvent(self.source)

    def _waits(self, storage: ObjectStorage) -> bool:
        """The sensor has looked for these objects before, so a passing error only delays the next check."""
        try:
            return bool(still_missing(storage, self.bucket, self.awaited, utcnow()))
        except StorageError as error:
            if not error.retryable:
                raise
            self.log.warning("add-ons in %s cannot be looked for; trying again: %s", self.bucket, error)
            return True
