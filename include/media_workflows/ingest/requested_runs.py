"""Starts the runs of a request for ad-hoc processing, as a backfill starts those of a workflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from media_workflows.domain.backfill import SkipReason
from media_workflows.domain.process_runs import PROCESS, process_run_id
from media_workflows.domain.request_context import context_conf
from media_workflows.ingest import rules
from media_workflows.ingest.run_starter import RunStarter, run_conf
from media_workflows.storage.s3 import ObjectHead, ObjectStorage
from media_workflows.store import backfill_objects as objects
from media_workflows.store.backfill_objects import SelectedObject
from media_workflows.store.backfills import Backfill, free_starts, locked_row
from media_workflows.store.engine import transaction
from media_workflows.store.processes import StoredProcess
from media_workflows.store.runs import note_started
from media_workflows.store.tables import utcnow


@dataclass(frozen=True)
class RequestedRuns:
    """The runs of one request. Their ids derive from the request and the object, so that none starts twice."""

    storage: ObjectStorage
    engine: Engine
    starter: RunStarter
    backfill: Backfill
    request: StoredProcess

    def start(self, one: SelectedObject) -> bool:
        """Start the run of one source, or skip it; False if its turn is over."""
        head = None if self.request.url else self.storage.head(self.backfill.bucket, one.key)
        reason = None if self.request.url else self._refusal(one, head)
        run_id = process_run_id(self.request.request_id, one.key, self.request.definition.priority)
        with transaction(self.engine) as session:
            row = locked_row(session, self.backfill.id)  # until the run is recorded: a cancellation waits for it
            if not free_starts(row, utcnow()) or not objects.is_queued(session, self.backfill.id, one.key):
                return False
            if reason:
                objects.mark_skipped(session, row, one.key, reason)
                return True
            self.starter.start_run(PROCESS, run_id, self._conf(one, head))
            objects.mark_started(session, row, one.key, run_id, utcnow())
            note_started(session, PROCESS, run_id)
        return True

    def _refusal(self, one: SelectedObject, head: ObjectHead | None) -> SkipReason | None:
        """Why an object of the request gets no run. An output that the caller named itself is a source as any other."""
        if head is None:
            return SkipReason.GONE
        if head.etag != one.etag:
            return SkipReason.REPLACED
        if not self.backfill.filters.keys and rules.refusal_by_object(self.backfill.bucket, one.key, head):
            return SkipReason.OWN_OUTPUT
        return None

    def _conf(self, one: SelectedObject, head: ObjectHead | None) -> dict[str, Any]:
        source = run_conf(self.backfill.bucket, one.key, head) if head else {"url": one.key}
        common = {"request": self.request.number, "force": self.request.force}
        return source | common | context_conf(self.backfill.context)
