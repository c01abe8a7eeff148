"""One imported definition: a workflow or template that is created, or updated by its name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import structlog
from pydantic import Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.definition_yaml import is_template
from media_workflows.domain.templates import Library, TemplateDefinition, parse_template
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import DefinitionError, FieldProblem, MediaWorkflowsError, UnexpectedError
from media_workflows.services import templates as template_service
from media_workflows.services import workflows as workflow_service
from media_workflows.services.templates import MayEdit
from media_workflows.store import workflows as store
from media_workflows.store.engine import transaction
from media_workflows.store.templates import load_library

log = structlog.get_logger(__name__)

Action = Literal["created", "updated", "unchanged", "refused"]
Applied = Callable[[Action, Session, str], None]  # in the transaction of the change, with the id


class Imported(Model):
    """The outcome of one imported document; `id` is that of the workflow or template, if there is one."""

    kind: Literal["workflow", "template"]
    name: str
    id: str | None = None
    ok: bool
    action: Action
    code: str = ""
    message: str = ""
    template: str = ""
    parameters: dict[str, str] = Field(default_factory=dict)
    problems: tuple[FieldProblem, ...] = ()


class ImportPermits(Model):
    """Permission checks of an import, called before any change; each raises an error to refuse."""

    workflow: Callable[[str], None]
    template: MayEdit


def import_document(
    data: Any, author: str, permits: ImportPermits, library: Library, note: Callable[[Session, Imported], None]
) -> Imported:
    """Apply a document, whose errors are its outcome. `note` records a change in its own transaction, others later.

    An error of the database leaves the document without an outcome, to be applied again. Raises ConflictError when
    `note` does.
    """
    kind: Literal["workflow", "template"] = "template" if is_template(data) else "workflow"
    name = data.get("name") if isinstance(data, dict) else None
    document = {"kind": kind, "name": name if isinstance(name, str) else ""}

    def applied(action: Action, session: Session, id_: str) -> None:
        note(session, Imported(**document, ok=True, action=action, id=id_))

    try:
        if kind == "template":
            action, id_ = _apply_template(parse_template(data), author, permits, applied)
        else:
            action, id_ = apply_workflow(parse_workflow(data, library), author, permits.workflow, applied)
        done = Imported(**document, ok=True, action=action, id=id_)
    except MediaWorkflowsError as error:
        done = _refused(document, error)
    except DBAPIError:
        raise
    except Exception as error:
        log.exception("a document could not be imported", **document)
        done = _refused(document, _unexpected(error))
    if done.action in ("unchanged", "refused"):
        with transaction() as session:
            note(session, done)
    return done


def _unexpected(error: Exception) -> UnexpectedError:
    return UnexpectedError(
        "the server failed unexpectedly ({cause}): see the api-server's log", cause=type(error).__name__
    )


def _refused(document: dict[str, Any], error: MediaWorkflowsError) -> Imported:
    return Imported(
        **document,
        ok=False,
        action="refused",
        code=error.code,
        message=str(error),
        template=error.template,
        parameters=error.parameters,
        problems=tuple(error.problems) if isinstance(error, DefinitionError) else (),
    )


def _nothing_else(_action: Action, _session: Session, _id: str) -> None:
    pass


def apply_workflow(
    definition: Workflow, author: str, permit: Callable[[str], None], applied: Applied = _nothing_else
) -> tuple[Action, str]:
    """Create the workflow, or update the one of its name, which `permit` may refuse; what was done, and its id."""
    with transaction() as session:
        found = store.find_by_name(session, definition.name)
    if found is None:
        made = workflow_service.create_workflow(definition, author, partial(applied, "created"))
        return "created", made.workflow.id
    permit(found.id)
    if found.definition == definition:
        return "unchanged", found.id
    workflow_service.update_workflow(found.id, definition, found.revision, author, partial(applied, "updated"))
    return "updated", found.id


def _apply_template(
    definition: TemplateDefinition, author: str, permits: ImportPermits, applied: Applied
) -> tuple[Action, str]:
    with transaction() as session:
        found = load_library(session).named(definition.kind, definition.name)
    if found is None:
        made = template_service.create_template(definition, author, partial(applied, "created"))
        return "created", str(made.id)
    if (found.comment, found.parameters) == (definition.comment, definition.parameters):
        return "unchanged", str(found.id)
    update = partial(template_service.update_template, found.id, definition, found.revision, author)
    update(permits.template, partial(applied, "updated"))
    return "updated", str(found.id)
