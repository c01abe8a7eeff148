"""`SourceObject` from a HEAD: an object as it is now, by its ETag and version."""

from __future__ import annotations

from media_workflows.domain.result import SourceObject
from media_workflows.errors import SourceGoneError
from media_workflows.storage.s3 import ObjectHead, ObjectStorage


def source_object(bucket: str, key: str, head: ObjectHead) -> SourceObject:
    """The object that answered a HEAD so."""
    return SourceObject(
        bucket=bucket,
        key=key,
        etag=head.etag,
        size_bytes=head.size_bytes,
        version_id=head.version_id,
        last_modified=head.last_modified,
        content_type=head.content_type,
        metadata=dict(head.metadata),
    )


def existing_head(storage: ObjectStorage, bucket: str, key: str, version_id: str | None = None) -> ObjectHead:
    """The head of an object as it is now, or of its named version. Raises SourceGoneError, StorageError."""
    head = storage.head(bucket, key, version_id)
    if head is None:
        raise SourceGoneError(
            "there is no object '{key}' in bucket '{bucket}', or no such bucket: upload it, or correct the name",
            key=key,
            bucket=bucket,
        )
    return head


def existing_source(storage: ObjectStorage, bucket: str, key: str, version_id: str | None = None) -> SourceObject:
    """The object as it is now, or its named version. Raises SourceGoneError, StorageError."""
    return source_object(bucket, key, existing_head(storage, bucket, key, version_id))
