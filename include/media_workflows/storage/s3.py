"""`ObjectStorage`: reads objects, listings and buckets of any S3-compatible server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from media_workflows.errors import SourceGoneError, StorageAccessError, StorageConfigurationError, StorageError
from media_workflows.storage.clock import clock_skew
from media_workflows.storage.s3_errors import storage_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        GetObjectOutputTypeDef,
        HeadBucketOutputTypeDef,
        HeadObjectOutputTypeDef,
        ResponseMetadataTypeDef,
    )

PAGE_KEYS = 1000  # the most a listing page may contain
CHUNK_BYTES = 1024 * 1024
UNNAMED_REGION = "us-east-1"  # S3 reports no location for a bucket in this region


@dataclass(frozen=True)
class ObjectHead:
    """The answer to HEAD. Metadata names are lower-case; `clock_skew`: the server's clock less ours.

    `is_encrypted`: with a key of a key service, so that the ETag is no checksum. `headers` are Cache-Control,
    Content-Disposition and that key, as the arguments with which S3 gives them to another object.
    """

    etag: str
    size_bytes: int
    last_modified: datetime
    version_id: str | None
    metadata: Mapping[str, str]
    content_type: str | None
    clock_skew: timedelta
    is_encrypted: bool = False
    storage_class: str = ""  # as S3 names it; '' = STANDARD
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ListedObject:
    """One object of a listing. Its `last_modified` can be finer than HEAD's whole seconds."""

    key: str
    etag: str
    size_bytes: int
    last_modified: datetime


@dataclass(frozen=True)
class ListingPage:
    """At most 1,000 objects in key order; `next_token` is None on the last page."""

    objects: list[ListedObject]
    clock_skew: timedelta
    next_token: str | None


def plain_etag(etag: str) -> str:
    """An ETag without the quotes of the HTTP header."""
    return etag.strip('"')


def _headers(found: HeadObjectOutputTypeDef) -> dict[str, str]:
    names = ["CacheControl", "ContentDisposition"]
    if found.get("ServerSideEncryption", "").startswith("aws:"):
        names += ["ServerSideEncryption", "SSEKMSKeyId"]
    return {name: str(found[name]) for name in names if found.get(name)}  # type: ignore[literal-required]


def _skew(response: ResponseMetadataTypeDef, sent_at: datetime) -> timedelta:
    return clock_skew(response["HTTPHeaders"].get("date"), sent_at, datetime.now(UTC))


def version_argument(version_id: str | None) -> dict[str, Any]:
    """The keyword argument that names a version, or none for the current one."""
    return {"VersionId": version_id} if version_id else {}


class ObjectStorage:
    """Typed S3 calls; every failure is a StorageError whose message names the object and the remedy."""

    def __init__(self, client: S3Client, check: Callable[[], None] = lambda: None) -> None:
        """`check` is called between the chunks of long transfers, and may raise to stop them."""
        self.client = client
        self.check = check

    def guard(self, action: str, bucket: str, key: str = "") -> AbstractContextManager[None]:
        """The error translation around calls that this class does not wrap itself."""
        return storage_errors(action, bucket, key, self.client.meta.endpoint_url)

    def head(self, bucket: str, key: str, version_id: str | None = None) -> ObjectHead | None:
        """The object, or None if it (or its bucket: HEAD does not distinguish) is missing. Raises StorageError."""
        sent_at = datetime.now(UTC)
        try:
            with self.guard("read the metadata of", bucket, key):
                found = self.client.head_object(Bucket=bucket, Key=key, **version_argument(version_id))
        except SourceGoneError:
            return None
        version = found.get("VersionId")
        return ObjectHead(
            etag=plain_etag(found["ETag"]),
            size_bytes=found["ContentLength"],
            last_modified=found["LastModified"],
            # "null" is the version id in a bucket whose versioning is suspended: an overwrite replaces it.
            version_id=None if version == "null" else version,
            metadata={name.lower(): value for name, value in found["Metadata"].items()},
            content_type=found.get("ContentType"),
            clock_skew=_skew(found["ResponseMetadata"], sent_at),
            is_encrypted=found.get("ServerSideEncryption", "").startswith("aws:"),
            storage_class=found.get("StorageClass", ""),
            headers=_headers(found),
        )

    def tags(self, bucket: str, key: str, version_id: str | None = None) -> dict[str, str]:
        """The tags of an object. Raises StorageError."""
        with self.guard("read the tags of", bucket, key):
            found = self.client.get_object_tagging(Bucket=bucket, Key=key, **version_argument(version_id))
        return {tag["Key"]: tag["Value"] for tag in found["TagSet"]}

    def set_tags(self, bucket: str, key: str, tags: Mapping[str, str]) -> None:
        """Replace the tags of an object. Raises StorageError."""
        with self.guard("set the tags of", bucket, key):
            tag_set = {"TagSet": [{"Key": name, "Value": value} for name, value in tags.items()]}
            self.client.put_object_tagging(Bucket=bucket, Key=key, Tagging=tag_set)  # type: ignore[arg-type]

    def list_page(self, bucket: str, prefix: str = "", token: str | None = None, *, after: str = "") -> ListingPage:
        """One page of the objects whose key starts with `prefix`, without `token` those after key `after`.

        Raises StorageError.
        """
        more: dict[str, Any] = {"ContinuationToken": token} if token else {"StartAfter": after} if after else {}
        sent_at = datetime.now(UTC)
        with self.guard("list", bucket):
            page = self.client.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=PAGE_KEYS, **more)
        skew = _skew(page["ResponseMetadata"], sent_at)
        objects = [
            ListedObject(found["Key"], plain_etag(found["ETag"]), found["Size"], found["LastModified"])
            for found in page.get("Contents", [])
        ]
        return ListingPage(objects, skew, page.get("NextContinuationToken"))

    def iter_listing(self, bucket: str, prefix: str = "", *, after: str = "") -> Iterator[ListingPage]:
        """All pages after a key, each fetched on demand; an empty listing is one empty page. Raises StorageError."""
        page = self.list_page(bucket, prefix, after=after)
        yield page
        while page.next_token:
            page = self.list_page(bucket, prefix, page.next_token)
            yield page

    def download(self, bucket: str, key: str, etag: str, version_id: str | None, path: Path) -> int:
        """Download the object with exactly this ETag to `path`; returns the bytes written.

        A broken transfer resumes where it broke, as long as each attempt makes progress.
        Raises SourceGoneError if the object was deleted or replaced, StorageError without progress.
        """
        request = {"Bucket": bucket, "Key": key, "IfMatch": f'"{etag}"', **version_argument(version_id)}
        with path.open("wb") as file:
            while True:
                had = file.tell()
                try:
                    return self._download_rest(request, file)
                except StorageError as error:
                    if not error.retryable or file.tell() == had:
                        raise

    def _download_rest(self, request: Mapping[str, Any], file: BinaryIO) -> int:
        """Append the missing rest of the object to `file`; returns the whole size in bytes."""
        bucket, key, offset = request["Bucket"], request["Key"], file.tell()
        part: dict[str, Any] = {"Range": f"bytes={offset}-"} if offset else {}
        with self.guard("download", bucket, key):
            response = self.client.get_object(**request, **part)
            total = _whole_size(response, offset)
            with closing(response["Body"]) as body:
                for chunk in body.iter_chunks(CHUNK_BYTES):
                    self.check()
                    file.write(chunk)
        if file.tell() != total:
            raise StorageError(
                "cannot download s3://{bucket}/{key}: received {received} of {expected} bytes; it may work later",
                bucket=bucket,
                key=key,
                received=file.tell(),
                expected=total,
            )
        return total

    def presigned_url(self, bucket: str, key: str, valid_s: int) -> str:
        """A presigned URL to read the object for `valid_s` seconds (at most 604,800). No request is made."""
        return self.client.generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=valid_s
        )

    def bucket_region(self, bucket: str) -> str:
        """The region of a bucket. Raises StorageConfigurationError on a missing or forbidden bucket."""
        with self.guard("find", bucket):
            found = self.client.head_bucket(Bucket=bucket)
        if region := _region_of(found):
            return region
        with self.guard("get the region of", bucket):
            return self.client.get_bucket_location(Bucket=bucket)["LocationConstraint"] or UNNAMED_REGION

    def check_buckets(self, trigger_bucket: str, output_bucket: str, trigger_field: str = "trigger.bucket") -> str:
        """Check that both buckets are accessible and in one region; returns it. Raises StorageConfigurationError."""
        trigger_region = self._region_of_field(trigger_field, trigger_bucket)
        if output_bucket == trigger_bucket:
            return trigger_region
        output_region = self._region_of_field("output.bucket", output_bucket)
        if trigger_region != output_region:
            raise StorageConfigurationError(
                "bucket '{trigger_bucket}' of the sources is in {trigger_region} and output bucket '{output_bucket}' "
                "in {output_region}: both must be in one region; choose an output bucket in {trigger_region}",
                trigger_bucket=trigger_bucket,
                trigger_region=trigger_region,
                output_bucket=output_bucket,
                output_region=output_region,
            ).at("output.bucket", repr(output_bucket))
        return trigger_region

    def _region_of_field(self, field: str, bucket: str) -> str:
        """The region of the bucket in this field of a definition; an error that the bucket causes is the field's."""
        try:
            return self.bucket_region(bucket)
        except (StorageConfigurationError, StorageAccessError) as error:
            error.at(field, repr(bucket))
            raise


def _region_of(found: HeadBucketOutputTypeDef) -> str | None:
    return found.get("BucketRegion") or found["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region")


def _whole_size(response: GetObjectOutputTypeDef, offset: int) -> int:
    """The object's size in bytes. Raises StorageError if the server ignored the requested range."""
    if offset and response["ResponseMetadata"]["HTTPStatusCode"] != 206:
        raise StorageError("the storage sent the whole object although only the rest of it was requested")
    return offset + response["ContentLength"]
