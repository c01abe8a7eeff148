"""The multipart registry: a record, kept outside S3, of claimed keys and open multipart uploads.

With it, the multipart uploads of a killed process can be found and aborted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from media_workflows.storage.object_writer import ObjectWriter


class MultipartRegistry(Protocol):
    """The interface through which a publisher records claims and multipart uploads.

    All in the publishing thread, except `confirm`.
    """

    def claim(self, places: Sequence[tuple[str, str]]) -> None:
        """Record that this step will write these (bucket, key), all of them or none.

        Raises OutputExistsError if another live step has claimed one, or has written one in this run.
        """

    def confirm(self) -> None:
        """Called before each object becomes visible, by several threads. Raises WorkerError if a claim is lost."""

    def began(self, bucket: str, key: str, upload_id: str) -> None:
        """Record the start of a multipart upload."""

    def ended(self, bucket: str, key: str, upload_id: str) -> None:
        """Record that the multipart upload was completed or aborted. Idempotent."""


class NoRegistry:
    """A registry that records nothing: leftovers of a killed process stay until a life-cycle rule removes them."""

    def claim(self, places: Sequence[tuple[str, str]]) -> None:
        pass

    def confirm(self) -> None:
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
