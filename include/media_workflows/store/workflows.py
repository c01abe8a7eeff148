"""Workflows in the store: append-only revisions under one head row."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.places import add_on_directories
from media_workflows.domain.process_runs import PROCESS
from media_workflows.domain.templates import Library, PinnedTemplate
from media_workflows.domain.templates.references import used_templates
from media_workflows.domain.workflow import Workflow, resolved
from media_workflows.domain.workflow_problems import workflow_problems
from media_workflows.errors import ConflictError, FieldProblem, NotFoundError
from media_workflows.store.engine import one_of
from media_workflows.store.processes import process_of_run
from media_workflows.store.sequence import next_sequence
from media_workflows.store.sidecars import set_prefixes
from media_workflows.store.tables import DraftRow, RevisionRow, WorkflowRow, utcnow
from media_workflows.store.templates import load_library, pinned_templates
from media_workflows.store.workflow_filter import WorkflowFilter

ID_PREFIX = "wf_"  # distinguishes the DAGs of workflows from all others in Airflow


class StoredWorkflow(Model):
    """A workflow at one revision. `id` is also its DAG's id and never changes."""

    id: str
    revision: int
    sequence: int
    created_at: datetime
    updated_at: datetime
    enabled_at: datetime | None = None
    enabled: bool | None = Field(None, exclude=True, description="As last compared with Airflow's switch")
    definition: Workflow
    templates: tuple[PinnedTemplate, ...] = Field((), exclude=True, description="Custom templates it uses")

    @property
    def resolved(self) -> Workflow:
        """The definition as it runs: every item with its template's parameters."""
        return resolved(self.definition, self.library)

    @property
    def library(self) -> Library:
        """The presets and the custom templates it uses, as its revision stores them."""
        return Library(pinned.template for pinned in self.templates)


def new_workflow_id() -> str:
    """A random workflow id: 'wf_' and 12 hex digits."""
    return f"{ID_PREFIX}{secrets.token_hex(6)}"


def _append(session: Session, row: WorkflowRow, definition: Workflow | None, author: str) -> RevisionRow:
    sequence = next_sequence(session)  # first, as its lock also prevents the deletion of templates
    dumped = definition.model_dump(mode="json") if definition else None
    revision = RevisionRow(
        workflow_id=row.id,
        number=row.revision,
        sequence=sequence,
        definition=dumped,
        templates=pinned_templates(session, used_templates(dumped)),
        author=author,
    )
    session.add(revision)
    return revision


def _flush_unique_name(session: Session, name: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        if "workflow_name_unique" not in str(error.orig):
            raise
        raise ConflictError("name: a workflow named '{name}' exists already; choose another name", name=name).at(
            "name", repr(name)
        ) from None


def _stored(row: WorkflowRow, revision: RevisionRow) -> StoredWorkflow:
    return StoredWorkflow(
        id=row.id,
        revision=revision.number,
        sequence=revision.sequence,
        created_at=row.created_at,
        updated_at=revision.created_at,
        enabled_at=row.enabled_at,
        enabled=row.enabled,
        definition=Workflow.model_validate(revision.definition),
        templates=tuple(PinnedTemplate.model_validate(pinned) for pinned in revision.templates),
    )


def _store(session: Session, row: WorkflowRow, definition: Workflow) -> None:
    row.name = definition.name
    row.trigger_bucket = definition.trigger.bucket
    row.trigger_prefix = definition.trigger.prefix
    session.add(row)
    _flush_unique_name(session, definition.name)
    set_prefixes(session, row.id, add_on_directories(definition))


def create_workflow(session: Session, definition: Workflow, author: str = "") -> StoredWorkflow:
    """Store a new workflow as revision 1. Raises ConflictError when the name is taken."""
    row = WorkflowRow(id=new_workflow_id(), revision=1, created_at=utcnow())
    _store(session, row, definition)
    revision = _append(session, row, definition, author)
    session.flush()
    return _stored(row, revision)


def _find_row(session: Session, workflow_id: str, *, lock: bool = False) -> WorkflowRow | None:
    query = select(WorkflowRow).where(WorkflowRow.id == workflow_id, WorkflowRow.deleted_at.is_(None))
    return session.scalar(query.with_for_update() if lock else query)


def live_row(session: Session, workflow_id: str, *, lock: bool = False) -> WorkflowRow:
    """The row of a workflow that is not deleted. Raises NotFoundError."""
    row = _find_row(session, workflow_id, lock=lock)
    if row is None:
        raise NotFoundError("there is no workflow '{workflow_id}'", workflow_id=workflow_id)
    return row


def _current(session: Session, row: WorkflowRow) -> StoredWorkflow:
    revision = session.get_one(RevisionRow, (row.id, row.revision))
    return _stored(row, revision)


def get_workflow(session: Session, workflow_id: str) -> StoredWorkflow:
    """The current revision. Raises NotFoundError."""
    return _current(session, live_row(session, workflow_id))


def resolved_at(session: Session, workflow_id: str, revision: int | None = None) -> Workflow:
    """The workflow as it ran at a revision, or at its last one, also after its deletion. Raises NotFoundError.

    Of a run of ad-hoc processing, the definition of its request.
    """
    if workflow_id == PROCESS:
        return process_of_run(session, revision).resolved
    query = select(RevisionRow).where(RevisionRow.workflow_id == workflow_id, RevisionRow.definition.is_not(None))
    if revision is not None:
        query = query.where(RevisionRow.number == revision)
    row = session.scalar(query.order_by(RevisionRow.number.desc()).limit(1))
    if row is None:
        if revision is None:
            raise NotFoundError("there is no workflow '{workflow_id}'", workflow_id=workflow_id)
        raise NotFoundError(
            "workflow '{workflow_id}' has no revision {number}", workflow_id=workflow_id, number=revision
        )
    return _stored(session.get_one(WorkflowRow, workflow_id), row).resolved


def find_by_name(session: Session, name: str) -> StoredWorkflow | None:
    """The workflow with exactly this name."""
    row = session.scalar(select(WorkflowRow).where(WorkflowRow.name == name, WorkflowRow.deleted_at.is_(None)))
    return _current(session, row) if row else None


def ids_of_names(session: Session, names: Collection[str]) -> list[str]:
    """The ids of the workflows with exactly these names."""
    query = select(WorkflowRow.id).where(one_of(WorkflowRow.name, names), WorkflowRow.deleted_at.is_(None))
    return list(session.scalars(query))


def names_of(session: Session, workflow_ids: Collection[str]) -> dict[str, str]:
    """The names of workflows by id, deleted ones included."""
    rows = session.execute(select(WorkflowRow.id, WorkflowRow.name).where(one_of(WorkflowRow.id, workflow_ids)))
    return dict(rows.all())


def resolve_workflow(session: Session, id_or_name: str) -> StoredWorkflow:
    """A workflow by id or, if there is none of that id, by name. Raises NotFoundError."""
    named = find_by_name(session, id_or_name)
    if named is not None and _find_row(session, id_or_name) is None:
        return named
    return get_workflow(session, id_or_name)


def resolve_id(session: Session, id_or_name: str) -> str:
    """The id of a workflow by id or name; a deleted one is found by its id, the DAG of ad-hoc processing, too.

    Raises NotFoundError.
    """
    if id_or_name == PROCESS:
        return PROCESS
    deleted = session.get(WorkflowRow, id_or_name)
    return id_or_name if deleted and deleted.deleted_at else resolve_workflow(session, id_or_name).id


def update_workflow(
    session: Session, workflow_id: str, definition: Workflow, base_revision: int, author: str = ""
) -> StoredWorkflow:
    """Append an edit made on top of `base_revision`. Raises ConflictError after a concurrent edit."""
    row = live_row(session, workflow_id, lock=True)
    if row.revision != base_revision:
        raise ConflictError(
            "revision: your edit started from revision {base_revision}, but the workflow is at {revision}; "
            "load it again and repeat your change",
            base_revision=base_revision,
            revision=row.revision,
        ).at("revision", str(base_revision))
    row.revision += 1
    row.updated_at = utcnow()
    _store(session, row, definition)
    revision = _append(session, row, definition, author)
    session.flush()
    return _stored(row, revision)


def take_new_templates(session: Session, workflow_ids: Iterable[str], author: str = "") -> list[str]:
    """Append a revision with the current templates to each of the workflows; returns the ids of existing ones.

    Raises ConflictError when a template's change makes one of them invalid.
    """
    library = load_library(session)
    taken = []
    for workflow_id in workflow_ids:
        row = _find_row(session, workflow_id, lock=True)
        if row is None:
            continue
        stored = _current(session, row)
        definition = stored.definition
        if problems := _new_problems(stored, library):
            raise ConflictError(
                "workflow '{workflow}' uses this template and would break: {problem}",
                workflow=row.name,
                problem=problems[0],
            )
        row.revision += 1
        row.updated_at = utcnow()
        _append(session, row, definition, author)
        taken.append(workflow_id)
    return taken


def _new_problems(stored: StoredWorkflow, library: Library) -> list[FieldProblem]:
    """The problems that a workflow gets by these templates, without those that an earlier version has accepted."""
    found = workflow_problems(stored.definition, library)
    known = workflow_problems(stored.definition, stored.library) if found else ()
    return [problem for problem in found if problem not in known]


def delete_workflow(session: Session, workflow_id: str, author: str = "") -> None:
    """Append a deletion; earlier revisions stay for the runs that used them. Raises NotFoundError."""
    row = live_row(session, workflow_id, lock=True)
    row.revision += 1
    row.deleted_at = utcnow()
    session.execute(delete(DraftRow).where(DraftRow.workflow_id == workflow_id))
    _append(session, row, None, author)


class WorkflowPage(Model):
    """One page of workflows, and their total number."""

    total: int
    items: list[StoredWorkflow]


def list_workflows(
    session: Session,
    which: WorkflowFilter | None = None,
    order: Literal["asc", "desc"] = "desc",
    offset: int = 0,
    limit: int = 100,
    ids: Iterable[str] | None = None,
) -> WorkflowPage:
    """A page of workflows by creation time; `ids` restricts it."""
    query = select(WorkflowRow).where(WorkflowRow.deleted_at.is_(None))
    if ids is not None:
        query = query.where(one_of(WorkflowRow.id, ids))
    if which is not None:
        query = query.where(*which.conditions())
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    by = WorkflowRow.created_at.asc() if order == "asc" else WorkflowRow.created_at.desc()
    page = query.order_by(by, WorkflowRow.id).offset(offset).limit(limit).subquery()
    joined = (
        select(WorkflowRow, RevisionRow)
        .join(page, page.c.id == WorkflowRow.id)
        .join(RevisionRow, (RevisionRow.workflow_id == WorkflowRow.id) & (RevisionRow.number == WorkflowRow.revision))
        .order_by(by, WorkflowRow.id)
    )
    return WorkflowPage(total=total, items=[_stored(row, revision) for row, revision in session.execute(joined)])
