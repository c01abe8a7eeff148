"""Copies inside the storage: no byte of them passes through the worker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from media_workflows.domain.object_options import MAX_METADATA_BYTES
from media_workflows.domain.result import Role
from media_workflows.errors import StorageError
from media_workflows.storage.object_arguments import NO_ARGUMENTS, ObjectArguments, metadata_bytes
from media_workflows.storage.object_writer import MAX_COPY_BYTES, MAX_PARTS, MIB, CopyOrigin, ObjectWriter
from media_workflows.storage.s3 import ObjectStorage

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

COPY_PART_BYTES = 512 * MIB
_MD5 = re.compile(r"[0-9a-f]{32}")  # the ETag of an object that was not uploaded in parts


@dataclass(frozen=True)
class StagedCopy:
    """An object in the storage, and the target key of its copy.

    `user_metadata` are kept as far as S3 has room for them beside the provenance. `tags` and `storage_class` empty = as
    S3 does by default. `is_verified`: the copy is compared with its original before it counts as published. `stored`
    are options of an output; `replaces_tags`: it gets their tags alone. `in_place`: the object itself gets the options.
    """

    origin: CopyOrigin
    size_bytes: int
    md5: str
    bucket: str
    key: str
    content_type: str
    role: Role = "main"
    user_metadata: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    storage_class: str = ""
    is_verified: bool = False
    stored: ObjectArguments = NO_ARGUMENTS
    replaces_tags: bool = False
    in_place: bool = False

    @property
    def in_parts(self) -> bool:
        """Whether it is too large for one request."""
        return self.size_bytes > MAX_COPY_BYTES

    @property
    def options(self) -> dict[str, str]:
        """Further arguments of S3. Without tags, one request copies those of the original."""
        tags = {"Tagging": urlencode(self.tags)} if self.tags else {}
        given = self.stored.arguments
        has_tags = bool(self.tags) or self.replaces_tags or "Tagging" in given
        directive = {"TaggingDirective": "REPLACE"} if has_tags and not self.in_parts else {}
        class_ = {"StorageClass": self.storage_class} if self.storage_class else {}
        return {**given, **tags, **directive, **class_}

    def metadata(self, provenance: dict[str, str]) -> dict[str, str]:
        """The user metadata of the copy."""
        merged = {**self.user_metadata, **provenance}
        return merged if metadata_bytes(merged) <= MAX_METADATA_BYTES else provenance


def with_original_tags(storage: ObjectStorage, copy: StagedCopy) -> StagedCopy:
    """The copy with the tags of its original, if it has none: S3 copies them along with an object, not with parts."""
    if copy.tags or not copy.in_parts:
        return copy
    return replace(copy, tags=storage.tags(copy.origin.bucket, copy.origin.key, copy.origin.version_id))


def copied_parts(
    writer: ObjectWriter, storage: ObjectStorage, copy: StagedCopy, upload_id: str
) -> Iterator[CompletedPartTypeDef]:
    """Copies the parts of a large object into a multipart upload."""
    size = max(COPY_PART_BYTES, -(-copy.size_bytes // MAX_PARTS))
    for number, first in enumerate(range(0, copy.size_bytes, size), start=1):
        storage.check()
        last = min(first + size, copy.size_bytes) - 1
        yield writer.copy_part(copy.origin, copy.bucket, copy.key, upload_id, number, (first, last))


def verify_copy(storage: ObjectStorage, copy: StagedCopy) -> None:
    """Compare a copy with its original, by size and, where both ETags are checksums, by ETag. Raises StorageError."""
    head = storage.head(copy.bucket, copy.key)
    etag = copy.origin.etag
    found = (head.size_bytes, head.etag) if head else (None, "")
    # An encrypted object may have an ETag that is no checksum: it has 32 digits, too, and is only compared otherwise.
    differs = head is not None and not head.is_encrypted and _are_checksums(etag, head.etag) and head.etag != etag
    if found[0] != copy.size_bytes or differs:
        raise StorageError(
            "the copy s3://{bucket}/{key} is not its original s3://{from_bucket}/{from_key}: it has {found} bytes and "
            "ETag {found_etag}, expected were {size} bytes and ETag {etag}; it is removed and copied again",
            bucket=copy.bucket,
            key=copy.key,
            from_bucket=copy.origin.bucket,
            from_key=copy.origin.key,
            found=found[0],
            found_etag=found[1],
            size=copy.size_bytes,
            etag=etag,
        )


def _are_checksums(*etags: str) -> bool:
    return all(_MD5.fullmatch(etag) for etag in etags)
