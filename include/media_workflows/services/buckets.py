"""Buckets and their objects for the pages, with the credentials that runs use."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from concurrent.futures import Future, wait

from media_workflows.airflow_adapter.connections import shared_clients
from media_workflows.domain.places import Place
from media_workflows.errors import StorageConfigurationError
from media_workflows.log_context import ContextThreads
from media_workflows.naming import fixed_directory
from media_workflows.services.places import leads_to_allowed, require_allowed
from media_workflows.storage import browse
from media_workflows.storage.access_check import CheckedStep, check_access
from media_workflows.storage.browse import Bucket, ObjectPage
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store.bucket_regions import store_region
from media_workflows.store.engine import transaction

REGION_WAIT_S = 0.2  # the list of workflows waits no longer for a slow or unreachable storage
_LOOKUPS = ContextThreads(2, thread_name_prefix="bucket-region")
RETRY_S = 60.0
_regions: dict[str, tuple[float, Future[str]]] = {}  # with the time of the lookup; a bucket's region never changes


def storage() -> ObjectStorage:
    """The storage of all workflows."""
    return ObjectStorage(shared_clients().s3)


def list_buckets() -> list[Bucket]:
    """The allowed buckets of the credentials. Raises StorageConfigurationError if they may not list buckets."""
    return [bucket for bucket in browse.list_buckets(storage()) if leads_to_allowed(Place(bucket.name))]


def list_directories(bucket: str, prefix: str) -> list[str]:
    """The allowed directories below `prefix`, and those that lead to one. Raises NotPermittedError."""
    if not leads_to_allowed(Place(bucket, prefix)):
        require_allowed([Place(bucket, prefix)])
    found = browse.list_directories(storage(), bucket, prefix)
    return [directory for directory in found if leads_to_allowed(Place(bucket, directory))]


def list_objects(bucket: str, prefix: str, limit: int) -> ObjectPage:
    """The objects below `prefix`; see `storage.browse`. Raises NotPermittedError."""
    require_allowed([Place(bucket, prefix)])
    return browse.list_objects(storage(), bucket, prefix, limit)


def try_access(bucket: str, directory: str) -> list[CheckedStep]:
    """Check access to a directory (see `storage.access_check`); of an output directory, to its fixed part.

    Raises NotPermittedError.
    """
    fixed = fixed_directory(directory)
    require_allowed([Place(bucket, fixed)])
    return check_access(storage(), bucket, fixed)


def known_regions(buckets: Iterable[str]) -> dict[str, str]:
    """The regions by bucket, as far as known: lookups run in the background and are cached."""
    asked = {bucket: _lookup(bucket) for bucket in set(buckets)}
    wait(asked.values(), REGION_WAIT_S)
    return {bucket: found.result() for bucket, found in asked.items() if _succeeded(found)}


def note_region(buckets: Collection[str], region: str) -> None:
    """Keep the region that a check has just found for these buckets, for the pages and for events."""
    found: Future[str] = Future()
    found.set_result(region)
    _regions.update(dict.fromkeys(buckets, (time.monotonic(), found)))
    _store(buckets, region)


def _lookup(bucket: str) -> Future[str]:
    asked_s, found = _regions.get(bucket, (0.0, None))
    if found is None or (found.done() and not _succeeded(found) and time.monotonic() > asked_s + RETRY_S):
        found = _LOOKUPS.submit(_region, bucket)
        _regions[bucket] = time.monotonic(), found
    return found


def _region(bucket: str) -> str:
    region = storage().bucket_region(bucket)
    _store([bucket], region)
    return region


def _store(buckets: Collection[str], region: str) -> None:
    with transaction() as session:
        store_region(session, buckets, region)


def _succeeded(found: Future[str]) -> bool:
    return found.done() and found.exception() is None


def require_region(bucket: str, region: str, named: str) -> None:
    """Require that a bucket's region is the one that a definition names. Raises StorageConfigurationError."""
    if named != region:
        raise StorageConfigurationError(
            "bucket '{bucket}' is in region {region}, the definition names {named}: correct the region or leave it out",
            bucket=bucket,
            region=region,
            named=named,
        )
