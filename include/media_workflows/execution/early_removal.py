"""Removal of what a step has published early and not verified, by the step itself or after it was lost."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby

from sqlalchemy.exc import SQLAlchemyError

from media_workflows.domain.retention import HOUSEKEEPING_DAG
from media_workflows.domain.step_key import StepKey
from media_workflows.errors import OutputBusyError, OutputExistsError, StorageError
from media_workflows.execution.claims import StepClaims
from media_workflows.execution.progress import Log
from media_workflows.log_context import ContextThreads
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.provenance import is_own_output, same_run
from media_workflows.storage.s3 import ObjectHead, ObjectStorage
from media_workflows.store import early_objects as store
from media_workflows.store.early_objects import EarlyObject
from media_workflows.store.engine import transaction

THREADS = 8
TASK = "remove_early"
_ORDER = ("manifest", "playlist", "main", "segment")  # nothing names what is missing
_MAX_VERSIONS = 100_000  # of an object, in a bucket that keeps them: a playlist has one for each of its segments


def remove_early(storage: ObjectStorage, step: StepKey, objects: Sequence[EarlyObject]) -> None:
    """Remove the objects at these places as far as this run has made them, and forget them. Raises StorageError.

    The caller has claimed the places. Versions of a playlist that grew are removed, too: the last one but one would
    take its place.
    """
    ordered = sorted(objects, key=lambda one: _ORDER.index(one.role))
    with ContextThreads(THREADS) as pool:
        for _, rank in groupby(ordered, key=lambda one: one.role):
            list(pool.map(partial(_remove, storage, step), rank))
    if objects:
        with transaction() as session:
            store.forget(session, step, [one.place for one in objects])


def _remove(storage: ObjectStorage, step: StepKey, found: EarlyObject) -> None:
    writer = ObjectWriter(storage)
    for _ in range(_MAX_VERSIONS):
        head = storage.head(*found.place)
        if head is None or not _is_of(step, found, head):
            return
        writer.delete(*found.place, head.version_id)


def _is_of(step: StepKey, found: EarlyObject, head: ObjectHead) -> bool:
    return is_own_output(*found.place, head.metadata) and same_run(head.metadata, step.workflow_id, step.run_id)


def remove_early_of_lost(storage: ObjectStorage, step: StepKey, log: Log) -> bool:
    """Remove what a step of an ended run has left; False = that failed, or another task writes one of the keys now."""
    with transaction() as session:
        objects = store.early_objects(session, step)
    claims = StepClaims(StepKey(HOUSEKEEPING_DAG, step.run_id, TASK), log)
    try:
        with claims.kept():
            claims.claim([one.place for one in objects], patience_s=0)
            remove_early(storage, step, objects)
    except (StorageError, OutputBusyError, OutputExistsError, SQLAlchemyError) as error:
        log(f"early objects of step '{step.instance}' of run {step.run_id} are left for the next round: {error}")
        return False
    return True
