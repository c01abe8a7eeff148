"""The revision history of a workflow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.errors import NotFoundError
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


def get_revision(session: Session, workflow_id: str, number: int) -> RevisionWithDefinition:
    """One revision of a workflow. Raises NotFoundError."""
    row = session.get(RevisionRow, (workflow_id, number))
    if row is None:
        raise NotFoundError("workflow '{workflow_id}' has no revision {number}", workflow_id=workflow_id, number=number)
    return RevisionWithDefinition(
        number=row.number, author=row.author, created_at=row.created_at, definition=row.definition
    )
