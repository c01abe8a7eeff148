"""When the sources of uploads were read last, and with what error."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.errors import MediaWorkflowsError
from media_workflows.store.engine import one_of
from media_workflows.store.tables import DetectionSourceRow, UploadDecisionRow, WorkflowRow, utcnow

SourceKind = Literal["listing", "queue"]
MOST_FAILING = 10
FORGOTTEN_AFTER = timedelta(days=7)  # a source that no workflow or setting names any more


class DetectionSource(Model):
    """A listing (`place` is 'bucket/prefix') or a queue (its URL). `error` is that of the latest attempt.

    `failing_since`: the first attempt that failed since the last success; None = the latest one succeeded.
    """

    kind: SourceKind
    place: str
    polled_at: datetime
    succeeded_at: datetime | None
    failing_since: datetime | None
    error: dict[str, str] | None


def record_success(session: Session, kind: SourceKind, places: Collection[str]) -> None:
    """These sources were read."""
    if not places:
        return
    now = utcnow()
    works = {"polled_at": now, "error": None, "failing_since": None, "succeeded_at": now}
    row = insert(DetectionSourceRow).values([{"kind": kind, "place": place, **works} for place in sorted(set(places))])
    session.execute(row.on_conflict_do_update(index_elements=["kind", "place"], set_=works))


def record_failure(session: Session, kind: SourceKind, place: str, error: Exception) -> None:
    """A source could not be read."""
    now = utcnow()
    fails: dict[str, Any] = {"polled_at": now, "error": _shown(error), "failing_since": now}
    row = insert(DetectionSourceRow).values(kind=kind, place=place, **fails)
    fails["failing_since"] = func.coalesce(DetectionSourceRow.failing_since, now)
    session.execute(row.on_conflict_do_update(index_elements=["kind", "place"], set_=fails))


def _shown(error: Exception) -> dict[str, str]:
    return {"code": error.code if isinstance(error, MediaWorkflowsError) else "", "message": str(error)}


def sources_of(session: Session, bucket: str, prefix: str) -> list[DetectionSource]:
    """The queues, and the listings that cover a trigger directory."""
    row = DetectionSourceRow
    covers = func.starts_with(f"{bucket}/{prefix}", row.place)
    rows = session.scalars(select(row).where(or_(row.kind == "queue", covers)).order_by(row.kind, row.place))
    return [_source(found) for found in rows]


def _source(row: DetectionSourceRow) -> DetectionSource:
    return DetectionSource.model_validate({name: getattr(row, name) for name in DetectionSource.model_fields})


def read_since(
    session: Session, queues: Collection[str], polled_since: datetime
) -> tuple[datetime | None, datetime | None]:
    """When the last of all sources was read; and of those read since a time, the success that is longest ago."""
    row = DetectionSourceRow
    known = or_(row.kind == "listing", row.place.in_(queues))
    oldest = func.min(row.succeeded_at).filter(row.polled_at >= polled_since)
    found = session.execute(select(func.max(row.polled_at), oldest).where(known)).one()
    return found[0], found[1]


def failing_sources(
    session: Session, workflow_ids: Collection[str], queues: Collection[str], polled_since: datetime
) -> list[DetectionSource]:
    """Sources whose last reading failed: queues, and listings that cover the directory of one of these workflows."""
    row, workflow = DetectionSourceRow, WorkflowRow
    failing = row.error.is_not(None), row.polled_at >= polled_since
    covered = select(workflow.id).where(
        one_of(workflow.id, workflow_ids),
        workflow.enabled.is_(True),
        func.starts_with(workflow.trigger_bucket + "/" + workflow.trigger_prefix, row.place),
    )
    known = or_(row.place.in_(queues), (row.kind == "listing") & covered.exists())
    rows = session.scalars(select(row).where(*failing, known).order_by(row.polled_at).limit(MOST_FAILING))
    return [_source(found) for found in rows]


def last_decision(session: Session, workflow_id: str) -> datetime | None:
    """The time of the newest decision about an upload of a workflow."""
    row = UploadDecisionRow
    newest = select(row.decided_at).where(row.workflow_id == workflow_id).order_by(row.id.desc()).limit(1)
    return session.scalar(newest)


def forget_old_sources(session: Session) -> None:
    """Delete the sources that were not read for a long time."""
    session.execute(delete(DetectionSourceRow).where(DetectionSourceRow.polled_at < utcnow() - FORGOTTEN_AFTER))
