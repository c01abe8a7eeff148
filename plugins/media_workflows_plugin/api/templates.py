"""Routes: the template library."""

from __future__ import annotations

from typing import Annotated, Any

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Body, Query

from media_workflows.domain.templates import Template, parse_template, require_kind
from media_workflows.errors import NotPermittedError
from media_workflows.services import templates as service
from media_workflows.services.templates import MayEdit
from media_workflows.store import templates as store
from media_workflows.store.engine import transaction
from media_workflows.store.templates import TemplateUser
from media_workflows_plugin.api.access import Creator, Deleter, Editor, ReadableWorkflows, Reader, may
from media_workflows_plugin.api.guarded_route import GuardedRoute
from media_workflows_plugin.api.schemas import (
    Limit,
    Number,
    Offset,
    TemplateAnswer,
    TemplatesAnswer,
    TemplateUpdate,
    TemplateWithUsers,
)

router = APIRouter(prefix="/api/v1/templates", tags=["templates"], route_class=GuardedRoute)
Definition = Annotated[dict[str, Any], Body(description="A template: kind, name, comment, parameters")]


@router.get("")
def list_templates(
    _user: Reader,
    kind: Annotated[str, Query(description="A job kind, or watermark; empty = all")] = "",
    preset: Annotated[bool | None, Query(description="true: only presets; false: only custom templates")] = None,
    search: Annotated[str, Query(description="Part of the name")] = "",
    offset: Offset = 0,
    limit: Limit = 1000,
) -> TemplatesAnswer:
    """List presets, then custom templates, each by kind and id."""
    if kind:
        require_kind(kind)
    with transaction() as session:
        library = store.load_library(session)
    found = [template for template in library if _fits(template, kind, preset, search)]
    page = found[offset : offset + limit]
    return TemplatesAnswer(total=len(found), items=[TemplateAnswer.of(template) for template in page])


def _fits(template: Template, kind: str, preset: bool | None, search: str) -> bool:
    return (
        kind in ("", template.kind)
        and preset in (None, template.preset)
        and search.casefold() in template.name.casefold()
    )


@router.post("", status_code=201)
def create_template(definition: Definition, user: Creator) -> TemplateAnswer:
    """Store a new template."""
    return TemplateAnswer.of(service.create_template(parse_template(definition), user))


@router.get("/{kind}/{template_id}")
def get_template(kind: str, template_id: Number, readable: ReadableWorkflows, _user: Reader) -> TemplateWithUsers:
    """A preset or custom template, and the workflows that use it."""
    with transaction() as session:
        template = store.load_library(session).find(kind, template_id)
        users = store.users_of(session, kind, template_id)
    shown = [user for user in users if user.id in readable]
    return TemplateWithUsers(**TemplateAnswer.of(template).model_dump(), used_by=shown)


@router.put("/{kind}/{template_id}")
def update_template(
    kind: str, template_id: Number, update: TemplateUpdate, user: Editor, airflow_user: GetUserDep
) -> TemplateAnswer:
    """Change a custom template; workflows that use it apply the change from their next run on."""
    definition = parse_template({"kind": kind, **update.definition})
    permit = edits_of_users(airflow_user)
    return TemplateAnswer.of(service.update_template(template_id, definition, update.revision, user, permit))


def edits_of_users(user: BaseUser) -> MayEdit:
    """Permits a change of a template to those who may edit all workflows that use it."""

    def may_edit(workflows: list[TemplateUser]) -> None:
        for workflow in workflows:
            if not may(user, "PUT", workflow.id):
                raise NotPermittedError(
                    "workflow {workflow_id} uses this template and your Airflow role does not allow to edit it",
                    workflow_id=workflow.id,
                )

    return may_edit


@router.delete("/{kind}/{template_id}", status_code=204)
def delete_template(kind: str, template_id: Number, user: Deleter) -> None:
    """Delete a custom template that no workflow uses."""
    service.delete_template(kind, template_id, user)
