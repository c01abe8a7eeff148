"""`StoreLedger`: what a publisher has claimed and begun, kept in the store."""

from __future__ import annotations

from media_workflows.storage.multipart_registry import RegistryEntry
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction


class StoreLedger:
    """`MultipartRegistry` in the store, for one task of one run."""

    def __init__(self, workflow_id: str, run_id: str, kind: str) -> None:
        self._workflow_id = workflow_id
        self._run_id = run_id
        self._kind = kind
        self._claimed: list[tuple[str, str]] = []

    def claim(self, bucket: str, key: str) -> None:
        """Raises OutputExistsError while another run publishes to the key."""
        with transaction() as session:
            store.claim_output(session, bucket, key, self._workflow_id, self._run_id)
        self._claimed.append((bucket, key))

    def began(self, bucket: str, key: str, upload_id: str) -> None:
        """Durable before the first part is sent."""
        with transaction() as session:
            store.note_upload(
                session, store.PendingUpload(bucket=bucket, key=key, upload_id=upload_id), self._run_id, self._kind
            )

    def ended(self, bucket: str, key: str, upload_id: str) -> None:
        """Completed or aborted."""
        with transaction() as session:
            store.forget_upload(session, upload_id)

    def leftovers(self) -> list[RegistryEntry]:
        """Uploads a killed try of this task left open."""
        with transaction() as session:
            pending = store.pending_uploads(session, self._run_id, self._kind)
        return [RegistryEntry(entry.bucket, entry.key, entry.upload_id) for entry in pending]

    def release(self) -> None:
        """Publishing ended, well or badly."""
        with transaction() as session:
            store.release_claims(session, self._workflow_id, self._run_id, self._claimed)
        self._claimed = []
