"""`ObjectWriter`: the write operations of S3. Each body is sent with its MD5, so the server rejects a damaged one."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from media_workflows.errors import NotFoundError
from media_workflows.storage.s3 import ObjectStorage, plain_etag, version_argument

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, CopySourceTypeDef

MIB = 1024 * 1024
MIN_PART_BYTES = 8 * MIB
MAX_PARTS = 10_000  # S3's limit per multipart upload
MAX_COPY_BYTES = 5 * 1024 * MIB  # S3's limit per CopyObject


def part_bytes(size_bytes: int) -> int:
    """The part size in bytes for a file: 8 MiB, or more where that would make too many parts."""
    return max(MIN_PART_BYTES, -(-size_bytes // MAX_PARTS))


def _content_md5(body: bytes) -> str:
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


class CopyOrigin(NamedTuple):
    """An object that is copied, at one version of it; None = the newest one, which must have this ETag as well."""

    bucket: str
    key: str
    etag: str
    version_id: str | None = None


def _copy_source(origin: CopyOrigin) -> CopySourceTypeDef:
    version = version_argument(origin.version_id)
    return {"Bucket": origin.bucket, "Key": origin.key, **version}  # type: ignore[typeddict-item]


class SentPart(NamedTuple):
    """A part of an open multipart upload. The ETag is quoted, as `complete` requires it."""

    number: int
    size_bytes: int
    etag: str


class ObjectWriter:
    """Puts, multipart uploads and deletions. Every method raises StorageError."""

    def __init__(self, storage: ObjectStorage) -> None:
        self._client = storage.client
        self._guard = storage.guard

    def put(
        self,
        bucket: str,
        key: str,
        body: bytes,
        content_type: str,
        metadata: Mapping[str, str],
        options: Mapping[str, Any] | None = None,
    ) -> str:
        """Write a whole object; returns its ETag. `options` are further arguments of S3."""
        with self._guard("write", bucket, key):
            response = self._client.put_object(
                Bucket=bucket,
                Key=key,
                Body=body,
                ContentMD5=_content_md5(body),
                ContentType=content_type,
                Metadata=metadata,
                **(options or {}),
            )
        return plain_etag(response["ETag"])

    def put_file(self, bucket: str, key: str, path: Path, content_type: str, metadata: Mapping[str, str]) -> str:
        """Write a file of at most MAX_COPY_BYTES as a whole object, without holding it in memory; returns its ETag."""
        with path.open("rb") as file:
            md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).digest()
            file.seek(0)
            with self._guard("write", bucket, key):
                response = self._client.put_object(
                    Bucket=bucket,
                    Key=key,
                    Body=file,
                    ContentMD5=base64.b64encode(md5).decode(),
                    ContentType=content_type,
                    Metadata=metadata,
                )
        return plain_etag(response["ETag"])

    def copy(
        self,
        origin: CopyOrigin,
        bucket: str,
        key: str,
        content_type: str,
        metadata: Mapping[str, str],
        options: Mapping[str, Any] | None = None,
    ) -> str:
        """Copy an object inside the storage, up to MAX_COPY_BYTES; returns the copy's ETag.

        `options` are further arguments of S3. Raises SourceGoneError if the original was deleted or replaced.
        """
        with self._guard(f"copy s3://{origin.bucket}/{origin.key} to", bucket, key):
            response = self._client.copy_object(
                Bucket=bucket,
                Key=key,
                CopySource=_copy_source(origin),
                CopySourceIfMatch=f'"{origin.etag}"',
                MetadataDirective="REPLACE",
                ContentType=content_type,
                Metadata=metadata,
                **(options or {}),
            )
        return plain_etag(response["CopyObjectResult"]["ETag"])

    def copy_part(
        self, origin: CopyOrigin, bucket: str, key: str, upload_id: str, number: int, span: tuple[int, int]
    ) -> CompletedPartTypeDef:
        """Copy the bytes of a span (its first and last) of an object as a part; as `copy` and `send_part`."""
        with self._guard(f"copy s3://{origin.bucket}/{origin.key} to part {number} of", bucket, key):
            response = self._client.upload_part_copy(
                Bucket=bucket,
                Key=key,
                UploadId=upload_id,
                PartNumber=number,
                CopySource=_copy_source(origin),
                CopySourceIfMatch=f'"{origin.etag}"',
                CopySourceRange=f"bytes={span[0]}-{span[1]}",
            )
        return {"ETag": response["CopyPartResult"]["ETag"], "PartNumber": number}

    def begin(
        self,
        bucket: str,
        key: str,
        content_type: str,
        metadata: Mapping[str, str],
        options: Mapping[str, Any] | None = None,
    ) -> str:
        """Start a multipart upload; returns its id. Nothing is visible until `complete`."""
        with self._guard("start a multipart upload to", bucket, key):
            response = self._client.create_multipart_upload(
                Bucket=bucket, Key=key, ContentType=content_type, Metadata=metadata, **(options or {})
            )
        return response["UploadId"]

    def send_part(self, bucket: str, key: str, upload_id: str, number: int, body: bytes) -> CompletedPartTypeDef:
        """Upload part `number` (from 1); returns what `complete` requires of it."""
        with self._guard(f"upload part {number} of", bucket, key):
            response = self._client.upload_part(
                Bucket=bucket,
                Key=key,
                UploadId=upload_id,
                PartNumber=number,
                Body=body,
                ContentMD5=_content_md5(body),
            )
        return {"ETag": response["ETag"], "PartNumber": number}

    def sent_parts(self, bucket: str, key: str, upload_id: str) -> list[SentPart]:
        """The uploaded parts in order. Raises NotFoundError for a multipart upload that has ended."""
        pages = self._client.get_paginator("list_parts")
        with self._guard("list the parts of the multipart upload to", bucket, key):
            try:
                return [
                    SentPart(part["PartNumber"], part["Size"], part["ETag"])
                    for page in pages.paginate(Bucket=bucket, Key=key, UploadId=upload_id)
                    for part in page.get("Parts", [])
                ]
            except self._client.exceptions.NoSuchUpload:
                raise NotFoundError(
                    "the multipart upload to s3://{bucket}/{key} has ended, or never began: upload the file again",
                    bucket=bucket,
                    key=key,
                ) from None

    def complete(self, bucket: str, key: str, upload_id: str, parts: list[CompletedPartTypeDef]) -> str:
        """Complete a multipart upload: its parts become the object atomically; returns the ETag."""
        with self._guard("complete the multipart upload to", bucket, key):
            response = self._client.complete_multipart_upload(
                Bucket=bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
            )
        return plain_etag(response["ETag"])

    def abort(self, bucket: str, key: str, upload_id: str) -> None:
        """Abort a multipart upload and discard its parts; one that has ended is ignored."""
        with self._guard("abort a multipart upload to", bucket, key):
            try:
                self._client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload_id)
            except self._client.exceptions.NoSuchUpload:
                return

    def open_uploads(self, bucket: str, key: str) -> list[str]:
        """The ids of the open multipart uploads for exactly this key."""
        pages = self._client.get_paginator("list_multipart_uploads")
        with self._guard("list the open multipart uploads to", bucket, key):
            return [
                upload["UploadId"]
                for page in pages.paginate(Bucket=bucket, Prefix=key)
                for upload in page.get("Uploads", [])
                if upload["Key"] == key
            ]

    def delete_unchanged(self, bucket: str, key: str, etag: str) -> None:
        """Delete an object if it has this ETag. A server without conditional deletions deletes it in any case.

        Raises SourceGoneError if it has another one.
        """
        with self._guard("delete", bucket, key):
            try:
                self._client.delete_object(Bucket=bucket, Key=key, IfMatch=f'"{etag}"')
            except self._client.exceptions.ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != 501:  # Not Implemented
                    raise
                self._client.delete_object(Bucket=bucket, Key=key)

    def delete(self, bucket: str, key: str, version_id: str | None = None) -> None:
        """Delete an object, or permanently one version of it, which makes the previous version current."""
        with self._guard("delete", bucket, key):
            self._client.delete_object(Bucket=bucket, Key=key, **version_argument(version_id))
