"""Decides for one workflow which uploads fire it: at most one run per object, even after crashes.

Order matters. The run is created first, under an id derived from the object, so that creating it
again is harmless; then the decision is written; only then is the candidate settled (message
deleted, listing remembered). A crash at any point repeats steps and skips none.

A workflow cannot change between the check that Airflow runs its present revision and the record of the runs: so each
run has the revision by which its upload was decided. Edits wait meanwhile, so only a few are decided at a time.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from media_workflows.domain.candidates import SIDECARS_DAG, Candidate, Rule, UploadDecision
from media_workflows.ingest import rules
from media_workflows.ingest.recording import record_decisions
from media_workflows.ingest.run_starter import BatchRunStarter, DagState, run_conf, run_id_for, sidecar_run_id
from media_workflows.log_context import logs_about
from media_workflows.storage.s3 import ObjectHead
from media_workflows.store import uploads as store
from media_workflows.store.engine import transaction
from media_workflows.store.runs import note_started
from media_workflows.store.switches import lock_unchanged
from media_workflows.store.tables import utcnow
from media_workflows.store.workflows import StoredWorkflow

log = structlog.get_logger(__name__)

BATCH_UPLOADS = 50  # decided by one look at the workflow and its DAG; their run ids fit into one request
BATCH_S = 1.0  # then an edit of the workflow that waits has its turn


@dataclass(frozen=True)
class Purpose:
    """What an object is for a workflow: its source or, with `is_add_on`, an add-on of ladders that its runs make."""

    workflow: StoredWorkflow
    is_add_on: bool = False

    @property
    def dag_id(self) -> str:
        """The DAG whose run the object starts."""
        return SIDECARS_DAG if self.is_add_on else self.workflow.id


@dataclass(frozen=True)
class SeenUpload:
    """A candidate that HEAD has found."""

    candidate: Candidate
    head: ObjectHead
    identity: str


class Firing:
    """Decides uploads for one purpose: fires or refuses its workflow."""

    def __init__(self, engine: Engine, starter: BatchRunStarter, purpose: Purpose) -> None:
        self._engine = engine
        self._starter = starter
        self._purpose = purpose
        self._workflow = purpose.workflow
        self._began_at = utcnow()

    def decide(self, uploads: Sequence[SeenUpload]) -> list[SeenUpload]:
        """Decide all, in their order; returns those to decide again later."""
        with logs_about(workflow=self._workflow.id):
            return self._decide(uploads)

    def _decide(self, uploads: Sequence[SeenUpload]) -> list[SeenUpload]:
        some = [uploads[at : at + BATCH_UPLOADS] for at in range(0, len(uploads), BATCH_UPLOADS)]
        return [one for few in some for one in self._decide_few(few)]

    def _decide_few(self, uploads: Sequence[SeenUpload]) -> list[SeenUpload]:
        with transaction(self._engine) as session:
            open_ = self._undecided(session, uploads)
        if not open_:
            return []
        rest = self._without_started(open_)
        postponed: list[SeenUpload] = []
        while rest:
            tried, again = self._decide_batch(rest)
            rest, postponed = rest[tried:], [*postponed, *again]
        return postponed

    def _undecided(self, session: Session, uploads: Sequence[SeenUpload]) -> list[SeenUpload]:
        objects = [(one.candidate.bucket, one.candidate.key, one.identity) for one in uploads]
        decided = store.decided_objects(session, self._workflow.id, objects)
        return [one for one, found in zip(uploads, objects, strict=True) if found not in decided]

    def _without_started(self, uploads: list[SeenUpload]) -> list[SeenUpload]:
        """Record the uploads whose run an earlier process created before it crashed; returns the others."""
        existing = self._starter.existing_runs(self._purpose.dag_id, [self._run_id(one) for one in uploads])
        if existing:
            with transaction(self._engine) as session:
                self._record(session, [self._fired(one) for one in uploads if self._run_id(one) in existing])
        return [one for one in uploads if self._run_id(one) not in existing]

    def _decide_batch(self, uploads: list[SeenUpload]) -> tuple[int, list[SeenUpload]]:
        """Decide as many as BATCH_S allows, at least one; their number, and those of them to decide again later."""
        with transaction(self._engine) as session:
            if not lock_unchanged(session, self._workflow):
                log.info("the workflow has changed; checking again soon")
                return len(uploads), uploads
            state = self._starter.dag_state(self._workflow.id)
            if not (state and self._is_live(state)):
                return len(uploads), uploads
            open_ = self._undecided(session, uploads)  # a backfill may have taken some meanwhile
            tried, decisions, postponed = self._decide_locked(session, state, open_)
            self._record(session, decisions)
        return len(uploads) if tried == len(open_) else uploads.index(open_[tried]), postponed

    def _is_live(self, state: DagState) -> bool:
        """Whether Airflow runs the workflow as the store has it."""
        if state.revision < self._workflow.revision:
            log.info("the workflow's DAG is not live yet; checking again soon")
            return False
        if self._workflow.enabled is state.is_paused:
            # It was switched in Airflow, or the DAG was deleted there and made again.
            log.info("the workflow's two switches differ; checking again soon")
            return False
        return True

    def _decide_locked(
        self, session: Session, state: DagState, uploads: Sequence[SeenUpload]
    ) -> tuple[int, list[UploadDecision], list[SeenUpload]]:
        """The number of those decided until BATCH_S is over, their decisions, and those whose run could not start."""
        waiting = [] if self._purpose.is_add_on else store.waiting_runs(session, self._workflow.id)
        decisions: list[UploadDecision] = []
        postponed: list[SeenUpload] = []
        tried, ends_at = 0, time.monotonic() + BATCH_S
        for one in uploads:
            tried += 1
            with logs_about(workflow=self._workflow.id, bucket=one.candidate.bucket, key=one.candidate.key):
                try:
                    decisions.append(self._decide_one(session, state, waiting, one))
                except Exception:
                    log.exception("a run could not be started; retrying soon")
                    postponed.append(one)
            if time.monotonic() >= ends_at:
                break
        return tried, decisions, postponed

    def _decide_one(self, session: Session, state: DagState, waiting: list[str], one: SeenUpload) -> UploadDecision:
        since, uploaded_at = self._workflow.enabled_at, one.candidate.uploaded_at
        if rule := rules.refusal_by_state(state.is_paused, since, uploaded_at, one.head.clock_skew):
            return decision_on(one.candidate, one.identity, self._workflow.id, rule)
        conf = self._conf(one)
        if run_id := self._give_to_waiting_run(session, waiting, conf):
            return decision_on(one.candidate, one.identity, self._workflow.id, Rule.WAITING_RUN, run_id)
        self._starter.start_run(self._purpose.dag_id, self._run_id(one), conf)
        return self._fired(one)

    def _conf(self, one: SeenUpload) -> dict[str, Any]:
        bucket, key = one.candidate.bucket, one.candidate.key
        if self._purpose.is_add_on:
            return {"bucket": bucket, "key": key, "workflow_id": self._workflow.id}
        return run_conf(bucket, key, one.head)

    def _run_id(self, one: SeenUpload) -> str:
        bucket, key = one.candidate.bucket, one.candidate.key
        if self._purpose.is_add_on:
            return sidecar_run_id(bucket, key, one.identity, self._workflow.id)
        return run_id_for(bucket, key, one.identity)

    def _fired(self, one: SeenUpload) -> UploadDecision:
        rule = Rule.SIDECAR if self._purpose.is_add_on else Rule.MATCHED
        return decision_on(one.candidate, one.identity, self._workflow.id, rule, self._run_id(one))

    def _give_to_waiting_run(self, session: Session, waiting: list[str], upload: dict[str, Any]) -> str | None:
        """The run that takes the upload; it leaves `waiting`, as does each that has ended meanwhile."""
        while waiting:
            run_id = waiting.pop(0)
            if not self._starter.has_run(self._workflow.id, run_id, active_only=True):
                store.stop_waiting(session, self._workflow.id, run_id)
            elif store.give_upload(session, self._workflow.id, run_id, upload):
                return run_id
        return None

    def _record(self, session: Session, decisions: Sequence[UploadDecision]) -> None:
        record_decisions(session, decisions, self._began_at)
        started = [one.run_id for one in decisions if one.run_id and one.rule == Rule.MATCHED]
        note_started(session, self._workflow.id, *started)


def decision_on(
    candidate: Candidate, identity: str, workflow_id: str, rule: Rule, run_id: str | None = None
) -> UploadDecision:
    """The decision on one write of an object: with a run it fires, else it is refused."""
    return UploadDecision(
        bucket=candidate.bucket,
        key=candidate.key,
        identity=identity,
        workflow_id=workflow_id,
        outcome="fired" if run_id else "refused",
        rule=rule,
        run_id=run_id,
        source=candidate.source,
    )
