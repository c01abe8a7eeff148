"""The global order of all edits, under one lock."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from media_workflows.store.tables import RevisionRow

# No older sequence number may become visible after a newer one: the DAG bundle's version is
# "everything up to sequence N".
_LOCK = 7_203_002


def lock_edits(session: Session) -> None:
    """Lock all edits until the transaction ends."""
    session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def next_sequence(session: Session) -> int:
    """Lock all edits and return the sequence number of this edit."""
    lock_edits(session)
    return latest_sequence(session) + 1


def latest_sequence(session: Session) -> int:
    """The number of the newest edit of any workflow; 0 in an empty store."""
    return session.scalar(select(func.coalesce(func.max(RevisionRow.sequence), 0))) or 0
