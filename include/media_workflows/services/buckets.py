"""Buckets as the page shows them, with the credentials that runs use."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from media_workflows.airflow_adapter.connections import shared_clients
from media_workflows.naming import fixed_directory
from media_workflows.storage import browse
from media_workflows.storage.access_check import CheckedStep, check_access
from media_workflows.storage.browse import Bucket, ObjectPage
from media_workflows.storage.s3 import ObjectStorage

REGION_WAIT_S = 0.2  # a list of workflows does not wait longer for a storage that is slow or away
_LOOKUPS = ThreadPoolExecutor(2, thread_name_prefix="bucket-region")
RETRY_S = 60.0
_regions: dict[str, tuple[float, Future[str]]] = {}  # and when it was asked; a bucket never moves


def storage() -> ObjectStorage:
    """The storage of all workflows."""
    return ObjectStorage(shared_clients().s3)


def list_buckets() -> list[Bucket]:
    """Raises StorageConfigurationError where the credentials may not list buckets."""
    return browse.list_buckets(storage())


def list_directories(bucket: str, prefix: str) -> list[str]:
    """See `storage.browse`."""
    return browse.list_directories(storage(), bucket, prefix)


def list_objects(bucket: str, prefix: str, limit: int) -> ObjectPage:
    """See `storage.browse`."""
    return browse.list_objects(storage(), bucket, prefix, limit)


def try_access(bucket: str, directory: str) -> list[CheckedStep]:
    """See `storage.access_check`; of an output directory, the part that all sources share."""
    return check_access(storage(), bucket, fixed_directory(directory))


def known_regions(buckets: Iterable[str]) -> dict[str, str]:
    """The regions of those buckets of which the storage told it, now or before; asks in the background."""
    asked = {bucket: _lookup(bucket) for bucket in set(buckets)}
    wait(asked.values(), REGION_WAIT_S)
    return {bucket: found.result() for bucket, found in asked.items() if _succeeded(found)}


def _lookup(bucket: str) -> Future[str]:
    asked_s, found = _regions.get(bucket, (0.0, None))
    if found is None or (found.done() and not _succeeded(found) and time.monotonic() > asked_s + RETRY_S):
        found = _LOOKUPS.submit(_region, bucket)
        _regions[bucket] = time.monotonic(), found
    return found


def _region(bucket: str) -> str:
    return storage().bucket_region(bucket)


def _succeeded(found: Future[str]) -> bool:
    return found.done() and found.exception() is None
