"""How many documents of an import are done, for the page that waits for it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.store.tables import ImportRow, utcnow

FORGOTTEN_AFTER = timedelta(days=1)  # an import whose server was stopped leaves its row


class ImportProgress(Model):
    """Documents of an import: how many there are, and how many of them are done."""

    total: int
    done: int


def begin_import(session: Session, import_id: str, total: int) -> None:
    """Record an import, and forget what stopped servers left."""
    session.execute(delete(ImportRow).where(ImportRow.begun_at < utcnow() - FORGOTTEN_AFTER))
    session.merge(ImportRow(id=import_id, total=total, done=0))


def count_imported(session: Session, import_id: str) -> None:
    """One more document is done."""
    session.execute(update(ImportRow).where(ImportRow.id == import_id).values(done=ImportRow.done + 1))


def end_import(session: Session, import_id: str) -> None:
    """Forget an import: its answer has the outcomes."""
    session.execute(delete(ImportRow).where(ImportRow.id == import_id))


def import_progress(session: Session, import_id: str) -> ImportProgress | None:
    """None = it has not begun, or has ended."""
    row = session.get(ImportRow, import_id)
    return None if row is None else ImportProgress(total=row.total, done=row.done)
