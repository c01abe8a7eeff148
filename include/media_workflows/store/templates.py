"""Custom templates in the store: append-only revisions, and the workflows that use them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.templates import PRESETS, Library, Template, TemplateDefinition, stored_template
from media_workflows.errors import ConflictError, NotFoundError
from media_workflows.store.sequence import lock_edits
from media_workflows.store.tables import RevisionRow, TemplateRevisionRow, TemplateRow, WorkflowRow, utcnow


class StoredTemplate(Template):
    """A custom template at its current revision."""

    created_at: datetime
    updated_at: datetime


def load_library(session: Session) -> Library:
    """The presets and all custom templates."""
    return Library(_current(session))


def _current(session: Session, ids: Iterable[int] | None = None) -> list[StoredTemplate]:
    query = (
        select(TemplateRow, TemplateRevisionRow)
        .join(
            TemplateRevisionRow,
            (TemplateRevisionRow.template_id == TemplateRow.id) & (TemplateRevisionRow.number == TemplateRow.revision),
        )
        .where(TemplateRow.deleted_at.is_(None))
        .order_by(TemplateRow.id)
    )
    if ids is not None:
        query = query.where(TemplateRow.id.in_(list(ids)))
    return [_stored(row, revision) for row, revision in session.execute(query)]


def _stored(row: TemplateRow, revision: TemplateRevisionRow) -> StoredTemplate:
    assert revision.definition is not None  # only the last revision of a deleted template is empty
    template = stored_template(row.id, revision.number, revision.definition)
    return StoredTemplate(**dict(template), created_at=row.created_at, updated_at=revision.created_at)


def get_template(session: Session, id_: int) -> StoredTemplate:
    """The custom template with this id. Raises NotFoundError."""
    if found := _current(session, [id_]):
        return found[0]
    raise NotFoundError("there is no custom template {template_id}", template_id=id_)


def pinned_templates(session: Session, used: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    """The custom templates among `used`, as a workflow's revision stores them."""
    ids = [id_ for kind, id_ in used if (kind, id_) not in PRESETS]
    return [_dumped(template) for template in _current(session, ids)] if ids else []


def _dumped(template: StoredTemplate) -> dict[str, Any]:
    return {"id": template.id, "revision": template.revision, "definition": _definition(template)}


def _definition(template: TemplateDefinition) -> dict[str, Any]:
    parameters = template.parameters.model_dump(mode="json")
    return {"kind": template.kind, "name": template.name, "comment": template.comment, "parameters": parameters}


def _append(session: Session, row: TemplateRow, definition: TemplateDefinition | None, author: str) -> None:
    dumped = _definition(definition) if definition else None
    session.add(TemplateRevisionRow(template_id=row.id, number=row.revision, definition=dumped, author=author))
    session.flush()


def _require_free_name(definition: TemplateDefinition) -> None:
    if any((p.kind, p.name) == (definition.kind, definition.name) for p in PRESETS.values()):
        raise ConflictError("name: a preset is named '{name}'; choose another name", name=definition.name).at(
            "name", repr(definition.name)
        )


def _flush_name(session: Session, definition: TemplateDefinition) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        if "template_name_unique" not in str(error.orig):
            raise
        raise ConflictError(
            "name: a {kind} template named '{name}' exists already; choose another name",
            kind=definition.kind,
            name=definition.name,
        ).at("name", repr(definition.name)) from None


def create_template(session: Session, definition: TemplateDefinition, author: str = "") -> StoredTemplate:
    """Store a new template as revision 1. Raises ConflictError when the name is taken."""
    _require_free_name(definition)
    row = TemplateRow(kind=definition.kind, name=definition.name, revision=1)
    session.add(row)
    _flush_name(session, definition)
    _append(session, row, definition, author)
    return get_template(session, row.id)


def update_template(
    session: Session, id_: int, definition: TemplateDefinition, base_revision: int, author: str = ""
) -> StoredTemplate:
    """Append an edit made on top of `base_revision`. Raises ConflictError, NotFoundError.

    Workflows that use the template keep the revision they have: see `workflows.take_new_templates`.
    """
    row = _live_row(session, definition.kind, id_)
    if row.revision != base_revision:
        raise ConflictError(
            "revision: your edit started from revision {base_revision}, but the template is at {revision}; "
            "load it again and repeat your change",
            base_revision=base_revision,
            revision=row.revision,
        ).at("revision", str(base_revision))
    _require_free_name(definition)
    row.name, row.revision = definition.name, row.revision + 1
    _flush_name(session, definition)
    _append(session, row, definition, author)
    return get_template(session, id_)


def delete_template(session: Session, kind: str, id_: int, author: str = "") -> None:
    """Append a deletion. Raises ConflictError while a workflow uses it, NotFoundError."""
    lock_edits(session)  # no workflow may begin to use it meanwhile
    row = _live_row(session, kind, id_)
    if users := users_of(session, kind, id_):
        names = ", ".join(f"'{user.name}'" for user in users[:5])
        if len(users) > 5:
            raise ConflictError(
                "template {template_id} is used by {count} workflows, such as {names}: change these workflows first",
                template_id=id_,
                count=len(users),
                names=names,
            )
        raise ConflictError(
            "template {template_id} is used by {names}: change these workflows first", template_id=id_, names=names
        )
    row.revision += 1
    row.deleted_at = utcnow()
    _append(session, row, None, author)


def refuse_preset(kind: str, id_: int) -> None:
    """Raises ConflictError if this is a preset."""
    if (kind, id_) in PRESETS:
        raise ConflictError(
            "{kind} template {template_id} is a preset and cannot be changed: copy it and change the copy",
            kind=kind,
            template_id=id_,
        )


def _live_row(session: Session, kind: str, id_: int) -> TemplateRow:
    query = select(TemplateRow).where(TemplateRow.kind == kind, TemplateRow.id == id_, TemplateRow.deleted_at.is_(None))
    if row := session.scalar(query.with_for_update()):
        return row
    refuse_preset(kind, id_)
    raise NotFoundError("there is no custom {kind} template {template_id}", kind=kind, template_id=id_)


class TemplateUser(Model):
    """A workflow that uses a template."""

    id: str
    name: str


_USES = text("revision.definition @? CAST(:path AS jsonpath)")


def users_of(session: Session, kind: str, id_: int) -> list[TemplateUser]:
    """The workflows whose current definition names the template, in an item of its kind or in a watermark."""
    place = "*.**.watermarks" if kind == "watermark" else json.dumps(kind)  # as jsonpath quotes a name
    uses = " || ".join(f"exists({start}.{place}[*].template ? (@ == {int(id_)}))" for start in ("@.jobs", "@.steps[*]"))
    path = f"$ ? ({uses})"
    query = (
        select(WorkflowRow.id, WorkflowRow.name)
        .join(RevisionRow, (RevisionRow.workflow_id == WorkflowRow.id) & (RevisionRow.number == WorkflowRow.revision))
        .where(WorkflowRow.deleted_at.is_(None), _USES.bindparams(path=path))
        .order_by(WorkflowRow.name)
    )
    return [TemplateUser(id=workflow_id, name=name) for workflow_id, name in session.execute(query)]
