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
    """`said` is what the jobs told."""

    clients: Clients
    settings: Settings
    bucket: str
    said: list[str] = field(default_factory=list)

    def upload(self, path: Path, key: str) -> SourceObject:
        """Put a file there, as an upload sensor would tell of it."""
        self.clients.s3.upload_file(str(path), self.bucket, key)
        head = ObjectStorage(self.clients.s3).head(self.bucket, key)
        assert head is not None
        return SourceObject(bucket=self.bucket, key=key, etag=head.etag, size_bytes=head.size_bytes)
