"""Drafts of workflows: an enabled one changes without a gap, as a draft replaces its running revision in one moment.

Detection holds a workflow while it starts a run (`store.switches.lock_unchanged`), and applying locks it: an upload is
decided either before, by the former revision, or after, by the new one. `enabled_at` stays, so none is too old.
"""

from __future__ import annotations

from media_workflows.airflow_adapter.switches import announce_change, locked_switch
from media_workflows.domain.places import places_of
from media_workflows.domain.workflow import Workflow, parse_workflow, resolved
from media_workflows.errors import NotFoundError
from media_workflows.services import availability
from media_workflows.services.caller_places import are_of_caller, sees_all
from media_workflows.services.places import require_allowed_workflow
from media_workflows.services.workflows import WorkflowStatus, check_buckets
from media_workflows.store import drafts as store
from media_workflows.store.drafts import Draft, DraftWithDefinition
from media_workflows.store.engine import transaction
from media_workflows.store.templates import load_library
from media_workflows.store.workflows import update_workflow


def get_draft(workflow_id: str) -> DraftWithDefinition:
    """The draft of a workflow, if it stays in the caller's places. Raises NotFoundError."""
    with transaction() as session:
        draft = store.get_draft(session, workflow_id)
    if not _is_of_caller(draft):
        raise NotFoundError("workflow '{workflow_id}' has no draft", workflow_id=workflow_id)
    return draft


def _is_of_caller(draft: DraftWithDefinition) -> bool:
    """A draft of someone else may lead to other places than the workflow itself."""
    return sees_all() or are_of_caller(places_of(Workflow.model_validate(draft.definition)))


def find_draft(workflow_id: str) -> Draft | None:
    """Who edited the draft of a workflow and when, if it has one. Raises NotFoundError."""
    with transaction() as session:
        return store.find_draft(session, workflow_id)


def save_draft(
    workflow_id: str, definition: Workflow, base_revision: int, number: int, author: str
) -> DraftWithDefinition:
    """Store an edit of the draft, whose former one is `number`. Nothing runs by it.

    Raises ConflictError, NotFoundError, NotPermittedError.
    """
    require_allowed_workflow(definition)
    with transaction() as session:
        return store.save_draft(session, workflow_id, definition, base_revision, number, author)


def discard_draft(workflow_id: str) -> None:
    """Delete the draft. Raises NotFoundError."""
    with transaction() as session:
        store.discard_draft(session, workflow_id)


def apply_draft(workflow_id: str, number: int, author: str) -> WorkflowStatus:
    """Replace the workflow's revision by the draft's edit `number`; enabled or disabled, it stays so.

    Raises ConflictError, DefinitionError, NotFoundError, NotPermittedError, StorageConfigurationError,
    UnavailableError.
    """
    with transaction() as session:
        draft = store.get_draft(session, workflow_id)
        library = load_library(session)
    definition = parse_workflow(draft.definition, library)
    availability.require_available(workflow_id, availability.of_workflow(resolved(definition, library)))
    check_buckets(definition)  # takes seconds: before anything is locked
    with locked_switch(workflow_id) as switch:
        stored = store.apply_draft(switch.session, workflow_id, definition, number, author)
    announce_change(workflow_id)
    return WorkflowStatus(workflow=stored, enabled=switch.is_enabled)


def replace_definition(workflow_id: str, definition: Workflow, base_revision: int, author: str) -> WorkflowStatus:
    """Append an edit without a draft, to an enabled workflow too; enabled or disabled, it stays so.

    Raises ConflictError, NotFoundError, NotPermittedError, StorageConfigurationError, UnavailableError.
    """
    with transaction() as session:
        library = load_library(session)
    missing = availability.of_workflow(resolved(definition, library))
    check_buckets(definition)  # takes seconds: before anything is locked
    with locked_switch(workflow_id) as switch:
        if switch.is_enabled:
            availability.require_available(workflow_id, missing)
        replace = store.replace_enabled if switch.is_enabled else update_workflow
        stored = replace(switch.session, workflow_id, definition, base_revision, author)
    announce_change(workflow_id)
    return WorkflowStatus(workflow=stored, enabled=switch.is_enabled)
