"""Where runs have put what they have made and not published yet; so that none of it is forgotten there."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.store.tables import UnpublishedRow


def note_buckets(session: Session, workflow_id: str, run_id: str, buckets: Collection[str]) -> None:
    """A step of the run is about to put outputs into these buckets. Once more changes nothing."""
    if buckets:
        rows = [{"workflow_id": workflow_id, "run_id": run_id, "bucket": bucket} for bucket in sorted(buckets)]
        session.execute(insert(UnpublishedRow).on_conflict_do_nothing(), rows)


def buckets_of(session: Session, workflow_id: str, run_id: str) -> list[str]:
    """The buckets in which the run may have such outputs."""
    return list(session.scalars(select(UnpublishedRow.bucket).filter_by(workflow_id=workflow_id, run_id=run_id)))


def forget_buckets(session: Session, workflow_id: str, run_id: str) -> None:
    """The run has none any more."""
    session.execute(delete(UnpublishedRow).filter_by(workflow_id=workflow_id, run_id=run_id))


def runs_with_unpublished(session: Session) -> list[tuple[str, str]]:
    """(workflow, run) of all runs that may have such outputs."""
    row = UnpublishedRow
    query = select(row.workflow_id, row.run_id).distinct().order_by(row.workflow_id, row.run_id)
    return [(workflow_id, run_id) for workflow_id, run_id in session.execute(query)]
