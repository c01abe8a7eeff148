"""Outputs whose days are over, see `Retention`: examines and deletes them, run by run.

What a run's report names is deleted only as this product wrote it: the object must have the ETag of that time, and
name the workflow and the source that made it. A source is never deleted, nor what a step has copied or moved: these
are no outputs of jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

from media_workflows.domain.published import without_outputs
from media_workflows.domain.result import JobResult, OutputRecord, SourceObject
from media_workflows.domain.retention import (
    HOUSEKEEPING_DAG,
    DecidedOutputs,
    OldOutput,
    OutputOutcome,
    Retention,
    notice_of,
    together,
)
from media_workflows.domain.step_key import StepKey
from media_workflows.errors import StorageError, WorkerError
from media_workflows.execution.claims import StepClaims
from media_workflows.execution.progress import Log
from media_workflows.log_context import ContextThreads
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.provenance import is_own_output, same_workflow_and_source
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import retention
from media_workflows.store.engine import transaction
from media_workflows.store.old_records import RUNS
from media_workflows.store.runs import get_run, results_of_run

THREADS = 8
TASK = "delete_old_outputs"
Ended: TypeAlias = Callable[[str, list[str]], list[str]]  # of a workflow's runs, those that Airflow has ended
Place = tuple[str, str]  # bucket and key
_ORDER = ("manifest", "playlist", "main", "segment")  # of deletion: nothing names what is missing


@dataclass(frozen=True)
class OldItem:
    """An item of a result, at its index, with its old outputs in the order of their deletion."""

    index: int
    outputs: list[OldOutput]


@dataclass(frozen=True)
class OldResult:
    """A result whose outputs are old."""

    step: StepKey
    result: JobResult
    items: list[OldItem]
    days: int

    @property
    def outputs(self) -> tuple[OldOutput, ...]:
        return tuple(output for item in self.items for output in item.outputs)


class _Present(NamedTuple):
    """A run as it is now. `used` is what recent runs of its source name, and what unfinished runs of any read."""

    source: SourceObject
    results: list[JobResult]
    used: set[Place]


class OldOutputs:
    """Those of all workflows, at one time. What cannot be read or deleted now is left for the next round."""

    def __init__(self, storage: ObjectStorage, ended: Ended, now: datetime, log: Log) -> None:
        self._storage, self._writer = storage, ObjectWriter(storage)
        self._ended, self._now, self._log = ended, now, log

    def find(self, workflow_id: str, policy: Retention) -> Iterator[OldResult]:
        """The old results of a workflow, each examined when it is asked for."""
        if policy.outputs_days is None:
            return
        before, last = self._now - timedelta(days=policy.outputs_days), ""
        while True:
            with transaction() as session:
                run_ids = retention.runs_with_old_outputs(session, workflow_id, before, last)
            if not run_ids:
                return
            last = run_ids[-1]
            for run_id in self._ended(workflow_id, run_ids):
                yield from self._of_run(workflow_id, run_id, policy.outputs_days)

    def delete(self, old: OldResult) -> tuple[OldOutput, ...]:
        """Delete what is to be deleted of a result; its report and the audit record say so.

        Returns what was decided; () = another task writes one of the keys, or a run of the source has begun since.
        """
        places = sorted({(output.bucket, output.key) for output in old.outputs})
        claims = StepClaims(StepKey(HOUSEKEEPING_DAG, old.step.run_id, TASK), self._log, patience_s=0)
        done = []
        with claims.kept():
            try:
                claims.claim(places)
                for item in old.items:
                    if not self._is_still_old(old, item):
                        self._log(f"left for the next round: another run of the source of {old.step.run_id} has begun")
                        continue
                    claims.confirm()
                    done += [deleted] if (deleted := self._delete_item(item)) is not None else []
            except (StorageError, WorkerError) as error:
                self._log(f"left for the next round: {error}")
            return self._record(replace(old, items=done))

    def _is_still_old(self, old: OldResult, item: OldItem) -> bool:
        """Whether no run may use the files of an item by now: one that begins later finds the first of them gone."""
        present = self._present(old.step.workflow_id, old.step.run_id, old.days)
        to_go = {(output.bucket, output.key) for output in item.outputs if output.outcome == "delete"}
        return present is not None and old.result in present.results and present.used.isdisjoint(to_go)

    def _of_run(self, workflow_id: str, run_id: str, days: int) -> Iterator[OldResult]:
        present = self._present(workflow_id, run_id, days)
        if present is None:
            return
        for result in present.results:
            step = StepKey(workflow_id, run_id, *result.step)
            try:
                items = list(self._items(result, present.source, step, present.used))
            except StorageError as error:
                self._log(f"left for the next round: {error}")
                continue
            if items:
                yield OldResult(step, result, items, days)

    def _present(self, workflow_id: str, run_id: str, days: int) -> _Present | None:
        """None = this run or another of its source is under way, and may take over what is there."""
        before = self._now - timedelta(days=days)
        with transaction() as session:
            run = get_run(session, workflow_id, run_id)
            if run is None or run.source is None:
                return None
            recent = retention.recent_runs_of_source(session, workflow_id, run_id, run.source.key, before)
            results = results_of_run(session, workflow_id, run_id)
            read = retention.sources_of_unfinished(session, _places(results))
        if not self._have_ended(workflow_id, [run_id, *recent]):
            return None
        return _Present(run.source, results, read.union(*map(_places, recent.values())))

    def _have_ended(self, workflow_id: str, run_ids: list[str]) -> bool:
        parts = (run_ids[at : at + RUNS] for at in range(0, len(run_ids), RUNS))
        return all(len(self._ended(workflow_id, part)) == len(part) for part in parts)

    def _items(self, result: JobResult, source: SourceObject, step: StepKey, used: set[Place]) -> Iterator[OldItem]:
        def examined(record: OutputRecord) -> OldOutput:
            outcome = self._outcome(record, source, step.workflow_id, used)
            return OldOutput(
                bucket=record.bucket, key=record.key, etag=record.etag, size_bytes=record.size_bytes, outcome=outcome
            )

        with ContextThreads(THREADS) as pool:
            for index, item in enumerate(result.items):
                records = sorted(item.outputs, key=lambda record: _ORDER.index(record.role))
                if records:
                    yield OldItem(index, together(list(pool.map(examined, records))))

    def _outcome(self, record: OutputRecord, source: SourceObject, workflow_id: str, used: set[Place]) -> OutputOutcome:
        place = (record.bucket, record.key)
        if place == (source.bucket, source.key):
            return "source"
        if place in used:
            return "in_use"
        head = self._storage.head(*place)
        if head is None:
            return "gone"
        is_ours = is_own_output(*place, head.metadata) and same_workflow_and_source(
            head.metadata, workflow_id, source.key
        )
        return "delete" if is_ours and head.etag == record.etag else "changed"

    def _delete_item(self, item: OldItem) -> OldItem | None:
        """The item after its deletion; None = the storage fails: what is left is deleted in the next round."""
        for output in item.outputs:
            if output.outcome != "delete":
                continue
            try:
                self._writer.delete_unchanged(output.bucket, output.key, output.etag)
            except StorageError as error:
                self._log(f"left for the next round: {error}")
                return None
            self._log(f"deleted s3://{output.bucket}/{output.key} ({output.size_bytes} bytes, ETag {output.etag})")
        return item

    def _record(self, old: OldResult) -> tuple[OldOutput, ...]:
        if not old.items:
            return ()
        notices = {item.index: notice_of(item.outputs, old.days) for item in old.items}
        with transaction() as session:
            left = without_outputs(old.result, notices)
            if not retention.replace_result(session, old.step, old.result, left):
                self._log(f"step '{old.step.instance}' of run {old.step.run_id} has run again meanwhile")
            retention.record_decision(
                session,
                DecidedOutputs(
                    workflow_id=old.step.workflow_id, run_id=old.step.run_id, days=old.days, outputs=old.outputs
                ),
            )
        return old.outputs


def _places(results: Sequence[JobResult]) -> set[Place]:
    return {(output.bucket, output.key) for result in results for item in result.items for output in item.outputs}
