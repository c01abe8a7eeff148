"""The search for runs that have changed in Airflow: one process at a time, and when the last one began."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.store.tables import RunSearchRow

_LOCK = 7_203_004
_ONLY = 1  # the id of the only row
_NOW = func.clock_timestamp()  # the database's: the clocks of machines differ


def begin(session: Session, max_age: timedelta) -> datetime | None:
    """Lock searches until the transaction ends, and return the time; None = the last one is not older than this."""
    if not _is_older(session, max_age):
        return None
    session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    began_at = session.scalars(select(_NOW)).one()
    return began_at if _is_older(session, max_age) else None  # another process may have searched meanwhile


def _is_older(session: Session, max_age: timedelta) -> bool:
    return session.scalar(select(_NOW - RunSearchRow.began_at > max_age)) is not False


def note(session: Session, began_at: datetime, newest_id: int) -> None:
    """Note the beginning of a search that has ended, and Airflow's number of the newest run before it."""
    values = {"began_at": began_at, "newest_id": newest_id}
    row = insert(RunSearchRow).values(id=_ONLY, **values)
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))


def newest_id(session: Session) -> int:
    """Airflow's number of the newest run that was copied; 0 = none was."""
    return session.scalar(select(RunSearchRow.newest_id)) or 0


def note_newest(session: Session, newest_id: int) -> None:
    """Note the number of the newest run that was copied since the last search."""
    session.execute(update(RunSearchRow).values(newest_id=newest_id))
