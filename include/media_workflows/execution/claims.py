"""`StepClaims`: the output keys a publisher has claimed and the uploads it has begun, kept in the store."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from media_workflows.domain.step_key import StepKey
from media_workflows.errors import OutputBusyError, WorkerError
from media_workflows.execution.progress import Log
from media_workflows.execution.repeated import repeated
from media_workflows.storage.multipart_registry import RegistryEntry
from media_workflows.store import claims as store
from media_workflows.store import unpublished
from media_workflows.store.engine import transaction
from media_workflows.store.outage import repeated_in_outage

RENEW_INTERVAL_S = 60.0
BUSY_INTERVAL_S = 0.5
PATIENCE_S = store.STALE_CLAIM.total_seconds() + RENEW_INTERVAL_S  # by then a killed task's claim is stale


class StepClaims:
    """`MultipartRegistry` in the store, for one step of one run."""

    def __init__(self, step: StepKey, log: Log, patience_s: float = PATIENCE_S) -> None:
        self._step = step
        self._log = log
        self._patience_s = patience_s
        self._claimed: list[store.Place] = []
        self._renewed_at = 0.0  # by the monotonic clock, at the start of the renewal
        self._lost: store.Place | None = None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Claims made inside are renewed, whatever the step does meanwhile, and released at the end."""
        # After a failure `confirm` tries again before anything is published.
        failure = "the claims on output keys could not be renewed"
        try:
            with repeated(self._renew, RENEW_INTERVAL_S, self._log, failure):
                yield
        except BaseException:  # it is the one to report, even where the database is away
            self._release_after_failure()
            raise
        repeated_in_outage(self._release, self._log)

    def claim(self, places: Sequence[store.Place], patience_s: float | None = None) -> None:
        """Raises OutputExistsError when another step publishes to one of the keys, or one of this run has done so.

        Waits while an add-on joins one of them or housekeeping deletes it, or, in these, while another task writes it.
        Raises OutputBusyError when that does not end within `patience_s`; None = as long as this task can wait.
        """
        step, patience_s = self._step, self._patience_s if patience_s is None else patience_s
        waiting = {bucket for bucket, key in places if key.startswith(step.unpublished)}
        wait_until = time.monotonic() + patience_s
        while True:
            began = time.monotonic()
            try:
                with transaction() as session:
                    store.claim_outputs(session, places, step)
                    unpublished.note_buckets(session, step.workflow_id, step.run_id, waiting)
                break
            except OutputBusyError:
                if began > wait_until:
                    raise
                time.sleep(BUSY_INTERVAL_S)
        if not self._claimed:
            self._renewed_at = began
        self._claimed = list(dict.fromkeys([*self._claimed, *places]))

    def confirm(self) -> None:
        """Raises WorkerError when another step has taken a claim over, because this process stood still."""
        if self._lost is None and time.monotonic() - self._renewed_at > 2 * RENEW_INTERVAL_S:
            self._renew()
        if self._lost is not None:
            bucket, key = self._lost
            raise WorkerError(
                "another step has taken over the output key {bucket}/{key}, because this one stood still for more than "
                "{minutes} minutes: nothing more is published; see why the worker stood still, and start the run again",
                bucket=bucket,
                key=key,
                minutes=int(store.STALE_CLAIM.total_seconds() // 60),
            )

    def _renew(self) -> None:
        claimed, began = self._claimed, time.monotonic()
        if not claimed:
            return
        with transaction() as session:
            lost = store.renew_claims(session, self._step, claimed)
        self._renewed_at = began
        self._lost = self._lost or next(iter(lost), None)

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

    def _release_after_failure(self) -> None:
        try:
            self._release()
        except Exception as further:
            minutes = int(store.STALE_CLAIM.total_seconds() // 60)
            self._log(
                f"the claims on output keys could not be released, and end in {minutes} minutes: "
                f"{type(further).__name__}: {further}"
            )

    def _release(self) -> None:
        with transaction() as session:
            store.release_claims(session, self._step, self._claimed)
        self._claimed = []
