"""What steps have published before it was verified: so that none of it stays where a ladder is not made."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import NamedTuple

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.result import Role
from media_workflows.domain.run_report import EarlyPlaylist
from media_workflows.domain.step_key import StepInstance, StepKey
from media_workflows.store.tables import EarlyObjectRow, utcnow

Place = tuple[str, str]  # bucket and key


class EarlyObject(Model):
    """An object that a step has published, or was about to, before it was verified."""

    bucket: str
    key: str
    role: Role

    @property
    def place(self) -> Place:
        return self.bucket, self.key


class EarlyFile(NamedTuple):
    """An early object with the step that publishes it.

    `is_playable`: it is a manifest, and all that it names is there.
    """

    step_id: str
    published: EarlyObject
    is_playable: bool


def note(session: Session, step: StepKey, objects: Iterable[EarlyObject]) -> None:
    """A step that has claimed these keys is about to publish there. What lost steps had there is gone."""
    row = insert(EarlyObjectRow)
    taken_over = {name: row.excluded[name] for name in (*asdict(step), "role", "playable_at")}
    statement = row.on_conflict_do_update(index_elements=["bucket", "key"], set_=taken_over)
    session.execute(statement, [{**one.model_dump(), **asdict(step), "playable_at": None} for one in objects])


def note_playable(session: Session, step: StepKey, manifest: Place) -> None:
    """A manifest is there, and all that it names."""
    row = EarlyObjectRow
    of_step = update(row).filter_by(**asdict(step), bucket=manifest[0], key=manifest[1])
    session.execute(of_step.values(playable_at=utcnow()))


def early_objects(session: Session, step: StepKey) -> list[EarlyObject]:
    """Those of a step, of all its tries."""
    rows = session.scalars(select(EarlyObjectRow).filter_by(**asdict(step)))
    return [EarlyObject(bucket=row.bucket, key=row.key, role=row.role) for row in rows]


def forget(session: Session, step: StepKey, places: Collection[Place]) -> None:
    """The objects of a step there are verified now, or removed."""
    row = EarlyObjectRow
    there = tuple_(row.bucket, row.key).in_(sorted(places))
    session.execute(delete(row).filter_by(**asdict(step)).where(there))


def steps_with_early_objects(session: Session) -> list[StepKey]:
    """All steps that have such objects."""
    row = EarlyObjectRow
    columns = (row.workflow_id, row.run_id, row.step_id, row.map_index)
    return [StepKey(*found) for found in session.execute(select(*columns).distinct().order_by(*columns))]


def early_files(session: Session, workflow_id: str, run_id: str) -> list[EarlyFile]:
    """The early objects of a run, by bucket and key. Those that were only about to be published are not there yet."""
    row = EarlyObjectRow
    query = select(row).filter_by(workflow_id=workflow_id, run_id=run_id).order_by(row.bucket, row.key)
    return [
        EarlyFile(one.step_id, EarlyObject(bucket=one.bucket, key=one.key, role=one.role), one.playable_at is not None)
        for one in session.scalars(query)
    ]


def early_playlists(session: Session, workflow_id: str, run_id: str) -> dict[StepInstance, list[EarlyPlaylist]]:
    """The manifests of a run that can be played before their ladders are complete, by step."""
    row = EarlyObjectRow
    query = select(row).filter_by(workflow_id=workflow_id, run_id=run_id).where(row.playable_at.is_not(None))
    found: dict[StepInstance, list[EarlyPlaylist]] = {}
    for one in session.scalars(query.order_by(row.bucket, row.key)):
        assert one.playable_at is not None, "selected so"
        playlist = EarlyPlaylist(bucket=one.bucket, key=one.key, since=one.playable_at)
        found.setdefault(StepInstance(one.step_id, one.map_index), []).append(playlist)
    return found
