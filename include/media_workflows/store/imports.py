"""How far an import is and the outcomes of its documents: also for a page that was closed meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, type_coerce, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.store.tables import ImportRow, utcnow

FORGOTTEN_AFTER = timedelta(days=1)


class ImportRecord(Model):
    """An import: its documents, how many of them are done, and the outcomes, each with the `number` of its document."""

    total: int
    done: int
    author: str
    outcomes: list[dict[str, Any]]
    changed_at: datetime | None
    ended_at: datetime | None


def begin_import(session: Session, import_id: str, author: str, total: int) -> None:
    """Record an import, and forget old ones. One of the same id begins again: it was interrupted."""
    session.execute(delete(ImportRow).where(ImportRow.begun_at < utcnow() - FORGOTTEN_AFTER))
    now = utcnow()
    row = ImportRow(id=import_id, total=total, done=0, author=author, outcomes=[], begun_at=now, changed_at=now)
    session.merge(row).ended_at = None


def count_imported(session: Session, import_id: str, number: int, outcome: dict[str, Any]) -> None:
    """One more document is done."""
    added = type_coerce([{"number": number, **outcome}], JSONB)
    values = {"done": ImportRow.done + 1, "outcomes": ImportRow.outcomes.concat(added), "changed_at": utcnow()}
    session.execute(update(ImportRow).where(ImportRow.id == import_id).values(values))


def end_import(session: Session, import_id: str) -> None:
    """All documents are done."""
    session.execute(update(ImportRow).where(ImportRow.id == import_id).values(ended_at=utcnow()))


def find_import(session: Session, import_id: str) -> ImportRecord | None:
    """None = it has not begun, or was forgotten."""
    row = session.get(ImportRow, import_id)
    if row is None:
        return None
    return ImportRecord.model_validate({name: getattr(row, name) for name in ImportRecord.model_fields})
