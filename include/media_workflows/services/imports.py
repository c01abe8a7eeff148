"""Imports of definitions: a thread of an api-server applies the stored documents one by one.

It has a lease on the import: after a kill, the thread of another process, or of the restarted one, goes on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal
from uuid import uuid4

import structlog
from sqlalchemy.orm import Session

from media_workflows.airflow_adapter.audit_log import Change, record_change
from media_workflows.domain.base import Model
from media_workflows.domain.definition_yaml import is_template
from media_workflows.domain.places import Place
from media_workflows.domain.templates import Library
from media_workflows.domain.yaml_reader import read_documents
from media_workflows.errors import ConflictError, NotFoundError, NotPermittedError
from media_workflows.services.caller_places import Places, caller_places, of_caller
from media_workflows.services.import_document import Imported, ImportPermits, import_document
from media_workflows.store import imports as store
from media_workflows.store.engine import transaction
from media_workflows.store.imports import ImportRecord
from media_workflows.store.templates import StoredTemplate, TemplateUser, load_library, users_of
from media_workflows.store.workflow_heads import workflow_heads
from media_workflows.store.workflows import ids_of_names

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)  # renewed before each document; one that takes longer is still applied once
AT_ONCE = 2  # imports that a process works on

_turns = threading.BoundedSemaphore(AT_ONCE)
_guard = threading.Lock()
_at_work: set[str] = set()  # imports that have a thread in this process


class ImportState(Model):
    """How far an import is, with the outcomes so far in the order of the documents."""

    id: str
    state: Literal["running", "ended"]
    total: int
    done: int
    items: list[Imported]


def begin_import(text: str, author: str, may_edit: Callable[[str], bool], import_id: str) -> ImportState:
    """Store an import and start it; one that is stored under this id goes on.

    `may_edit` says which existing workflows the user may change, also by a template that they use. Raises
    DefinitionError when the text is not YAML, and NotFoundError when the id is that of another user's import.
    """
    documents = read_documents(text)
    with transaction() as session:
        editable = frozenset(id_ for id_ in _concerned(session, documents) if may_edit(id_))
        places = caller_places()
        texts = None if places is None else tuple(str(place) for place in places)
        record = ImportRecord(
            id=import_id, total=len(documents), author=author, yaml=text, editable=editable, places=texts
        )
        store.begin_import(session, record)
    return state_of_import(import_id, author)


def state_of_import(import_id: str, author: str) -> ImportState:
    """How far an import of this user is, for a day. Raises NotFoundError.

    An import whose process was stopped goes on.
    """
    with transaction() as session:
        found = store.find_import(session, import_id)
        items = [Imported.model_validate(outcome) for outcome in store.outcomes(session, import_id).values()]
    if found is None or found.author != author:
        raise NotFoundError("there is no import {import_id}", import_id=import_id)
    if found.ended_at is None:
        _go_on(import_id)
    return ImportState(
        id=import_id, state="ended" if found.ended_at else "running", total=found.total, done=len(items), items=items
    )


def continue_imports() -> None:
    """Go on with all imports that have not ended, as a process does that has started."""
    try:
        with transaction() as session:
            unfinished = store.unfinished_imports(session)
        for import_id in unfinished:
            _go_on(import_id)
    except Exception:
        log.exception("imports that were interrupted go on when their state is requested")


def _concerned(session: Session, documents: list[Any]) -> set[str]:
    """The workflows that the documents may change: those of their names, and the users of their templates."""
    named = [data for data in documents if isinstance(data, dict) and isinstance(data.get("name"), str)]
    found = set(ids_of_names(session, [data["name"] for data in named if not is_template(data)]))
    library = load_library(session)
    for data in filter(is_template, named):
        if template := library.named(data["kind"], data["name"]):
            found.update(user.id for user in users_of(session, template.kind, template.id))
    return found


def _go_on(import_id: str) -> None:
    """Start a thread for an import, unless it has one here."""
    with _guard:
        if import_id in _at_work:
            return
        _at_work.add(import_id)
    threading.Thread(target=_work, args=(import_id,), name=f"import-{import_id}", daemon=True).start()


def _work(import_id: str) -> None:
    try:
        with _turns:
            _ImportWork(import_id).run()
    except Exception:  # of the database, mostly: the next request for its state starts another thread
        log.exception("an import has stopped and goes on later", import_id=import_id)
    finally:
        with _guard:
            _at_work.discard(import_id)


@dataclass
class _ImportWork:
    """The work of one thread on an import."""

    import_id: str
    worker: str = field(default_factory=lambda: uuid4().hex)

    def run(self) -> None:
        """Apply what has no outcome yet, then end the import. Another worker's turn is waited for."""
        while not self._has_ended():
            if self._lease() and self._apply_all():
                with transaction() as session:
                    store.end_import(session, self.import_id)
                return
            time.sleep(LEASE.total_seconds() / 10)

    def _has_ended(self) -> bool:
        with transaction() as session:
            return self.import_id not in store.unfinished_imports(session)

    def _lease(self) -> bool:
        with transaction() as session:
            return store.lease_import(session, self.import_id, self.worker, LEASE)

    def _apply_all(self) -> bool:
        """Whether all documents have their outcome now; False = another worker has taken over."""
        with transaction() as session:
            record = store.find_import(session, self.import_id)
            outcomes = store.outcomes(session, self.import_id)
        if record is None:
            return False
        documents = read_documents(record.yaml)
        made = {str(outcome["id"]) for outcome in outcomes.values() if outcome["action"] == "created"}
        permits = _permits(record, made)
        with of_caller(_places(record)):
            return self._apply_each(documents, outcomes, record, permits, made)

    def _apply_each(
        self,
        documents: list[Any],
        outcomes: Collection[int],
        record: ImportRecord,
        permits: ImportPermits,
        made: set[str],
    ) -> bool:
        for number, library in _in_order(documents):
            if number in outcomes:
                continue
            if not self._lease():
                return False
            before = _state(documents[number], library)
            try:
                done = import_document(documents[number], record.author, permits, library, self._noter(number))
            except ConflictError:  # another worker has applied it meanwhile
                return False
            if done.id and done.action in ("created", "updated"):
                made.add(done.id)
                with transaction() as session:
                    after = _state(documents[number], load_library(session))
                _audit(record, done, {"before": before, "after": after})
        return True

    def _noter(self, number: int) -> Callable[[Session, Imported], None]:
        def note(session: Session, done: Imported) -> None:
            store.note_outcome(session, self.import_id, number, done.model_dump(mode="json"))

        return note


def _in_order(documents: list[Any]) -> Iterator[tuple[int, Library]]:
    """The numbers of the documents, templates first, each with the library; workflows use the imported templates."""
    for of_templates in (True, False):
        with transaction() as session:
            library = load_library(session)
        for number, data in enumerate(documents):
            if is_template(data) is of_templates:
                yield number, library


def _places(record: ImportRecord) -> Places | None:
    """The places that the user had at the request; None = all."""
    return None if record.places is None else tuple(Place.parse(text) for text in record.places)


def _permits(record: ImportRecord, made: set[str]) -> ImportPermits:
    """The permissions that the user had at the request; what the import has created is the user's, too."""

    def may_edit(workflow_id: str) -> None:
        if workflow_id not in record.editable and workflow_id not in made:
            raise NotPermittedError(
                "your Airflow role did not allow changes of workflow {workflow_id} when the import was requested",
                workflow_id=workflow_id,
            )

    def may_edit_users(users: list[TemplateUser]) -> None:
        for user in users:
            may_edit(user.id)

    return ImportPermits(workflow=may_edit, template=may_edit_users)


def _state(data: Any, library: Library) -> dict[str, Any] | None:
    """What the audit shows of the object that a document names; None = there is none."""
    name = data.get("name") if isinstance(data, dict) else None
    if not isinstance(name, str):
        return None
    if is_template(data):
        found = library.named(data["kind"], name)
        return {"name": name, "revision": found.revision} if isinstance(found, StoredTemplate) else None
    with transaction() as session:
        heads = workflow_heads(session, ids_of_names(session, [name]))
    return next((head.model_dump() for head in heads.values()), None)


def _audit(record: ImportRecord, done: Imported, states: dict[str, Any]) -> None:
    """The change is made: a failure to record it is logged."""
    details = {"import_id": record.id, "kind": done.kind, "name": done.name, "action": done.action, "outcome": "ok"}
    workflows = [done.id] if done.kind == "workflow" and done.id else []
    try:
        change = Change("media_workflows.import_document", record.author, workflows, None, {**details, **states})
        record_change(change)
    except Exception:
        log.exception("a change could not be written to Airflow's audit log", user=record.author)
