"""Imports of definitions: what is to be imported, who works on it, and the outcome of each document."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.errors import ConflictError
from media_workflows.store.tables import ImportedDocumentRow, ImportRow, utcnow

FORGOTTEN_AFTER = timedelta(days=1)


class ImportRecord(Model):
    """An import as it was requested; `yaml` is empty once it has ended.

    `places` are those of its user, as `bucket/prefix`; None = all.
    """

    id: str
    total: int
    author: str
    yaml: str
    editable: frozenset[str]
    places: tuple[str, ...] | None
    ended_at: datetime | None = None


def begin_import(session: Session, record: ImportRecord) -> None:
    """Store an import, and forget old ones. One that is stored under its id stays as it is."""
    session.execute(delete(ImportRow).where(ImportRow.begun_at < utcnow() - FORGOTTEN_AFTER))
    values = {**record.model_dump(), "editable": sorted(record.editable)}
    session.execute(insert(ImportRow).values(begun_at=utcnow(), **values).on_conflict_do_nothing())


def find_import(session: Session, import_id: str) -> ImportRecord | None:
    """None = there is none, or it was forgotten."""
    row = session.get(ImportRow, import_id)
    if row is None:
        return None
    return ImportRecord.model_validate({name: getattr(row, name) for name in ImportRecord.model_fields})


def unfinished_imports(session: Session) -> list[str]:
    """The ids of imports that have not ended, the oldest first."""
    return list(session.scalars(select(ImportRow.id).where(ImportRow.ended_at.is_(None)).order_by(ImportRow.begun_at)))


def lease_import(session: Session, import_id: str, worker: str, lease: timedelta) -> bool:
    """Whether this worker has the import for a while: no other one has it, and it has not ended."""
    now = utcnow()
    is_free = (ImportRow.worker == worker) | ImportRow.leased_until.is_(None) | (ImportRow.leased_until < now)
    leased = update(ImportRow).where(ImportRow.id == import_id, ImportRow.ended_at.is_(None), is_free)
    values = {"worker": worker, "leased_until": now + lease}
    return session.scalar(leased.values(values).returning(ImportRow.id)) is not None


def note_outcome(session: Session, import_id: str, number: int, outcome: dict[str, Any]) -> None:
    """Record the outcome of a document, in the transaction of its change.

    Raises ConflictError when there is one: another worker has applied the document, and this change must not be made.
    """
    row = insert(ImportedDocumentRow).values(import_id=import_id, number=number, outcome=outcome)
    noted = row.on_conflict_do_nothing().returning(ImportedDocumentRow.number)
    if session.scalar(noted) is None:
        raise ConflictError("document {number} of this import has its outcome already", number=number)


def outcomes(session: Session, import_id: str) -> dict[int, dict[str, Any]]:
    """The outcomes of an import by the number of the document, in the order of the documents."""
    row = ImportedDocumentRow
    query = select(row.number, row.outcome).where(row.import_id == import_id).order_by(row.number)
    return {number: outcome for number, outcome in session.execute(query)}  # noqa: C416


def end_import(session: Session, import_id: str) -> None:
    """All documents are done; their text is not needed any more."""
    ended = update(ImportRow).where(ImportRow.id == import_id)
    session.execute(ended.values(ended_at=utcnow(), yaml="", leased_until=None))
