"""`BucketSite`: one bucket of a real S3 server, for tests that run jobs on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from media_workflows.domain.result import SourceObject
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients
from media_workflows.storage.s3 import ObjectStorage


@dataclass
class BucketSite:
    """`said` is what the jobs logged."""

    clients: Clients
    settings: Settings
    bucket: str
    said: list[str] = field(default_factory=list)

    def upload(self, path: Path, key: str) -> SourceObject:
        """Put a file there, as an upload sensor returns it."""
        self.clients.s3.upload_file(str(path), self.bucket, key)
        head = ObjectStorage(self.clients.s3).head(self.bucket, key)
        assert head is not None
        return SourceObject(bucket=self.bucket, key=key, etag=head.etag, size_bytes=head.size_bytes)

    def keys(self, prefix: str) -> list[str]:
        """Keys below a prefix."""
        listed = self.clients.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [found["Key"] for found in listed.get("Contents", [])]

    def body(self, key: str) -> bytes:
        """An object's bytes."""
        return self.clients.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
