"""The multipart registry: a record, kept outside S3, of claimed keys and open multipart uploads.

With it, the multipart uploads of a killed process can be found and aborted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from media_workflows.storage.object_writer import ObjectWriter


class MultipartRegistry(Protocol):
    """The interface through which a publisher records claims and multipart uploads, in the publishing thread."""

    def claim(self, bucket: str, key: str) -> None:
        """Record that this run will write the key. Raises OutputExistsError if another live run has claimed it."""

    def began(self, bucket: str, key: str, upload_id: str) -> None:
        """Record the start of a multipart upload."""

    def ended(self, bucket: str, key: str, upload_id: str) -> None:
        """Record that the multipart upload was completed or aborted. Idempotent."""


class NoRegistry:
    """A registry that records nothing: leftovers of a killed process stay until a life-cycle rule removes them."""

    def claim(self, bucket: str, key: str) -> None:
        pass

    def began(self, bucket: str, key: str, upload_id: str) -> None:
        pass

    def ended(self, bucket: str, key: str, upload_id: str) -> None:
        pass


@dataclass(frozen=True)
class RegistryEntry:
    """A claim, with the id of its multipart upload; without one the process may have died before it recorded the id."""

    bucket: str
    key: str
    upload_id: str | None = None


def abort_leftovers(writer: ObjectWriter, entries: Iterable[RegistryEntry], registry: MultipartRegistry) -> int:
    """Abort the multipart uploads of `entries`, which must belong to dead runs; returns how many were aborted.

    For a claim without an upload id the server's open uploads of the key are listed. Raises StorageError at the
    first that cannot be aborted; those before it have been recorded in `registry` as ended.
    """
    aborted = 0
    for entry in entries:
        ids = [entry.upload_id] if entry.upload_id else writer.open_uploads(entry.bucket, entry.key)
        for upload_id in ids:
            writer.abort(entry.bucket, entry.key, upload_id)
            registry.ended(entry.bucket, entry.key, upload_id)
            aborted += 1
    return aborted
