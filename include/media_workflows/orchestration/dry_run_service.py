"""Dry runs as the API and the command line ask for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from media_workflows.dry_run import DryRunner, WorkflowState
from media_workflows.model.dry_run import DryRun, PlannedTask
from media_workflows.model.templates import Library
from media_workflows.model.workflow import Workflow, resolved
from media_workflows.orchestration import dag_state
from media_workflows.orchestration.connections import airflow_clients
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import workflows as store
from media_workflows.store.engine import transaction
from media_workflows.store.templates import load_library
from media_workflows.store.workflows import StoredWorkflow

if TYPE_CHECKING:
    from airflow.sdk import DAG

UNSAVED_ID = "unsaved"


def of_stored_workflow(workflow_id: str, key: str, calibrate: bool = True) -> DryRun:
    """A stored workflow on an object of its trigger bucket. Raises NotFoundError, StorageError."""
    with transaction() as session:
        stored = store.get_workflow(session, workflow_id)
    return runner_of_stored(stored, calibrate, _storage()).of_object(key)


def of_definition(definition: Workflow, key: str, calibrate: bool = True) -> DryRun:
    """An unsaved workflow on an object of its trigger bucket. Raises StorageError."""
    return runner_of_definition(definition, calibrate, _storage()).of_object(key)


def runner_of_stored(stored: StoredWorkflow, calibrate: bool, storage: ObjectStorage | None) -> DryRunner:
    """With what Airflow says of the workflow's DAG."""
    is_paused = not dag_state.enabled_ids([stored.id])
    return DryRunner(
        workflow=stored.resolved,
        tasks=planned_tasks(stored.id, stored.revision, stored.definition, stored.library),
        state=WorkflowState(stored.id, is_paused, stored.enabled_at),
        calibrate=calibrate,
        storage=storage,
    )


def runner_of_definition(definition: Workflow, calibrate: bool, storage: ObjectStorage | None) -> DryRunner:
    """Of a workflow that is not stored and so is neither enabled nor disabled."""
    with transaction() as session:
        library = load_library(session)
    tasks = planned_tasks(UNSAVED_ID, 1, definition, library)
    return DryRunner(resolved(definition, library), tasks, calibrate=calibrate, storage=storage)


def of_file(runner: DryRunner, file: Path, key: str = "") -> DryRun:
    """On a local file, under `key` or right in the trigger's directory."""
    return runner.of_file(file, key or runner.workflow.trigger.prefix + file.name)


def _storage() -> ObjectStorage:
    return ObjectStorage(airflow_clients().s3)


def planned_tasks(workflow_id: str, revision: int, definition: Workflow, library: Library) -> tuple[PlannedTask, ...]:
    """The tasks of the DAG that a definition makes, upstream ones first."""
    from media_workflows.orchestration.dag_builder import dag_of

    return _outline(dag_of(workflow_id, revision, definition, library))


def _outline(dag: DAG) -> tuple[PlannedTask, ...]:
    return tuple(
        PlannedTask(
            task_id=task.task_id,
            operator=task.task_type,
            pool=task.pool,
            queue=task.queue,
            downstream=tuple(sorted(task.downstream_task_ids)),
        )
        for task in dag.topological_sort()
    )
