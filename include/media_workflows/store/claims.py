"""Which step may write which output key, and the multipart uploads that a step has begun."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.candidates import SIDECARS_DAG
from media_workflows.domain.retention import HOUSEKEEPING_DAG
from media_workflows.domain.step_key import StepInstance, StepKey
from media_workflows.errors import MediaWorkflowsError, OutputBusyError, OutputExistsError
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.runs import results_of_run
from media_workflows.store.tables import OutputClaimRow, PendingUploadRow, utcnow

SOON_OVER = frozenset({SIDECARS_DAG, HOUSEKEEPING_DAG})  # what these tasks write or delete is free again soon
STALE_CLAIM = timedelta(minutes=10)  # without a renewal: many times the interval of renewals

Place = tuple[str, str]  # bucket and key


def claim_outputs(session: Session, places: Collection[Place], step: StepKey) -> None:
    """Reserve output keys while this step publishes: all of them or none.

    A claim that was not renewed for STALE_CLAIM is a killed step's and is taken over. Raises OutputExistsError while
    another step publishes to one of the keys, and when another step of this run has published one; OutputBusyError
    while one of the two is a join or a deletion, which is over soon.
    """
    if not places:
        return
    now = utcnow()
    row = insert(OutputClaimRow)
    taken_over = {name: row.excluded[name] for name in (*asdict(step), "claimed_at")}
    statement = row.on_conflict_do_update(
        index_elements=["bucket", "key"],
        set_=taken_over,
        where=_of(step) | (OutputClaimRow.claimed_at < now - STALE_CLAIM),
    ).returning(OutputClaimRow.bucket, OutputClaimRow.key)
    # Sorted: two steps that claim the same keys in one order cannot wait for each other.
    values = [{"bucket": bucket, "key": key, **asdict(step), "claimed_at": now} for bucket, key in sorted(set(places))]
    claimed = {(bucket, key) for bucket, key in session.execute(statement, values)}
    for place in places:
        if place not in claimed:
            raise _claimed_by_another(session, place, step)
    # A step records its result before it releases its claims, so that this finds all that was published before.
    _refuse_those_of_other_steps(session, places, step)


def _of(step: StepKey) -> ColumnElement[bool]:
    return and_(*(getattr(OutputClaimRow, name) == value for name, value in asdict(step).items()))


def _claimed_by_another(session: Session, place: Place, step: StepKey) -> MediaWorkflowsError:
    bucket, key = place
    holder = session.get(OutputClaimRow, place)
    if not SOON_OVER.isdisjoint((step.workflow_id, holder and holder.workflow_id)):
        return OutputBusyError(
            "{bucket}/{key} is being written or deleted by another task: start this one again when that has ended",
            bucket=bucket,
            key=key,
        )
    if holder is not None and (holder.workflow_id, holder.run_id) == (step.workflow_id, step.run_id):
        return OutputExistsError(
            "step '{step}' of this run is writing {bucket}/{key} at this moment: give the outputs of the two steps "
            "different names or directories",
            step=StepInstance(holder.step_id, holder.map_index),
            bucket=bucket,
            key=key,
        )
    return OutputExistsError(
        "another run is writing {bucket}/{key} at this moment: two sources share one output name; put "
        "{{inputDirectory}}/ into the output directory if sources of several directories share a name, add "
        "{{inputFormat}} to output_path if only their extensions differ, or use another output directory",
        bucket=bucket,
        key=key,
    )


def _refuse_those_of_other_steps(session: Session, places: Collection[Place], step: StepKey) -> None:
    """The second of two steps would replace what the first one's result names."""
    claimed = set(places)
    for writer, (bucket, key) in _written(session, step):
        if writer != step.instance and (bucket, key) in claimed:
            raise OutputExistsError(
                "step '{step}' of this run has written {bucket}/{key}: give the outputs of the two steps "
                "different names or directories",
                step=writer,
                bucket=bucket,
                key=key,
            )


def _written(session: Session, step: StepKey) -> Iterator[tuple[StepInstance, Place]]:
    """What steps of this run have published, or copied."""
    for result in results_of_run(session, step.workflow_id, step.run_id):
        for output in (output for item in result.items for output in item.outputs):
            yield result.step, (output.bucket, output.key)
    for step_id, action in actions_of_run(session, step.workflow_id, step.run_id).items():
        for copied in action.outputs:
            yield StepInstance(step_id), (copied.bucket, copied.key)


def renew_claims(session: Session, step: StepKey, places: Collection[Place]) -> list[Place]:
    """Keep claims from becoming stale; returns those that another step has taken over."""
    mine = _of(step) & tuple_(OutputClaimRow.bucket, OutputClaimRow.key).in_(sorted(places))
    query = update(OutputClaimRow).where(mine).values(claimed_at=utcnow())
    renewed = {(bucket, key) for bucket, key in session.execute(query.returning(*_PLACE))}
    return sorted(set(places) - renewed)


_PLACE = (OutputClaimRow.bucket, OutputClaimRow.key)


def release_claims(session: Session, step: StepKey, places: Iterable[Place]) -> None:
    """Publishing ended: the keys are free again."""
    own = _of(step) & tuple_(*_PLACE).in_(sorted(set(places)))
    session.execute(delete(OutputClaimRow).where(own))


class PendingUpload(Model):
    """A multipart upload that was begun and not ended."""

    bucket: str
    key: str
    upload_id: str


def note_upload(session: Session, pending: PendingUpload, step: StepKey) -> None:
    """Remember a begun multipart upload."""
    session.add(PendingUploadRow(**pending.model_dump(), **asdict(step)))


def forget_upload(session: Session, upload_id: str) -> None:
    """The upload was completed or aborted."""
    session.execute(delete(PendingUploadRow).where(PendingUploadRow.upload_id == upload_id))


def pending_uploads(session: Session, step: StepKey) -> list[PendingUpload]:
    """What an earlier, killed try of this step left."""
    rows = session.scalars(select(PendingUploadRow).filter_by(**asdict(step)))
    return [PendingUpload(bucket=row.bucket, key=row.key, upload_id=row.upload_id) for row in rows]
