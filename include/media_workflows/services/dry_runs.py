"""Dry runs as the API and the command line ask for them."""

from __future__ import annotations

from pathlib import Path

from media_workflows.airflow_adapter import dag_state
from media_workflows.airflow_adapter.connections import airflow_clients
from media_workflows.airflow_adapter.planned_tasks import planned_tasks
from media_workflows.domain.dry_run import DryRun
from media_workflows.domain.workflow import Workflow, resolved
from media_workflows.services.dry_runner import DryRunner, WorkflowState
from media_workflows.settings import get_settings
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import workflows as store
from media_workflows.store.engine import transaction
from media_workflows.store.templates import load_library
from media_workflows.store.workflows import StoredWorkflow


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
        tasks=planned_tasks(stored.resolved, get_settings()),
        state=WorkflowState(stored.id, is_paused, stored.enabled_at),
        calibrate=calibrate,
        storage=storage,
    )


def runner_of_definition(definition: Workflow, calibrate: bool, storage: ObjectStorage | None) -> DryRunner:
    """Of a workflow that is not stored and so is neither enabled nor disabled."""
    with transaction() as session:
        library = load_library(session)
    workflow = resolved(definition, library)
    return DryRunner(workflow, planned_tasks(workflow, get_settings()), calibrate=calibrate, storage=storage)


def of_file(runner: DryRunner, file: Path, key: str = "") -> DryRun:
    """On a local file, under `key` or right in the trigger's directory."""
    return runner.of_file(file, key or runner.workflow.trigger.prefix + file.name)


def _storage() -> ObjectStorage:
    return ObjectStorage(airflow_clients().s3)
