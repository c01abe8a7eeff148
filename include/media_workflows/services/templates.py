"""Operations on custom templates: the store, the workflows that use them, and Airflow changed together."""

from __future__ import annotations

from collections.abc import Callable

from media_workflows.airflow_adapter.switches import announce_change
from media_workflows.domain.templates import TemplateDefinition
from media_workflows.errors import ConflictError
from media_workflows.services.places import require_allowed_workflows
from media_workflows.services.visibility import visible_workflows
from media_workflows.store import templates as store
from media_workflows.store.engine import Also, nothing_else, transaction
from media_workflows.store.templates import StoredTemplate, TemplateUser
from media_workflows.store.workflows import get_workflow, take_new_templates

MayEdit = Callable[[list[TemplateUser]], None]


def allow_all(_: list[TemplateUser]) -> None:
    """Allow every edit: the user of the command line has access to the database anyway."""


def create_template(definition: TemplateDefinition, author: str, also: Also = nothing_else) -> StoredTemplate:
    """Store a new template. Raises ConflictError."""
    with transaction() as session:
        created = store.create_template(session, definition, author)
        also(session, str(created.id))
    return created


def update_template(
    id_: int,
    definition: TemplateDefinition,
    base_revision: int,
    author: str,
    may_edit: MayEdit = allow_all,
    also: Also = nothing_else,
) -> StoredTemplate:
    """Append an edit; every workflow that uses the template, enabled or not, applies it from its next run on.

    `may_edit` is called before any change and may raise. Raises ConflictError, NotFoundError.
    """
    with transaction() as session:
        updated = store.update_template(session, id_, definition, base_revision, author)
        users = store.users_of(session, definition.kind, id_)
        may_edit(users)
        require_allowed_workflows(session, (get_workflow(session, user.id).definition for user in users))
        changed = take_new_templates(session, [user.id for user in users], f"template {updated.name}")
        also(session, str(id_))
    for workflow_id in changed:
        announce_change(workflow_id)
    return updated


def delete_template(kind: str, id_: int, author: str) -> None:
    """Delete a custom template. Raises ConflictError while a workflow uses it, NotFoundError."""
    with transaction() as session:
        users = {user.id for user in store.users_of(session, kind, id_)}
    if users - visible_workflows(users):
        raise ConflictError(
            "template {template_id} is used by workflows of buckets that your Airflow roles do not allow: let an "
            "administrator delete it",
            template_id=id_,
        )
    with transaction() as session:
        store.delete_template(session, kind, id_, author)
