"""Decides which workflows source objects fire, all of a batch together: what can be asked at once is asked once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import structlog
from sqlalchemy import Engine

from media_workflows.domain.candidates import Candidate, Rule, UploadDecision
from media_workflows.errors import StorageError
from media_workflows.ingest import rules
from media_workflows.ingest.firing import Firing, Purpose, SeenUpload, decision_on
from media_workflows.ingest.heads import read_heads
from media_workflows.ingest.recording import record_decisions
from media_workflows.ingest.run_starter import BatchRunStarter, object_identity
from media_workflows.log_context import ContextThreads
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import uploads as store
from media_workflows.store.engine import transaction
from media_workflows.store.sidecars import workflows_with_add_on
from media_workflows.store.tables import utcnow
from media_workflows.store.uploads import ObjectPlace
from media_workflows.store.workflows import StoredWorkflow

log = structlog.get_logger(__name__)

DECIDE_THREADS = 4  # workflows at a time: one whose row is locked by an edit holds up few others


class Ingest:
    """Decides batches of candidates: fires or refuses each workflow concerned."""

    def __init__(self, storage: ObjectStorage, engine: Engine, starter: BatchRunStarter) -> None:
        self._storage = storage
        self._engine = engine
        self._starter = starter

    def decide_all(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Decide the candidates; returns those to decide again later.

        A batch that raises an error is divided until the candidate that causes it is alone: it must not block others.
        """
        if not candidates:
            return []
        try:
            return self._decide(candidates)
        except Exception:
            if len(candidates) == 1:
                bucket, key = candidates[0].bucket, candidates[0].key
                log.exception("a source object could not be decided; retrying soon", object=f"{bucket}/{key}")
                return list(candidates)
        half = len(candidates) // 2
        return [*self.decide_all(candidates[:half]), *self.decide_all(candidates[half:])]

    def _decide(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        began_at = utcnow()
        purposes = self._purposes(candidates)
        refused = [one for found in candidates for one in _refusals_by_name(found, purposes[_place(found)])]
        fitting = {place: [one for one in of if _fits(one, *place)] for place, of in purposes.items()}
        by_time = sorted(candidates, key=lambda found: found.uploaded_at)
        newest = {_place(found): found for found in by_time if fitting[_place(found)]}
        seen, unseen, refused_now = self._look_at(newest)
        with transaction(self._engine) as session:
            record_decisions(session, [*refused, *refused_now], began_at)
        again = unseen | self._fire(seen, fitting)
        return [found for found in candidates if _place(found) in again]

    def _purposes(self, candidates: Sequence[Candidate]) -> dict[ObjectPlace, list[Purpose]]:
        """What each object is for the workflows: an add-on of the ladders of some, a source for others."""
        places = {_place(found) for found in candidates if not rules.refusal_by_key(found.key)}
        with transaction(self._engine) as session:
            add_on_of = workflows_with_add_on(session, places)
            ids = {id_ for found in add_on_of.values() for id_ in found}
            users = {found.id: found for found in store.workflows_by_id(session, ids)}
            sources = store.workflows_at(session, places)
        return {
            place: [
                *(Purpose(found, is_add_on=True) for id_, found in users.items() if id_ in add_on_of.get(place, ())),
                *(Purpose(found) for found in sources.get(place, ()) if found.id not in add_on_of.get(place, ())),
            ]
            for place in map(_place, candidates)
        }

    def _look_at(
        self, newest: Mapping[ObjectPlace, Candidate]
    ) -> tuple[list[SeenUpload], set[ObjectPlace], list[UploadDecision]]:
        """The uploads that are there, the places that could not be looked at, and the refusals of the others."""
        seen: list[SeenUpload] = []
        unseen: set[ObjectPlace] = set()
        refused: list[UploadDecision] = []
        for place, head in read_heads(self._storage, newest).items():
            found = newest[place]
            if isinstance(head, StorageError):
                log.error("a source object cannot be read; retrying soon", object="/".join(place), problem=str(head))
                unseen.add(place)
            elif head is None:
                refused.append(decision_on(found, _unseen_identity(found), "", Rule.GONE))
            elif rule := rules.refusal_by_object(*place, head):
                refused.append(decision_on(found, object_identity(head), "", rule))
            else:
                seen.append(SeenUpload(found, head, object_identity(head)))
        return seen, unseen, refused

    def _fire(self, seen: Sequence[SeenUpload], fitting: Mapping[ObjectPlace, Sequence[Purpose]]) -> set[ObjectPlace]:
        """Decide the uploads for each purpose, several at a time; returns the places of those to decide again."""
        groups: dict[tuple[str, bool], tuple[Purpose, list[SeenUpload]]] = {}
        for one in seen:
            for purpose in fitting[_place(one.candidate)]:
                groups.setdefault((purpose.workflow.id, purpose.is_add_on), (purpose, []))[1].append(one)
        with ContextThreads(DECIDE_THREADS) as pool:
            postponed = list(pool.map(lambda group: self._fire_one(*group), groups.values()))
        return {_place(one.candidate) for again in postponed for one in again}

    def _fire_one(self, purpose: Purpose, uploads: list[SeenUpload]) -> list[SeenUpload]:
        """A workflow that cannot be decided on now must not block the others: all its uploads are decided again."""
        try:
            return Firing(self._engine, self._starter, purpose).decide(uploads)
        except Exception:
            log.exception("uploads of a workflow could not be decided; retrying soon", workflow=purpose.workflow.id)
            return uploads


def _place(candidate: Candidate) -> ObjectPlace:
    return candidate.bucket, candidate.key


def _fits(purpose: Purpose, bucket: str, key: str) -> bool:
    return purpose.is_add_on or _refusal_by_trigger(purpose.workflow, bucket, key) is None


def _refusal_by_trigger(workflow: StoredWorkflow, bucket: str, key: str) -> Rule | None:
    return rules.refusal_by_trigger(workflow.definition.trigger, bucket, key)


def _refusals_by_name(candidate: Candidate, purposes: Sequence[Purpose]) -> Iterator[UploadDecision]:
    """The refusals that need no look at the object."""
    identity = _unseen_identity(candidate)
    if rule := rules.refusal_by_key(candidate.key):
        yield decision_on(candidate, identity, "", rule)
    elif not purposes:
        yield decision_on(candidate, identity, "", Rule.NO_WORKFLOW)
    for purpose in purposes:
        if not _fits(purpose, *_place(candidate)):
            yield decision_on(candidate, identity, purpose.workflow.id, Rule.FORMAT)


def _unseen_identity(candidate: Candidate) -> str:
    """The identity of an object refused without a look at it: its ETag, the same from queue and listing.

    Not its time: an event's is that of the notification, often a second after the object's own. Without an ETag
    nothing else remains.
    """
    return candidate.etag or f"@{int(candidate.uploaded_at.timestamp())}"
