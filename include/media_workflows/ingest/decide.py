"""Decides which workflows a source object fires: at most one run per object and workflow, even after crashes.

Order matters. The run is created first, under an id derived from the object, so that creating it
again is harmless; then the decision is written; only then is the candidate settled (message
deleted, listing remembered). A crash at any point repeats steps and skips none.

A workflow cannot change between the check that Airflow runs its present revision and the record of the run: so each
run has the revision by which its upload was decided.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from sqlalchemy import Engine

from media_workflows.domain.candidates import SIDECAR_RUN, SIDECARS_DAG, UPLOAD_RUN, Candidate, Rule, UploadDecision
from media_workflows.ingest import rules
from media_workflows.storage.s3 import ObjectHead, ObjectStorage
from media_workflows.store import uploads as store
from media_workflows.store.engine import transaction
from media_workflows.store.runs import note_started
from media_workflows.store.sidecars import sidecars_at
from media_workflows.store.switches import hold_unchanged
from media_workflows.store.workflows import StoredWorkflow

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class DagState:
    """The state of a workflow's DAG in Airflow. `revision` is the one that new runs get; 0 = it has none."""

    is_paused: bool
    revision: int


class RunStarter(Protocol):
    """The interface to Airflow that ingestion requires."""

    def dag_state(self, dag_id: str) -> DagState | None:
        """The DAG's state; None while Airflow has not parsed the DAG."""

    def has_run(self, dag_id: str, run_id: str, *, active_only: bool = False) -> bool:
        """Whether the run exists; with `active_only`, whether it is queued or running."""

    def has_succeeded(self, dag_id: str, run_id: str) -> bool:
        """Whether the run exists and has ended with success."""

    def start_run(self, dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
        """Create the run; an existing run of that id counts as success. Raises on any other failure."""


def object_identity(head: ObjectHead) -> str:
    """The identity of one write of a key: the version id, else ETag and modification time.

    The time distinguishes A, B, A again from A; it is the HEAD's (whole seconds), so that queue and
    listing agree.
    """
    return head.version_id or f"{head.etag}@{int(head.last_modified.timestamp())}"


def run_id_for(bucket: str, key: str, identity: str) -> str:
    """The run's id: 'upload__' and 32 hex digits. Airflow's unique (dag_id, run_id) prevents duplicate runs."""
    digest = hashlib.sha256("\0".join((bucket, key, identity)).encode()).hexdigest()
    return f"{UPLOAD_RUN}{digest[:32]}"


def run_conf(bucket: str, key: str, head: ObjectHead) -> dict[str, Any]:
    """The configuration of a run: the object that its sensor confirms."""
    return {"bucket": bucket, "key": key, "etag": head.etag, "version_id": head.version_id}


def sidecar_run_id(bucket: str, key: str, identity: str, workflow_id: str) -> str:
    """The id of the only run that joins this write of an add-on into the ladders of a workflow."""
    digest = hashlib.sha256("\0".join((bucket, key, identity, workflow_id)).encode()).hexdigest()
    return f"{SIDECAR_RUN}{digest[:32]}"


@dataclass(frozen=True)
class _Purpose:
    """What an object is for a workflow: its source or, with `joins`, an add-on of ladders that its runs make."""

    workflow: StoredWorkflow
    joins: bool = False

    @property
    def dag_id(self) -> str:
        return SIDECARS_DAG if self.joins else self.workflow.id

    @property
    def rule(self) -> Rule:
        return Rule.SIDECAR if self.joins else Rule.MATCHED

    def run_id(self, bucket: str, key: str, identity: str) -> str:
        if self.joins:
            return sidecar_run_id(bucket, key, identity, self.workflow.id)
        return run_id_for(bucket, key, identity)


class Ingest:
    """Decides candidates one after the other: fires or refuses each workflow."""

    def __init__(self, storage: ObjectStorage, engine: Engine, starter: RunStarter) -> None:
        self._storage = storage
        self._engine = engine
        self._starter = starter

    def decide_all(self, candidates: Sequence[Candidate], settle: Callable[[Candidate], None]) -> list[Candidate]:
        """Decide each candidate and call `settle` for the decided ones; returns the postponed ones.

        A candidate that raises an error is postponed: it must not block the others.
        """
        postponed = []
        for candidate in candidates:
            try:
                decided = self._decide(candidate)
            except Exception:
                log.exception(
                    "a source object could not be decided; retrying soon", bucket=candidate.bucket, key=candidate.key
                )
                decided = False
            if decided:
                settle(candidate)
            else:
                postponed.append(candidate)
        return postponed

    def _decide(self, candidate: Candidate) -> bool:
        """Decide one candidate; True when it is decided for every workflow concerned."""
        if rule := rules.refusal_by_key(candidate.key):
            return self._refuse(candidate, rule)
        joining, workflows = self._concerned(candidate)
        if not (joining or workflows):
            return self._refuse(candidate, Rule.NO_WORKFLOW)
        fitting = [w for w in workflows if self._refusal_by_trigger(candidate, w) is None]
        self._refuse_each(candidate, [w for w in workflows if w not in fitting], Rule.FORMAT)
        purposes = [*(_Purpose(w, joins=True) for w in joining), *(_Purpose(w) for w in fitting)]
        return not purposes or self._decide_fitting(candidate, purposes)

    def _concerned(self, candidate: Candidate) -> tuple[list[StoredWorkflow], list[StoredWorkflow]]:
        """The workflows with ladders whose add-on the object is, and the others in whose trigger directory it lies."""
        with transaction(self._engine) as session:
            sidecars = sidecars_at(session, candidate.bucket, candidate.key)
            joining = store.workflows_by_id(session, {sidecar.workflow_id for sidecar in sidecars})
            workflows = store.workflows_for(session, candidate.bucket, candidate.key)
        return joining, [workflow for workflow in workflows if workflow not in joining]

    @staticmethod
    def _refusal_by_trigger(candidate: Candidate, workflow: StoredWorkflow) -> Rule | None:
        return rules.refusal_by_trigger(workflow.definition.trigger, candidate.bucket, candidate.key)

    def _decide_fitting(self, candidate: Candidate, purposes: list[_Purpose]) -> bool:
        head = self._storage.head(candidate.bucket, candidate.key)
        if head is None:
            return self._refuse(candidate, Rule.GONE)
        identity = object_identity(head)
        if rule := rules.refusal_by_object(candidate.bucket, candidate.key, head):
            return self._refuse(candidate, rule, identity)
        with transaction(self._engine) as session:
            decided = store.decided_workflows(session, candidate.bucket, candidate.key, identity)
        open_ = [purpose for purpose in purposes if purpose.workflow.id not in decided]
        decided_now = [self._try_one(candidate, purpose, head, identity) for purpose in open_]
        return all(decided_now)  # a list: each is tried, also after one that is postponed

    def _try_one(self, candidate: Candidate, purpose: _Purpose, head: ObjectHead, identity: str) -> bool:
        """`_decide_one` without exceptions: a workflow that cannot start a run now must not block the others."""
        try:
            return self._decide_one(candidate, purpose, head, identity)
        except Exception:
            log.exception("a run could not be started; retrying soon", workflow=purpose.workflow.id, key=candidate.key)
            return False

    def _decide_one(self, candidate: Candidate, purpose: _Purpose, head: ObjectHead, identity: str) -> bool:
        workflow, run_id = purpose.workflow, purpose.run_id(candidate.bucket, candidate.key, identity)
        if self._starter.has_run(purpose.dag_id, run_id):  # an earlier process crashed before it wrote the decision
            return self._fired(candidate, purpose, identity, run_id)
        with transaction(self._engine) as session:
            if not hold_unchanged(session, workflow):  # held until the run is recorded
                log.info("the workflow has changed; checking again soon", workflow=workflow.id, key=candidate.key)
                return False
            return self._decide_held(candidate, purpose, head, identity, run_id)

    def _decide_held(
        self, candidate: Candidate, purpose: _Purpose, head: ObjectHead, identity: str, run_id: str
    ) -> bool:
        """The decision while the workflow cannot change in the store."""
        workflow = purpose.workflow
        state = self._starter.dag_state(workflow.id)
        if state is None or state.revision < workflow.revision:
            log.info("the workflow's DAG is not live yet; checking again soon", workflow=workflow.id, key=candidate.key)
            return False
        if workflow.enabled is state.is_paused:  # switched in Airflow, or the DAG was deleted there and made again
            log.info("the workflow's two switches differ; checking again soon", workflow=workflow.id, key=candidate.key)
            return False
        if rule := rules.refusal_by_state(state.is_paused, workflow.enabled_at, candidate.uploaded_at, head.clock_skew):
            return self._refuse(candidate, rule, identity, workflow.id)
        return self._fire(candidate, purpose, head, identity, run_id)

    def _fire(self, candidate: Candidate, purpose: _Purpose, head: ObjectHead, identity: str, run_id: str) -> bool:
        if purpose.joins:
            conf = {"bucket": candidate.bucket, "key": candidate.key, "workflow_id": purpose.workflow.id}
        else:
            conf = run_conf(candidate.bucket, candidate.key, head)
            if self._give_to_waiting_run(candidate, purpose.workflow.id, identity, conf):
                return True
        self._starter.start_run(purpose.dag_id, run_id, conf)
        return self._fired(candidate, purpose, identity, run_id)

    def _fired(self, candidate: Candidate, purpose: _Purpose, identity: str, run_id: str) -> bool:
        decision = self._decision(candidate, identity, purpose.workflow.id, purpose.rule, run_id)
        with transaction(self._engine) as session:
            store.record_decisions(session, [decision])
            if not purpose.joins:
                note_started(session, purpose.workflow.id, run_id)
        return True

    def _give_to_waiting_run(
        self, candidate: Candidate, workflow_id: str, identity: str, upload: dict[str, Any]
    ) -> bool:
        with transaction(self._engine) as session:
            waiting = store.waiting_runs(session, workflow_id)
        for run_id in waiting:
            if not self._starter.has_run(workflow_id, run_id, active_only=True):
                with transaction(self._engine) as session:
                    store.stop_waiting(session, workflow_id, run_id)
                continue
            with transaction(self._engine) as session:
                if store.give_upload(session, workflow_id, run_id, upload):
                    store.record_decisions(
                        session, [self._decision(candidate, identity, workflow_id, Rule.WAITING_RUN, run_id)]
                    )
                    return True
        return False

    @staticmethod
    def _decision(
        candidate: Candidate, identity: str, workflow_id: str, rule: Rule, run_id: str | None = None
    ) -> UploadDecision:
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

    def _record(self, decisions: Iterable[UploadDecision]) -> None:
        with transaction(self._engine) as session:
            store.record_decisions(session, decisions)

    def _refuse(self, candidate: Candidate, rule: Rule, identity: str | None = None, workflow_id: str = "") -> bool:
        self._record([self._decision(candidate, identity or _unseen_identity(candidate), workflow_id, rule)])
        return True

    def _refuse_each(self, candidate: Candidate, workflows: list[StoredWorkflow], rule: Rule) -> None:
        self._record(
            [self._decision(candidate, _unseen_identity(candidate), workflow.id, rule) for workflow in workflows]
        )


def _unseen_identity(candidate: Candidate) -> str:
    """The identity of an object refused without a look at it: its ETag, the same from queue and listing.

    Not its time: an event's is that of the notification, often a second after the object's own. Without an ETag
    nothing else remains.
    """
    return candidate.etag or f"@{int(candidate.uploaded_at.timestamp())}"
