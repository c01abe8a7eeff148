"""Every storage test runs against both servers, in a bucket of its own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from media_workflows.domain.result import SourceObject
from media_workflows.errors import OutputExistsError, WorkerError
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients, make_clients
from media_workflows.storage.s3 import ObjectStorage


@pytest.fixture(scope="session")
def clients(endpoint: str) -> Clients:
    return make_clients(Settings(s3_endpoint_url=endpoint))


@pytest.fixture(scope="session")
def storage(clients: Clients) -> ObjectStorage:
    return ObjectStorage(clients.s3)


@pytest.fixture
def bucket(storage: ObjectStorage) -> str:
    name = f"bucket-{uuid.uuid4().hex[:12]}"
    storage.client.create_bucket(Bucket=name)
    return name


@dataclass
class Shelf:
    """Puts objects into the test's bucket."""

    storage: ObjectStorage
    bucket: str

    def put(self, key: str, body: bytes, metadata: dict[str, str] | None = None) -> SourceObject:
        self.storage.client.put_object(
            Bucket=self.bucket, Key=key, Body=body, ContentType="video/mp4", Metadata=metadata or {}
        )
        head = self.storage.head(self.bucket, key)
        assert head is not None
        return SourceObject(
            bucket=self.bucket, key=key, etag=head.etag, size_bytes=head.size_bytes, version_id=head.version_id
        )

    def keep_versions(self) -> None:
        self.storage.client.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})

    def keys(self) -> list[str]:
        return [found.key for page in self.storage.iter_listing(self.bucket) for found in page.objects]

    def body(self, key: str) -> bytes:
        return self.storage.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def open_uploads(self) -> list[str]:
        listed = self.storage.client.list_multipart_uploads(Bucket=self.bucket)
        return [upload["Key"] for upload in listed.get("Uploads", [])]


@pytest.fixture
def shelf(storage: ObjectStorage, bucket: str) -> Shelf:
    return Shelf(storage, bucket)


@dataclass
class MemoryRegistry:
    """A multipart registry in memory; `taken` are keys another run has claimed; `is_lost`: one was taken over."""

    taken: set[str] = field(default_factory=set)
    claimed: list[tuple[str, str]] = field(default_factory=list)
    open: set[tuple[str, str, str]] = field(default_factory=set)
    is_lost: bool = False

    def claim(self, places: Sequence[tuple[str, str]]) -> None:
        for _, key in places:
            if key in self.taken:
                raise OutputExistsError(f"{key} is claimed by another run")
        self.claimed += places

    def confirm(self) -> None:
        if self.is_lost:
            raise WorkerError("a claim was taken over")

    def began(self, bucket: str, key: str, upload_id: str) -> None:
        self.open.add((bucket, key, upload_id))

    def ended(self, bucket: str, key: str, upload_id: str) -> None:
        self.open.discard((bucket, key, upload_id))


@pytest.fixture
def registry() -> MemoryRegistry:
    return MemoryRegistry()
