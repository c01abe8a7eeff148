"""The revision history of a workflow."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.errors import NotFoundError
from media_workflows.store.engine import one_of
from media_workflows.store.tables import RevisionRow


class Revision(Model):
    """One edit of a workflow."""

    number: int
    author: str
    created_at: datetime


class RevisionWithDefinition(Revision):
    """One edit and the definition as stored; None = the edit deleted the workflow."""

    definition: dict[str, Any] | None


def list_revisions(session: Session, workflow_id: str) -> list[Revision]:
    """All edits, newest first, without their definitions."""
    columns = select(RevisionRow.number, RevisionRow.author, RevisionRow.created_at)
    rows = session.execute(
        columns.where(RevisionRow.workflow_id == workflow_id).order_by(RevisionRow.number.desc())
    ).mappings()
    return [Revision.model_validate(dict(row)) for row in rows]


def numbers_of_revisions(session: Session, workflow_ids: Collection[str]) -> list[tuple[str, int]]:
    """(workflow, number) of all edits of these workflows, also of deleted ones, without the deletions themselves."""
    row = RevisionRow
    query = select(row.workflow_id, row.number).where(
        one_of(row.workflow_id, workflow_ids), row.definition.is_not(None)
    )
    return [(id_, number) for id_, number in session.execute(query)]


def definitions_of(
    session: Session, revisions: Collection[tuple[str, int]]
) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
    """The definitions of these edits as stored, by (workflow, number)."""
    row = RevisionRow
    query = select(row.workflow_id, row.number, row.definition).where(
        tuple_(row.workflow_id, row.number).in_(revisions)
    )
    for id_, number, definition in session.execute(query):
        if definition is not None:
            yield (id_, number), definition


def get_revision(session: Session, workflow_id: str, number: int) -> RevisionWithDefinition:
    """One revision of a workflow. Raises NotFoundError."""
    row = session.get(RevisionRow, (workflow_id, number))
    if row is None:
        raise NotFoundError("workflow '{workflow_id}' has no revision {number}", workflow_id=workflow_id, number=number)
    return RevisionWithDefinition(
        number=row.number, author=row.author, created_at=row.created_at, definition=row.definition
    )
