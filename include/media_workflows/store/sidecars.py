"""Sidecars in the store: which objects are add-ons of which ladders."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.step_key import StepInstance
from media_workflows.store.engine import one_of
from media_workflows.store.tables import SidecarPrefixRow, SidecarRow, WorkflowRow, utcnow


class Sidecar(Model):
    """An object that the item number `item` of a step names as an add-on, for one source."""

    bucket: str
    key: str
    workflow_id: str
    source_key: str
    step_id: str
    map_index: int
    item: int
    run_id: str

    @property
    def step(self) -> StepInstance:
        return StepInstance(self.step_id, self.map_index)


def expect_sidecars(session: Session, sidecars: Iterable[Sidecar]) -> None:
    """Note the add-ons of a run's items, in place of those of an earlier run from the same source."""
    values = [{**one.model_dump(), "expected_at": utcnow()} for one in dict.fromkeys(sidecars)]
    if not values:
        return
    row = insert(SidecarRow)
    key = [column.name for column in SidecarRow.__table__.primary_key]
    changed = {name: row.excluded[name] for name in ("run_id", "expected_at")}
    session.execute(row.on_conflict_do_update(index_elements=key, set_=changed), values)


def sidecars_at(session: Session, bucket: str, key: str, workflow_id: str | None = None) -> list[Sidecar]:
    """What an object is an add-on of: items of living workflows, in a stable order."""
    row = SidecarRow
    living = select(WorkflowRow.id).where(WorkflowRow.deleted_at.is_(None))
    query = select(row).where(row.bucket == bucket, row.key == key, row.workflow_id.in_(living))
    if workflow_id is not None:
        query = query.where(row.workflow_id == workflow_id)
    found = session.scalars(query.order_by(row.workflow_id, row.source_key, row.step_id, row.map_index, row.item))
    return [Sidecar.model_validate({name: getattr(one, name) for name in Sidecar.model_fields}) for one in found]


def workflows_with_add_on(session: Session, places: Collection[tuple[str, str]]) -> dict[tuple[str, str], set[str]]:
    """By (bucket, key), the ids of the living workflows of whose ladders the object is an add-on."""
    row = SidecarRow
    living = select(WorkflowRow.id).where(WorkflowRow.deleted_at.is_(None))
    query = select(row.bucket, row.key, row.workflow_id).where(
        one_of(row.bucket, {bucket for bucket, _ in places}),
        one_of(row.key, {key for _, key in places}),
        row.workflow_id.in_(living),
    )
    found: dict[tuple[str, str], set[str]] = {}
    for bucket, key, workflow_id in session.execute(query.distinct()):
        found.setdefault((bucket, key), set()).add(workflow_id)
    return found


def set_prefixes(session: Session, workflow_id: str, prefixes: Iterable[str]) -> None:
    """Where the add-ons of a workflow lie from now on."""
    session.execute(delete(SidecarPrefixRow).where(SidecarPrefixRow.workflow_id == workflow_id))
    session.add_all(SidecarPrefixRow(workflow_id=workflow_id, prefix=prefix) for prefix in sorted(set(prefixes)))
