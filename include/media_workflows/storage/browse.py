"""Lists buckets, directories and objects for pickers; one page of each."""

from __future__ import annotations

from datetime import datetime

from media_workflows.domain.base import Model
from media_workflows.storage.s3 import PAGE_KEYS, ObjectStorage


class Bucket(Model):
    """A bucket these credentials own; `region` None = the server's list does not include it."""

    name: str
    region: str | None


class BrowsedObject(Model):
    """An object of a directory."""

    key: str
    size_bytes: int
    last_modified: datetime


class ObjectPage(Model):
    """The first objects in key order; `truncated`: there are more."""

    items: list[BrowsedObject]
    truncated: bool


def list_buckets(storage: ObjectStorage) -> list[Bucket]:
    """At most 1,000 buckets. Raises StorageConfigurationError if the credentials may not list them."""
    with storage.guard("list the buckets", ""):
        found = storage.client.list_buckets(MaxBuckets=PAGE_KEYS)
    return [Bucket(name=bucket["Name"], region=bucket.get("BucketRegion")) for bucket in found["Buckets"]]


def list_directories(storage: ObjectStorage, bucket: str, prefix: str) -> list[str]:
    """The directories right below `prefix`, each ending with '/', at most 1,000. Raises StorageError."""
    with storage.guard("list", bucket):
        page = storage.client.list_objects_v2(Bucket=bucket, Prefix=prefix, Delimiter="/", MaxKeys=PAGE_KEYS)
    return [found["Prefix"] for found in page.get("CommonPrefixes", [])]


def list_objects(storage: ObjectStorage, bucket: str, prefix: str, limit: int) -> ObjectPage:
    """The objects whose key starts with `prefix`, at most 1,000, without directory markers. Raises StorageError."""
    with storage.guard("list", bucket):
        page = storage.client.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=min(limit, PAGE_KEYS))
    items = [
        BrowsedObject(key=found["Key"], size_bytes=found["Size"], last_modified=found["LastModified"])
        for found in page.get("Contents", [])
        if not found["Key"].endswith("/")
    ]
    return ObjectPage(items=items, truncated=page["IsTruncated"])
