"""Operations on workflows: the store and Airflow changed together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Literal

from media_workflows.airflow_adapter.connections import shared_clients
from media_workflows.airflow_adapter.dag_state import unfinished_runs
from media_workflows.airflow_adapter.run_copies import run_history
from media_workflows.airflow_adapter.switches import announce_change, enabled_ids, locked_switch
from media_workflows.domain.base import Model
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import ConflictError, EnabledError, StorageConfigurationError
from media_workflows.services import availability
from media_workflows.services.buckets import known_regions, note_region, require_region
from media_workflows.services.places import require_allowed_workflow
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import workflows as store
from media_workflows.store.engine import Also, nothing_else, transaction
from media_workflows.store.run_history import DagRunSummary, failures_since, last_runs
from media_workflows.store.tables import utcnow
from media_workflows.store.templates import load_library
from media_workflows.store.workflow_filter import WorkflowFilter
from media_workflows.store.workflows import StoredWorkflow


class WorkflowStatus(Model):
    """A stored workflow and whether it is enabled; in lists also its bucket's region, last run and failures."""

    workflow: StoredWorkflow
    enabled: bool
    region: str | None = None
    last_run: DagRunSummary | None = None
    failures_24h: int = 0


class WorkflowStatusPage(Model):
    """One page of workflows with status."""

    total: int
    items: list[WorkflowStatus]


def parse(definition: Any) -> Workflow:
    """Parse a workflow with the templates of this installation. Raises DefinitionError."""
    with transaction() as session:
        library = load_library(session)
    return parse_workflow(definition, library)


def _with_status(workflows: Sequence[StoredWorkflow]) -> list[WorkflowStatus]:
    enabled = enabled_ids(workflow.id for workflow in workflows)
    return [WorkflowStatus(workflow=workflow, enabled=workflow.id in enabled) for workflow in workflows]


def with_runs(statuses: Sequence[WorkflowStatus]) -> list[WorkflowStatus]:
    """The statuses with region, last run and the failures of the last day added."""
    ids = [status.workflow.id for status in statuses]
    triggers = {status.workflow.id: status.workflow.definition.trigger for status in statuses}
    regions = known_regions(trigger.bucket for trigger in triggers.values() if trigger.region is None)
    with run_history() as session:
        last, failures = last_runs(session, ids), failures_since(session, ids, utcnow() - timedelta(days=1))
    return [
        status.model_copy(
            update={
                "region": triggers[id_].region or regions.get(triggers[id_].bucket),
                "last_run": last.get(id_),
                "failures_24h": failures.get(id_, 0),
            }
        )
        for id_, status in zip(ids, statuses, strict=True)
    ]


def create_workflow(definition: Workflow, author: str, also: Also = nothing_else) -> WorkflowStatus:
    """Store a new workflow, disabled. Raises ConflictError, StorageConfigurationError."""
    check_buckets(definition)
    with transaction() as session:
        stored = store.create_workflow(session, definition, author)
        also(session, stored.id)
    announce_change(stored.id)
    return WorkflowStatus(workflow=stored, enabled=False)


def stored_workflows(workflow_ids: Iterable[str]) -> list[StoredWorkflow]:
    """The current revisions of these workflows, in this order. Raises NotFoundError."""
    with transaction() as session:
        return [store.get_workflow(session, workflow_id) for workflow_id in workflow_ids]


def get_workflow(workflow_id: str) -> WorkflowStatus:
    """The current revision, and whether it is enabled. Raises NotFoundError."""
    return _with_status(stored_workflows([workflow_id]))[0]


def list_workflows(
    which: WorkflowFilter | None = None,
    order: Literal["asc", "desc"] = "desc",
    offset: int = 0,
    limit: int = 100,
    ids: Sequence[str] | None = None,
) -> WorkflowStatusPage:
    """A page of workflows with status; see `store.workflows.list_workflows`."""
    with transaction() as session:
        page = store.list_workflows(session, which, order, offset, limit, ids)
    return WorkflowStatusPage(total=page.total, items=_with_status(page.items))


def update_workflow(
    workflow_id: str, definition: Workflow, base_revision: int, author: str, also: Also = nothing_else
) -> WorkflowStatus:
    """Append an edit. Raises EnabledError, ConflictError, NotFoundError, StorageConfigurationError."""
    with transaction() as session:
        store.get_workflow(session, workflow_id)
    check_buckets(definition)  # takes seconds: before anything is locked
    with locked_switch(workflow_id) as switch:
        if switch.is_enabled:
            raise EnabledError(
                "workflow {workflow_id} is enabled and cannot be edited: disable it first, or save the edit as a draft "
                "and apply that",
                workflow_id=workflow_id,
            )
        stored = store.update_workflow(switch.session, workflow_id, definition, base_revision, author)
        also(switch.session, workflow_id)
    announce_change(stored.id)
    return WorkflowStatus(workflow=stored, enabled=False)


def delete_workflow(workflow_id: str, author: str) -> None:
    """Delete the workflow and its DAG; finished runs stay.

    Raises EnabledError, ConflictError, NotFoundError.
    """
    with locked_switch(workflow_id) as switch:
        if switch.is_enabled:
            raise EnabledError(
                "workflow {workflow_id} is enabled and cannot be deleted: disable it first", workflow_id=workflow_id
            )
        if count := unfinished_runs(switch.airflow, workflow_id):
            raise ConflictError(
                "unfinished runs of this workflow: {count}; enable it to let them finish, or cancel them, then delete "
                "it",
                count=count,
            )
        store.delete_workflow(switch.session, workflow_id, author)
    announce_change(workflow_id)


def enable_workflow(workflow_id: str) -> WorkflowStatus:
    """Enable a workflow, so that uploads fire it.

    Raises NotFoundError, StorageConfigurationError, UnavailableError, and ConflictError after a concurrent edit.
    """
    checked = get_workflow(workflow_id)
    if checked.enabled:
        return checked
    availability.require_available(workflow_id, availability.of_stored(checked.workflow))
    check_buckets(checked.workflow.definition)  # takes seconds: before anything is locked
    with locked_switch(workflow_id) as switch:
        stored = store.get_workflow(switch.session, workflow_id)
        if stored.revision != checked.workflow.revision:
            raise ConflictError(
                "workflow {workflow_id} was edited while it was being enabled: look at the change, then enable it",
                workflow_id=workflow_id,
            )
        if not switch.is_enabled:
            switch.enable()
    return WorkflowStatus(workflow=stored, enabled=True)


def disable_workflow(workflow_id: str) -> WorkflowStatus:
    """Disable a workflow, so that uploads do not fire it. Raises NotFoundError.

    Runs in progress continue when it is enabled again.
    """
    with locked_switch(workflow_id) as switch:
        stored = store.get_workflow(switch.session, workflow_id)
        switch.disable()
    return WorkflowStatus(workflow=stored, enabled=False)


def check_buckets(definition: Workflow) -> None:
    """Check that both buckets are allowed, exist, are accessible and in one region: the definition's, if any.

    Raises NotPermittedError, StorageConfigurationError, StorageError.
    """
    require_allowed_workflow(definition)
    storage = ObjectStorage(shared_clients().s3)
    region = storage.check_buckets(definition.trigger.bucket, definition.output_bucket)
    note_region({definition.trigger.bucket, definition.output_bucket}, region)
    if named := definition.trigger.region or definition.output.region:
        try:
            require_region(definition.trigger.bucket, region, named)
        except StorageConfigurationError as error:
            error.at("trigger.region" if definition.trigger.region else "output.region", repr(named))
            raise
