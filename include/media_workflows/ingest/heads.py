"""HEAD requests for many objects, several at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from media_workflows.errors import StorageError
from media_workflows.log_context import ContextThreads, logs_about
from media_workflows.storage.s3 import ObjectHead, ObjectStorage
from media_workflows.store.uploads import ObjectPlace

HEAD_THREADS = 8  # half of a client's connections


def read_heads(
    storage: ObjectStorage, places: Collection[ObjectPlace]
) -> Mapping[ObjectPlace, ObjectHead | StorageError | None]:
    """The head of each object; None if it is gone, and the error if it cannot be read, which hides no other object."""

    def read(place: ObjectPlace) -> ObjectHead | StorageError | None:
        bucket, key = place
        try:
            with logs_about(bucket=bucket, key=key):
                return storage.head(bucket, key)
        except StorageError as error:
            return error

    with ContextThreads(HEAD_THREADS) as pool:
        return dict(zip(places, pool.map(read, places), strict=True))
