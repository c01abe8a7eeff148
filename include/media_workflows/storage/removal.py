"""Removal of all objects below a directory."""

from __future__ import annotations

from media_workflows.log_context import ContextThreads
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.s3 import ObjectStorage

REMOVE_THREADS = 8


def remove_below(storage: ObjectStorage, bucket: str, directory: str) -> int:
    """Delete them, in a bucket that keeps versions for good; returns how many there were. Raises StorageError."""
    writer = ObjectWriter(storage)

    def remove(key: str) -> None:
        if (head := storage.head(bucket, key)) is not None:
            writer.delete(bucket, key, head.version_id)

    keys = [found.key for page in storage.iter_listing(bucket, directory) for found in page.objects]
    with ContextThreads(REMOVE_THREADS) as pool:
        list(pool.map(remove, keys))
    return len(keys)
