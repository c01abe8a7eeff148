"""Requests for ad-hoc processing in the store. Their objects, states and counts are those of a backfill."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session, aliased, defer

from media_workflows.domain.backfill import BackfillFilters, BackfillRequest, BackfillState
from media_workflows.domain.base import Model
from media_workflows.domain.notification import shown_url
from media_workflows.domain.process import ProcessRequest
from media_workflows.domain.process_runs import PROCESS, process_run_id
from media_workflows.domain.request_context import RequestContext
from media_workflows.domain.result import RequestedSource
from media_workflows.domain.templates import Library, PinnedTemplate
from media_workflows.domain.templates.references import used_templates
from media_workflows.domain.workflow import Workflow, resolved
from media_workflows.errors import NotFoundError
from media_workflows.store.backfill_objects import ListedPage, SelectedObject, add_page
from media_workflows.store.backfills import create_backfill, queued_of
from media_workflows.store.engine import one_of
from media_workflows.store.page_count import counted
from media_workflows.store.sequence import lock_edits
from media_workflows.store.tables import BackfillObjectRow, BackfillRow, ProcessRow
from media_workflows.store.templates import pinned_templates


class ProcessState(Model):
    """A request: its state, and the counts of its objects. `workflow_id` and the runs' ids lead to the runs.

    `key` is the first of the keys that it names; '' = it names a prefix or a URL.
    """

    request_id: str
    workflow_id: str
    state: BackfillState
    problem: str
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    bucket: str
    key: str
    prefix: str
    url: str
    priority: int
    force: bool
    max_at_once: int
    per_minute: int | None
    context: RequestContext
    total: int
    total_bytes: int
    queued: int
    active: int
    finished: int
    failed: int
    skipped: int


class ProcessPage(Model):
    """One page of requests, newest first; `total_is_exact` is false when more than `total` match."""

    total: int
    total_is_exact: bool
    items: list[ProcessState]


class ProcessFilter(Model):
    """A filter for requests; all given fields must match. `since` is the earliest creation."""

    states: frozenset[BackfillState] = frozenset()
    since: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter's conditions for a query over backfills."""
        asked: list[ColumnElement[bool] | None] = [
            BackfillRow.workflow_id == PROCESS,
            BackfillRow.state.in_(sorted(self.states)) if self.states else None,
            None if self.since is None else BackfillRow.created_at >= self.since,
        ]
        return [condition for condition in asked if condition is not None]


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
    asked = BackfillRequest(
        workflow=PROCESS, filters=filters, limits=request.limits, start=True, context=request.context
    )
    backfill = create_backfill(session, asked, request.source_bucket, author)
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
    selected = [one._replace(run_id=process_run_id(request_id, one.key, request.priority)) for one in objects]
    add_page(session, backfill.id, ListedPage(after="", upto=None, listed=len(objects), selected=selected))
    return True


def find_process(session: Session, request_id: str) -> StoredProcess | None:
    """The request of this id."""
    return _stored(session.scalar(select(ProcessRow).where(ProcessRow.request_id == request_id)))


def get_process(session: Session, request_id: str) -> StoredProcess:
    """The request of this id. Raises NotFoundError."""
    found = find_process(session, request_id)
    if found is None:
        raise missing(request_id)
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


class RequestOfRun(NamedTuple):
    """The request that a run of ad-hoc processing belongs to; `number` is the revision of the run."""

    request_id: str
    number: int
    source: RequestedSource


def newest_of(session: Session, request_ids: Collection[str]) -> datetime | None:
    """When the newest of these requests was made; None = there is none of them."""
    return session.scalar(select(func.max(ProcessRow.created_at)).where(ProcessRow.request_id.in_(request_ids)))


def requests_of_runs(session: Session, run_ids: Collection[str]) -> dict[str, RequestOfRun]:
    """The requests of runs of ad-hoc processing, by the run's id; also of runs that have not begun."""
    if not run_ids:
        return {}
    part = BackfillObjectRow
    query = (
        select(part.run_id, ProcessRow.request_id, ProcessRow.number, BackfillRow.bucket, ProcessRow.url, part.key)
        .join(ProcessRow, ProcessRow.backfill_id == part.backfill_id)
        .join(BackfillRow, BackfillRow.id == part.backfill_id)
        .where(part.run_id.in_(run_ids))
    )
    return {
        run_id: RequestOfRun(id_, number, RequestedSource("" if url else bucket, key))
        for run_id, id_, number, bucket, url, key in session.execute(query)
        if run_id
    }


class RequestObjects(Model):
    """What a request selects, and the definition that its runs follow."""

    request_id: str
    definition: Workflow
    filters: BackfillFilters


def objects_of_requests(session: Session, request_ids: Collection[str]) -> list[RequestObjects]:
    """What these requests select; those that there are."""
    query = (
        select(ProcessRow.request_id, ProcessRow.definition, BackfillRow.filters)
        .join(BackfillRow, BackfillRow.id == ProcessRow.backfill_id)
        .where(one_of(ProcessRow.request_id, request_ids))
    )
    return [RequestObjects.model_validate(dict(row)) for row in session.execute(query).mappings()]


def list_processes(session: Session, which: ProcessFilter, offset: int = 0, limit: int = 50) -> ProcessPage:
    """A page of requests, newest first."""
    query = select(BackfillRow).where(*which.conditions())
    total, is_exact = counted(session, query)
    # As in lists of runs: few are all found, then sorted; of many the newest are found soon.
    row = aliased(BackfillRow, query.offset(0).subquery()) if is_exact else BackfillRow
    page = _with_requests(row) if is_exact else _with_requests(row).where(*which.conditions())
    found = session.execute(page.order_by(row.created_at.desc(), row.id).offset(offset).limit(limit))
    return ProcessPage(total=total, total_is_exact=is_exact, items=[_state(one) for one in found])


def process_state(session: Session, request_id: str) -> ProcessState:
    """The state of a request. Raises NotFoundError."""
    found = session.execute(_with_requests(BackfillRow).where(ProcessRow.request_id == request_id)).one_or_none()
    if found is None:
        raise missing(request_id)
    return _state(found)


def _with_requests(row: Any) -> Select[*tuple[Any, ...]]:
    """Backfills with their requests; of the keys, which may be a thousand, the first one."""
    return (
        select(
            *(row, ProcessRow.request_id, ProcessRow.url, ProcessRow.force),
            ProcessRow.definition["priority"].as_integer().label("priority"),
            row.filters["prefix"].as_string().label("prefix"),
            row.filters[("keys", 0)].as_string().label("key"),
        )
        .join(ProcessRow, ProcessRow.backfill_id == row.id)
        .options(defer(row.filters))
    )


def _state(found: Row[Any]) -> ProcessState:
    backfill: BackfillRow = found[0]
    own = {
        **{name: getattr(found, name) for name in ("request_id", "force", "priority", "prefix")},
        "url": shown_url(found.url) if found.url else "",
        "key": found.key or "",
        "queued": queued_of(backfill),
    }
    others = {name: getattr(backfill, name) for name in ProcessState.model_fields if name not in own}
    return ProcessState.model_validate({**others, **own})


def missing(request_id: str) -> NotFoundError:
    """The error of a request that is not there, or not for the caller."""
    return NotFoundError(
        "there is no request '{request_id}': it never existed, or ended more than keep_runs_days ago",
        request_id=request_id,
    )


def _stored(row: ProcessRow | None) -> StoredProcess | None:
    if row is None:
        return None
    return StoredProcess.model_validate({name: getattr(row, name) for name in StoredProcess.model_fields})
