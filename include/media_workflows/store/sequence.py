"""The one order of all edits: writers wait for each other."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from media_workflows.store.tables import RevisionRow

# A sequence number once visible must never gain an older sibling: the DAG bundle's version is
# "everything up to sequence N".
_LOCK = 7_203_002


def lock_edits(session: Session) -> None:
    """Until the transaction ends, nobody else edits a workflow."""
    session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def next_sequence(session: Session) -> int:
    """The number of this edit."""
    lock_edits(session)
    return latest_sequence(session) + 1


def latest_sequence(session: Session) -> int:
    """The number of the newest edit of any workflow; 0 in an empty store."""
    return session.scalar(select(func.coalesce(func.max(RevisionRow.sequence), 0))) or 0
