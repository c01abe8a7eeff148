"""Selects existing objects for a workflow, one page of a listing at a time: for backfills and missed uploads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import computed_field
from sqlalchemy import Engine

from media_workflows.domain.backfill import BackfillFilters, Selection
from media_workflows.domain.base import Model
from media_workflows.domain.candidates import FIRING, RULE_MEANINGS, Rule
from media_workflows.domain.places import Place, output_places
from media_workflows.errors import StorageAccessError
from media_workflows.ingest import rules
from media_workflows.ingest.heads import HEAD_THREADS
from media_workflows.ingest.run_starter import object_identity
from media_workflows.log_context import ContextThreads
from media_workflows.storage.clock import on_server_clock
from media_workflows.storage.s3 import ListedObject, ListingPage, ObjectHead, ObjectStorage
from media_workflows.store import processed
from media_workflows.store.engine import transaction
from media_workflows.store.processed import KeyDecision
from media_workflows.store.tables import utcnow
from media_workflows.store.workflows import StoredWorkflow

FoundHead = ObjectHead | StorageAccessError | None  # None = the object is gone
GRACE = timedelta(minutes=2)  # detection may still decide on an upload that is younger
NO_DECISION = "no decision was made: detection did not run or lacked a permission, or Airflow could not start the run"


class MissedUpload(Model):
    """An upload that no run processed, and the rule by which it was refused; None = it was never decided on."""

    key: str
    etag: str
    size_bytes: int
    last_modified: datetime
    rule: Rule | None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def meaning(self) -> str:
        return NO_DECISION if self.rule is None else RULE_MEANINGS[self.rule]


@dataclass(frozen=True)
class Selector:
    """Decides which objects of a listing a workflow's backfill takes. `until`, by our clock: later ones are uploads."""

    storage: ObjectStorage
    engine: Engine
    workflow: StoredWorkflow
    bucket: str
    filters: BackfillFilters
    until: datetime

    def select(self, page: ListingPage) -> list[ListedObject]:
        """The selected objects of a page. Raises StorageError."""
        objects = self._fitting(page)
        if self.filters.select == Selection.MISSED:
            chosen = {one.key for one in self.missed(page)}
            return [item for item in objects if item.key in chosen]
        objects = self._by_runs(objects)
        return self._without_outputs(objects) if self._outputs_may_lie_here() else objects

    def _fitting(self, page: ListingPage) -> list[ListedObject]:
        """Those that the trigger and all filters but `select` accept."""
        until = on_server_clock(self.until, page.clock_skew) + timedelta(seconds=1)  # S3 cuts its times to seconds
        return [
            item
            for item in page.objects
            if item.last_modified < until
            and not rules.refusal_by_key(item.key)
            and not rules.refusal_by_trigger(self.workflow.definition.trigger, self.bucket, item.key)
            and self.filters.accept(item.key, item.size_bytes, item.last_modified)
        ]

    def _by_runs(self, objects: list[ListedObject]) -> list[ListedObject]:
        if self.filters.select == Selection.ALL or not objects:
            return objects
        keys = [item.key for item in objects]
        with transaction(self.engine) as session:
            runs = processed.runs_of_objects(session, self.workflow.id, self.bucket, keys)
            decisions = processed.decisions_on(session, self.workflow.id, self.bucket, keys)
        if self.filters.select == Selection.NEVER_PROCESSED:
            known, fired = {(run.key, run.etag) for run in runs}, self._fired(decisions)
            return [item for item in objects if (item.key, item.etag) not in known and not fired & _identities(item)]
        newest: dict[tuple[str, str], int] = {}
        for run in runs:
            if not run.has_failed and run.revision is not None:
                newest[run.key, run.etag] = max(run.revision, newest.get((run.key, run.etag), 0))
        current = self.workflow.revision
        return [item for item in objects if newest.get((item.key, item.etag), current) < current]

    @staticmethod
    def _fired(decisions: Sequence[KeyDecision]) -> set[tuple[str, str]]:
        return {(one.key, one.identity) for one in decisions if one.rule in FIRING}

    def _outputs_may_lie_here(self) -> bool:
        """Whether outputs of the workflow may be among the objects: only then is each one's metadata read."""
        here = Place(self.bucket, self.filters.prefix or self.workflow.definition.trigger.prefix)
        places = output_places(self.workflow.resolved)
        return any(here.holds(place) or place.holds(here) for place in places)

    def _without_outputs(self, objects: Sequence[ListedObject]) -> list[ListedObject]:
        heads = self._heads(objects)
        return [item for item, head in zip(objects, heads, strict=True) if self._may_be_source(item, head)]

    def _heads(self, objects: Sequence[ListedObject]) -> list[FoundHead]:
        with ContextThreads(HEAD_THREADS) as pool:
            return list(pool.map(self._head, objects))

    def _head(self, item: ListedObject) -> FoundHead:
        """With the refusal of one that may not be read as a value: it must not hide the other objects."""
        try:
            return self.storage.head(self.bucket, item.key)
        except StorageAccessError as error:
            return error

    def _may_be_source(self, item: ListedObject, head: FoundHead) -> bool:
        """Whether it is there, and no output as far as its metadata may be read: its own turn reads them again."""
        if not isinstance(head, ObjectHead):
            return head is not None
        return not rules.refusal_by_object(self.bucket, item.key, head)

    def missed(self, page: ListingPage) -> list[MissedUpload]:
        """The uploads of a page since the workflow was created that no run processed. Raises StorageError."""
        since = on_server_clock(self.workflow.created_at, page.clock_skew)
        objects = [item for item in self._fitting(page) if item.last_modified >= since]
        if not objects:
            return []
        keys = [item.key for item in objects]
        with transaction(self.engine) as session:
            runs = processed.runs_of_objects(session, self.workflow.id, self.bucket, keys)
            decisions = processed.decisions_on(session, self.workflow.id, self.bucket, keys)
        done = {(run.key, run.etag) for run in runs}
        settled = {(one.key, one.identity) for one in decisions if one.rule in FIRING | {Rule.OWN_OUTPUT}}
        open_ = [item for item in objects if (item.key, item.etag) not in done and not settled & _identities(item)]
        looked_at = zip(open_, self._heads(open_), strict=True)
        found = [self._missed_one(item, head, decisions) for item, head in looked_at]
        recent = utcnow() + page.clock_skew - GRACE
        return [one for one in found if one and (one.rule is not None or one.last_modified <= recent)]

    def _missed_one(self, item: ListedObject, head: FoundHead, decisions: Sequence[KeyDecision]) -> MissedUpload | None:
        """The object with its reason; None = it changed meanwhile, is an output, or its run was started."""
        if not self._may_be_source(item, head) or (isinstance(head, ObjectHead) and head.etag != item.etag):
            return None
        identity = object_identity(head) if isinstance(head, ObjectHead) else _identity(item)
        rule = _rule_of(item, identity, decisions)
        if rule in FIRING:
            return None
        return MissedUpload(
            key=item.key, etag=item.etag, size_bytes=item.size_bytes, last_modified=item.last_modified, rule=rule
        )


def _identities(item: ListedObject) -> set[tuple[str, str]]:
    """The identity of an object without versions, by its listing."""
    return {(item.key, _identity(item))}


def _identity(item: ListedObject) -> str:
    return f"{item.etag}@{int(item.last_modified.timestamp())}"


def _rule_of(item: ListedObject, identity: str, decisions: Sequence[KeyDecision]) -> Rule | None:
    """The rule of the decision on an object: the one after a look at it counts before one by its name alone."""
    of_key = [one for one in decisions if one.key == item.key]
    for known in (identity, item.etag):
        if found := [one.rule for one in of_key if one.identity == known]:
            return found[-1]
    return None
