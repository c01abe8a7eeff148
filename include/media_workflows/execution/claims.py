"""`StepClaims`: the output keys a publisher has claimed and the uploads it has begun, kept in the store."""

from __future__ import annotations

from media_workflows.domain.step_key import StepKey
from media_workflows.storage.multipart_registry import RegistryEntry
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction


class StepClaims:
    """`MultipartRegistry` in the store, for one step of one run."""

    def __init__(self, step: StepKey) -> None:
        self._step = step
        self._claimed: list[tuple[str, str]] = []

    def claim(self, bucket: str, key: str) -> None:
        """Raises OutputExistsError while another step publishes to the key."""
        with transaction() as session:
            store.claim_output(session, bucket, key, self._step)
        self._claimed.append((bucket, key))

    def began(self, bucket: str, key: str, upload_id: str) -> None:
        """Durable before the first part is sent."""
        with transaction() as session:
            store.note_upload(session, store.PendingUpload(bucket=bucket, key=key, upload_id=upload_id), self._step)

    def ended(self, bucket: str, key: str, upload_id: str) -> None:
        """Completed or aborted."""
        with transaction() as session:
            store.forget_upload(session, upload_id)

    def leftovers(self) -> list[RegistryEntry]:
        """Uploads that a killed try of this step left open."""
        with transaction() as session:
            pending = store.pending_uploads(session, self._step)
        return [RegistryEntry(entry.bucket, entry.key, entry.upload_id) for entry in pending]

    def release(self) -> None:
        """Publishing ended, successfully or not."""
        with transaction() as session:
            store.release_claims(session, self._step, self._claimed)
        self._claimed = []
