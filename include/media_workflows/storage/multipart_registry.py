"""The upload ledger: a record, kept outside S3, of the uploads a killed process may have left behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from media_workflows.storage.object_writer import ObjectWriter


class UploadLedger(Protocol):
    """What a publisher tells its ledger. Called from the publishing thread alone."""

    def claim(self, bucket: str, key: str) -> None:
        """This run is about to write the key. Raises OutputExistsError if another live run has claimed it."""

    def began(self, bucket: str, key: str, upload_id: str) -> None:
        """A multipart upload was started."""

    def ended(self, bucket: str, key: str, upload_id: str) -> None:
        """That upload was completed or aborted. May be told twice."""


class NoLedger:
    """Keeps nothing: leftovers of a killed process stay until a life-cycle rule of the bucket removes them."""

    def claim(self, bucket: str, key: str) -> None:
        pass

    def began(self, bucket: str, key: str, upload_id: str) -> None:
        pass

    def ended(self, bucket: str, key: str, upload_id: str) -> None:
        pass


@dataclass(frozen=True)
class LedgerEntry:
    """A claim, or an upload begun on it. Without an id the process may have died before it could tell one."""

    bucket: str
    key: str
    upload_id: str | None = None


def abort_leftovers(writer: ObjectWriter, entries: Iterable[LedgerEntry], ledger: UploadLedger) -> int:
    """Abort the uploads of `entries`, which must belong to runs that live no more; how many were aborted.

    A claim without an upload id is looked up on the server by its key. Raises StorageError at the
    first that cannot be aborted; those before it have been reported to `ledger` as ended.
    """
    aborted = 0
    for entry in entries:
        ids = [entry.upload_id] if entry.upload_id else writer.open_uploads(entry.bucket, entry.key)
        for upload_id in ids:
            writer.abort(entry.bucket, entry.key, upload_id)
            ledger.ended(entry.bucket, entry.key, upload_id)
            aborted += 1
    return aborted
