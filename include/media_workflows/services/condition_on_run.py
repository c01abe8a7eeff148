"""Conditions tried on stored runs: with what their steps made and answered. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from media_workflows.airflow_adapter import dag_state
from media_workflows.airflow_adapter.run_copies import history_of_run
from media_workflows.domain.candidates import is_manual
from media_workflows.domain.conditions.checking import Condition
from media_workflows.domain.conditions.outcomes import RunProperties, StepOutcome, values_after
from media_workflows.domain.conditions.run_outcomes import outcomes_of
from media_workflows.domain.conditions.source import SourceProperties, source_values
from media_workflows.domain.conditions.variables import Values
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.places import Place
from media_workflows.domain.result import SourceObject
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.errors import ConflictError, SourceGoneError
from media_workflows.services import buckets
from media_workflows.services.conditions import ConditionTrial, probed, trial_with
from media_workflows.services.places import require_allowed
from media_workflows.storage.source_objects import existing_head
from media_workflows.storage.source_properties import properties_of_head, read_properties
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.decisions import source_properties
from media_workflows.store.engine import transaction
from media_workflows.store.run_history import ended_tasks
from media_workflows.store.runs import RunRecord, get_run
from media_workflows.store.workflows import resolved_at


def try_on_run(condition: Condition, before: Sequence[StepDefinition], workflow_id: str, run_id: str) -> ConditionTrial:
    """Evaluate the condition of a step after these with the values of a run, also of an earlier revision.

    What the run has not reached, or had no step for, is unknown. Raises NotFoundError, ConflictError for a run that
    has no source yet, NotPermittedError where that is outside the allowed places; and SourceGoneError and StorageError
    if the object itself must be read.
    """
    tasks = dag_state.task_summaries(workflow_id, run_id)
    with history_of_run(workflow_id, run_id) as session:
        tasks = tasks or ended_tasks(session, workflow_id, run_id)
        record = get_run(session, workflow_id, run_id)
        actions = actions_of_run(session, workflow_id, run_id)
    if record is None or record.source is None:
        raise ConflictError("run '{run_id}' has no source yet: choose a run that has begun", run_id=run_id)
    states = {id_: task.state for id_, task in tasks.items()}
    outcomes = outcomes_of(before, states, record.jobs, actions)
    run = _Run(record, record.source, next((job.source for job in record.jobs if job.source), None))
    require_allowed([Place(run.source.bucket, run.source.key)])
    return trial_with(condition, lambda: _values(condition, before, outcomes, run))


@dataclass(frozen=True)
class _Run:
    """A run with its source, and what its steps have found out about that."""

    record: RunRecord
    source: SourceObject
    info: MediaInfo | None


def _values(
    condition: Condition, before: Sequence[StepDefinition], outcomes: Mapping[str, StepOutcome], run: _Run
) -> Values:
    workflow_id, run_id = run.record.workflow_id, run.record.run_id
    reads_source = any(name.startswith("source.") for name in condition.names)
    properties = _properties(condition.names, run) if reads_source else None
    with transaction() as session:
        priority = resolved_at(session, workflow_id, run.record.revision).priority
    known = RunProperties(
        priority=priority,
        is_forced=dag_state.is_forced(workflow_id, run_id),
        is_manual=is_manual(run_id),
        source_size_bytes=run.source.size_bytes,
        source_duration_s=run.info.duration_s if run.info else None,
    )
    return {**(source_values(properties) if properties else {}), **values_after(before, outcomes, known)}


def _properties(names: Sequence[str], run: _Run) -> SourceProperties:
    """As the run's own conditions have read them; the others are read from the object, if it is still the same."""
    source, storage = run.source, buckets.storage()
    with transaction() as session:
        known = source_properties(session, run.record.workflow_id, run.record.run_id, source.etag)
    if known is None:
        head = existing_head(storage, source.bucket, source.key)
        if head.etag != source.etag:
            raise SourceGoneError(
                "{bucket}/{key} was replaced after this run: choose a run of the object as it is now",
                bucket=source.bucket,
                key=source.key,
            )
        known = properties_of_head(source.key, head)
    return read_properties(names, storage, source, lambda: run.info or probed(storage, source), known)
