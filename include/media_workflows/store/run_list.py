"""Lists of runs: by workflow, state, time, cause and file, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, not_, or_, select, tuple_
from sqlalchemy.orm import Session, load_only

from media_workflows.domain.base import Model
from media_workflows.domain.process_runs import PROCESS
from media_workflows.domain.result import SourceObject
from media_workflows.store.engine import one_of
from media_workflows.store.events import end_events
from media_workflows.store.key_words import has_words
from media_workflows.store.list_page import RECENT, list_page, newest
from media_workflows.store.page_count import counted
from media_workflows.store.processes import requests_of_runs
from media_workflows.store.run_history import DagRunSummary
from media_workflows.store.runs import RunKey
from media_workflows.store.tables import (
    RunRow,
    WorkflowRow,
)

RunState = Literal["queued", "running", "success", "failed"]

CAUSES_OF = 1_000  # failed runs
_SHOWN = ("workflow_id", "run_id", "state", "queued_at", "started_at", "ended_at", "revision", "source", "error")


class RunFilter(Model):
    """A filter for runs; all given fields must match. `since` and `until` are limits of a run's creation.

    `ended_since` is one of its end. With `as_reported`, a run has ended from the event of its end on: Airflow ends it
    some seconds later. `workflow_ids` None = those of all workflows. `before` is the (creation, run id) of
    the last run of the page before. `runs` None = not only these.
    """

    workflow_ids: frozenset[str] | None
    states: frozenset[RunState] = frozenset()
    as_reported: bool = False
    since: datetime | None = None
    until: datetime | None = None
    ended_since: datetime | None = None
    cause: str = ""
    search: str = ""
    before: tuple[datetime, str] | None = None
    runs: frozenset[RunKey] | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter's conditions for a query over runs."""
        asked: list[ColumnElement[bool] | None] = [
            RunRow.state.is_not(None),
            None if self.workflow_ids is None else one_of(RunRow.workflow_id, self.workflow_ids),
            self._of_states(),
            None if self.since is None else RunRow.created_at >= self.since,
            None if self.until is None else RunRow.created_at < self.until,
            RunRow.causes.contains([self.cause]) if self.cause else None,
            RunRow.causes != [] if self.cause else None,  # follows from that, and is the condition of an index
            None if self.ended_since is None else RunRow.ended_at >= self.ended_since,
            has_words(RunRow.words, self.search, self.states) if self.search else None,
            None if self.before is None else tuple_(RunRow.created_at, RunRow.run_id) < self.before,
            None if self.runs is None else tuple_(RunRow.workflow_id, RunRow.run_id).in_(sorted(self.runs)),
        ]
        return [condition for condition in asked if condition is not None]

    def _of_states(self) -> ColumnElement[bool] | None:
        if not self.states:
            return None
        found = RunRow.state.in_(sorted(self.states))
        if self.as_reported and "running" in self.states:
            return and_(found, or_(RunRow.state != "running", not_(_end_is_reported())))
        if self.as_reported and self.states == {"success", "failed"}:
            return or_(found, and_(RunRow.state == "running", _end_is_reported()))
        return found


def _end_is_reported() -> ColumnElement[bool]:
    return exists().where(*end_events(RunRow.workflow_id, RunRow.run_id, RunRow.started_at))


class ListedRun(DagRunSummary):
    """A run in a list. `workflow_name` is None for a workflow that the store does not have (a hand-written DAG).

    `request_id` is that of a run of ad-hoc processing, whose workflow is `media_process`, and `requested` the key or
    URL that it names: a run that could not fetch its file has no `source`.
    """

    workflow_id: str
    workflow_name: str | None
    request_id: str | None = None
    requested: str | None = None
    revision: int | None
    source: SourceObject | None
    error: dict[str, str] | None


class ListedRuns(Model):
    """One page of runs, newest first; `total_is_exact` is false when more than `total` match."""

    total: int
    total_is_exact: bool
    items: list[ListedRun]


def list_runs(session: Session, which: RunFilter, offset: int = 0, limit: int = 100) -> ListedRuns:
    """A page of runs, newest first; those of deleted workflows included."""
    page = list_page(session, _places(which), _ORDER, offset, limit, _among_recent(which) if which.search else None)
    rows = _rows(session, page.places)
    return ListedRuns(total=page.total, total_is_exact=page.total_is_exact, items=_listed(session, rows))


class NewestRun(NamedTuple):
    """A run in a list that goes on after its last one."""

    created_at: datetime
    run_id: str
    workflow_id: str
    revision: int | None
    started_at: datetime | None
    ended_at: datetime | None


def newest_runs(session: Session, which: RunFilter, limit: int) -> list[NewestRun]:
    """The first runs after `before` of the filter, newest first."""
    rows = _rows(session, newest(session, _places(which), _ORDER, 0, limit))
    return [NewestRun(*(getattr(row, name) for name in NewestRun._fields)) for row in rows]


_PLACE = ("workflow_id", "run_id", "created_at")
_ORDER = ("created_at", "run_id")


def _places(which: RunFilter) -> Select[*tuple[Any, ...]]:
    """The places of a filter's runs in lists: columns that indexes have, so that only the rows of a page are read."""
    return select(*(getattr(RunRow, name) for name in _PLACE)).where(*which.conditions())


def _among_recent(which: RunFilter) -> Select[*tuple[Any, ...]]:
    """The places of those runs of a filter with a search that are among the newest ones that match the rest of it.

    PostgreSQL guesses too few of several words, which it takes for independent, and would sort all.
    """
    others = _places(which.model_copy(update={"search": ""}))
    recent = others.order_by(RunRow.created_at.desc(), RunRow.run_id.desc()).limit(RECENT).subquery()
    is_at = and_(RunRow.workflow_id == recent.c.workflow_id, RunRow.run_id == recent.c.run_id)
    return select(*recent.c).join(RunRow, is_at).where(has_words(RunRow.words, which.search))


def _rows(session: Session, places: Sequence[Row[*tuple[Any, ...]]]) -> Sequence[RunRow]:
    """The runs at these places, newest first."""
    keys = [(place.workflow_id, place.run_id) for place in places]
    shown = [getattr(RunRow, name) for name in (*_SHOWN, "created_at")]
    rows = select(RunRow).where(tuple_(RunRow.workflow_id, RunRow.run_id).in_(keys)).options(load_only(*shown))
    return session.scalars(rows.order_by(RunRow.created_at.desc(), RunRow.run_id.desc())).all()


def runs_of_keys(session: Session, runs: Sequence[RunKey]) -> list[ListedRun]:
    """Those of these runs that are known, in any order."""
    query = select(RunRow).where(tuple_(RunRow.workflow_id, RunRow.run_id).in_(runs), RunRow.state.is_not(None))
    return _listed(
        session, session.scalars(query.options(load_only(*(getattr(RunRow, name) for name in _SHOWN)))).all()
    )


def _listed(session: Session, rows: Sequence[RunRow]) -> list[ListedRun]:
    names = _names(session, {row.workflow_id for row in rows})
    requests = requests_of_runs(session, [row.run_id for row in rows if row.workflow_id == PROCESS])
    found = []
    for row in rows:
        request = requests.get(row.run_id) if row.workflow_id == PROCESS else None
        fields: dict[str, Any] = {name: getattr(row, name) for name in _SHOWN}
        named = {"workflow_name": names.get(row.workflow_id), "request_id": request and request.request_id}
        named["requested"] = request and request.source.name
        found.append(ListedRun.model_validate({**fields, **named}))
    return found


def count_runs(session: Session, which: RunFilter) -> tuple[int, bool]:
    """How many runs a list would have, as far as it counts, and whether that is all of them."""
    return counted(session, select(RunRow).where(*which.conditions()))


def _names(session: Session, ids: set[str]) -> dict[str, str]:
    rows = session.execute(select(WorkflowRow.id, WorkflowRow.name).where(WorkflowRow.id.in_(ids)))
    return {id_: name for id_, name in rows}  # noqa: C416


class CauseCount(Model):
    """An error code, and in how many of the runs something failed with it."""

    code: str
    runs: int


def causes(session: Session, which: RunFilter) -> list[CauseCount]:
    """Why the newest 1,000 failed runs of a filter failed, the most frequent cause first."""
    failed = which.model_copy(update={"states": frozenset({"failed"})})
    runs = select(RunRow.causes).where(*failed.conditions())
    newest = runs.order_by(RunRow.created_at.desc()).limit(CAUSES_OF).subquery()
    each = select(func.unnest(newest.c.causes).label("code")).subquery()
    code, count = each.c.code, func.count()
    frequent = select(code, count).group_by(code).order_by(count.desc(), code)
    return [CauseCount(code=code, runs=number) for code, number in session.execute(frequent)]
