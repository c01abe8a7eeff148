"""Requests for ad-hoc processing in the store. Their objects, states and counts are those of a backfill."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_workflows.domain.backfill import BackfillFilters
from media_workflows.domain.base import Model
from media_workflows.domain.process import ProcessRequest
from media_workflows.domain.process_runs import PROCESS
from media_workflows.domain.templates import Library, PinnedTemplate
from media_workflows.domain.templates.references import used_templates
from media_workflows.domain.workflow import Workflow, resolved
from media_workflows.errors import NotFoundError
from media_workflows.store.backfill_objects import ListedPage, SelectedObject, add_page
from media_workflows.store.backfills import create_backfill
from media_workflows.store.sequence import lock_edits
from media_workflows.store.tables import ProcessRow
from media_workflows.store.templates import pinned_templates


class StoredProcess(Model):
    """A request as stored. `number` is the revision of its runs."""

    number: int
    request_id: str
    backfill_id: str
    digest: str
    url: str
    force: bool
    definition: Workflow
    templates: tuple[PinnedTemplate, ...]

    @property
    def resolved(self) -> Workflow:
        """The definition as it runs: every item with its template's parameters."""
        return resolved(self.definition, Library(pinned.template for pinned in self.templates))


def add_process(
    session: Session,
    request: ProcessRequest,
    request_id: str,
    workflow: Workflow,
    objects: Sequence[SelectedObject],
    author: str,
) -> bool:
    """Store a request with its objects, to be started; False if there is one of this id already."""
    lock_edits(session)  # one request at a time; and templates are not deleted meanwhile
    if find_process(session, request_id) is not None:
        return False
    dumped = workflow.model_dump(mode="json")
    filters = BackfillFilters(prefix=request.prefix or "", keys=request.keys, formats=request.formats)
    backfill = create_backfill(
        session, PROCESS, request.source_bucket, filters, request.limits, author, start=True, context=request.context
    )
    row = ProcessRow(
        request_id=request_id,
        backfill_id=backfill.id,
        digest=request.digest(),
        definition=dumped,
        templates=pinned_templates(session, used_templates(dumped)),
        url=request.url or "",
        force=request.force,
    )
    session.add(row)
    add_page(session, backfill.id, ListedPage(after="", upto=None, listed=len(objects), selected=objects))
    return True


def find_process(session: Session, request_id: str) -> StoredProcess | None:
    """The request of this id."""
    return _stored(session.scalar(select(ProcessRow).where(ProcessRow.request_id == request_id)))


def get_process(session: Session, request_id: str) -> StoredProcess:
    """The request of this id. Raises NotFoundError."""
    found = find_process(session, request_id)
    if found is None:
        raise NotFoundError(
            "there is no request '{request_id}': it never was, or ended more than keep_runs_days ago",
            request_id=request_id,
        )
    return found


def process_of_run(session: Session, number: int | None) -> StoredProcess:
    """The request that a run belongs to, by the run's revision. Raises NotFoundError."""
    found = _stored(session.get(ProcessRow, number)) if number is not None else None
    if found is None:
        raise NotFoundError("there is no request with number {number}: it was deleted", number=number)
    return found


def process_of_backfill(session: Session, backfill_id: str) -> StoredProcess:
    """The request whose objects these are. Raises NotFoundError."""
    found = _stored(session.scalar(select(ProcessRow).where(ProcessRow.backfill_id == backfill_id)))
    if found is None:
        raise NotFoundError("there is no request with backfill {backfill_id}", backfill_id=backfill_id)
    return found


def _stored(row: ProcessRow | None) -> StoredProcess | None:
    if row is None:
        return None
    return StoredProcess.model_validate({name: getattr(row, name) for name in StoredProcess.model_fields})
