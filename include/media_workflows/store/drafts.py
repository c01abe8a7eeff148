"""Drafts: the next revision of a workflow, while the present one runs. A workflow has at most one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import ConflictError, NotFoundError
from media_workflows.store.tables import DraftRow, WorkflowRow, utcnow
from media_workflows.store.workflows import StoredWorkflow, live_row, update_workflow


class Draft(Model):
    """A draft at its edit `number`. `revision` is the workflow's present one: the draft is outdated if it has another
    base. The definition is checked again when the draft is applied: its templates may have changed.
    """

    number: int
    base_revision: int
    revision: int
    outdated: bool
    author: str
    created_at: datetime
    updated_at: datetime


class DraftWithDefinition(Draft):
    """A draft and its definition as stored."""

    definition: dict[str, Any]


def find_draft(session: Session, workflow_id: str) -> DraftWithDefinition | None:
    """The draft of a workflow, if it has one. Raises NotFoundError when there is no such workflow."""
    workflow = live_row(session, workflow_id)
    row = session.get(DraftRow, workflow_id)
    return _draft(workflow, row) if row else None


def get_draft(session: Session, workflow_id: str) -> DraftWithDefinition:
    """The draft of a workflow. Raises NotFoundError."""
    return _draft(live_row(session, workflow_id), _row(session, workflow_id))


def save_draft(
    session: Session, workflow_id: str, definition: Workflow, base_revision: int, number: int, author: str = ""
) -> DraftWithDefinition:
    """Store an edit of the draft; the former one was `number` (0 = there is no draft yet).

    `base_revision` is the draft's own, or the workflow's present one, which the draft then replaces. Raises
    ConflictError after a concurrent edit, or when the trigger has another place; NotFoundError.
    """
    workflow = live_row(session, workflow_id, lock=True)
    row = session.get(DraftRow, workflow_id) or DraftRow(
        workflow_id=workflow_id, number=0, base_revision=workflow.revision, created_at=utcnow()
    )
    _require_edit(row, number)
    if base_revision not in (row.base_revision, workflow.revision):
        raise ConflictError(
            "base_revision: the workflow is at revision {revision}, your draft began with revision {base_revision}: "
            "compare the two, then keep your draft or begin again",
            revision=workflow.revision,
            base_revision=base_revision,
        ).at("base_revision", str(base_revision))
    _require_same_place(workflow, definition)
    row.number, row.base_revision = number + 1, base_revision
    row.definition = definition.model_dump(mode="json")
    row.author, row.updated_at = author, utcnow()
    session.add(row)
    session.flush()
    return _draft(workflow, row)


def discard_draft(session: Session, workflow_id: str) -> None:
    """Delete the draft. Raises NotFoundError."""
    live_row(session, workflow_id, lock=True)
    session.delete(_row(session, workflow_id))


def apply_draft(
    session: Session, workflow_id: str, definition: Workflow, number: int, author: str = ""
) -> StoredWorkflow:
    """Make the draft's edit `number`, whose definition this is, the next revision of the workflow, and delete it.

    Raises ConflictError when the draft was edited or is outdated, or its name is taken; NotFoundError.
    """
    workflow = live_row(session, workflow_id, lock=True)
    row = _row(session, workflow_id)
    _require_edit(row, number)
    if row.base_revision != workflow.revision:
        raise ConflictError(
            "the draft began with revision {base_revision}, but the workflow is at {revision}: compare the two, then "
            "keep the draft on the newer revision, or discard it",
            base_revision=row.base_revision,
            revision=workflow.revision,
        )
    session.delete(row)
    return update_workflow(session, workflow_id, definition, row.base_revision, author)


def replace_enabled(
    session: Session, workflow_id: str, definition: Workflow, base_revision: int, author: str = ""
) -> StoredWorkflow:
    """Append an edit to an enabled workflow without a draft; a draft that exists becomes outdated.

    Raises ConflictError after a concurrent edit, or when the trigger has another place; NotFoundError.
    """
    _require_same_place(live_row(session, workflow_id, lock=True), definition)
    return update_workflow(session, workflow_id, definition, base_revision, author)


def _row(session: Session, workflow_id: str) -> DraftRow:
    row = session.get(DraftRow, workflow_id)
    if row is None:
        raise NotFoundError("workflow '{workflow_id}' has no draft", workflow_id=workflow_id)
    return row


def _draft(workflow: WorkflowRow, row: DraftRow) -> DraftWithDefinition:
    return DraftWithDefinition(
        number=row.number,
        base_revision=row.base_revision,
        revision=workflow.revision,
        outdated=row.base_revision != workflow.revision,
        author=row.author,
        created_at=row.created_at,
        updated_at=row.updated_at,
        definition=row.definition,
    )


def _require_edit(row: DraftRow, number: int) -> None:
    if row.number != number:
        raise ConflictError(
            "number: the draft was changed meanwhile: you have its edit {number}, it is at {current} (0 = no draft); "
            "load it again and repeat your change",
            number=number,
            current=row.number,
        ).at("number", str(number))


def _require_same_place(workflow: WorkflowRow, definition: Workflow) -> None:
    """Uploads wait for a decision in the place where they are: in another one, those of the old place would be lost."""
    trigger = definition.trigger
    if trigger.bucket != workflow.trigger_bucket:
        raise ConflictError(
            "a draft cannot change the trigger's bucket ({bucket}), as uploads there that are not decided on would be "
            "lost: copy the workflow, enable the copy, then disable this one",
            bucket=workflow.trigger_bucket,
        ).at("trigger.bucket", repr(trigger.bucket))
    if trigger.prefix != workflow.trigger_prefix:
        raise ConflictError(
            "a draft cannot change the trigger's directory ('{directory}'), as uploads there that are not decided on "
            "would be lost: copy the workflow, enable the copy, then disable this one",
            directory=workflow.trigger_prefix,
        ).at("trigger.directory", repr(trigger.prefix))
