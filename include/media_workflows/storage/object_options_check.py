"""`verify_options`: whether a server kept the options of an output; some accept and forget what they do not have."""

from __future__ import annotations

from urllib.parse import parse_qsl

from media_workflows.errors import StorageConfigurationError
from media_workflows.storage.object_arguments import ObjectArguments
from media_workflows.storage.s3 import ObjectHead, ObjectStorage

_STANDARD = "STANDARD"  # the class that HEAD does not name


def verify_options(storage: ObjectStorage, bucket: str, key: str, stored: ObjectArguments) -> None:
    """Compare an object with the options that it was written with; ACLs, whose reading few may, are not compared.

    Raises StorageConfigurationError when the server has forgotten one, StorageError.
    """
    head = storage.head(bucket, key)
    if head is None:  # deleted by another program since
        return
    lost = [name for name, value in stored.arguments.items() if not _is_kept(name, value, head)]
    if (tagging := stored.arguments.get("Tagging")) and not _has_tags(storage, bucket, key, tagging):
        lost.append("Tagging")
    if lost:
        raise StorageConfigurationError(
            "the storage did not keep options of s3://{bucket}/{key}: {options}. It may not support them: leave them "
            "out of `objects`",
            bucket=bucket,
            key=key,
            options=", ".join(lost),
        )


def _has_tags(storage: ObjectStorage, bucket: str, key: str, tagging: str) -> bool:
    """Whether the object has the tags; some servers take them only afterwards for an object uploaded in parts."""
    tags = dict(parse_qsl(tagging, keep_blank_values=True))
    if storage.tags(bucket, key) == tags:
        return True
    storage.set_tags(bucket, key, tags)
    return storage.tags(bucket, key) == tags


def _is_kept(name: str, value: str, head: ObjectHead) -> bool:
    if name == "StorageClass":
        return (head.storage_class or _STANDARD) == value
    if name == "SSEKMSKeyId":  # an alias or an id is answered as an ARN
        return bool(head.headers.get(name))
    return name in ("ACL", "Tagging") or head.headers.get(name) == value
