"""Route: the current user and their permissions, for the pages."""

from __future__ import annotations

from typing import Annotated, Literal

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Header, Query
from pydantic import BaseModel

from media_workflows.services.caller_places import sees_all
from media_workflows_plugin.api.access import Reader, may
from media_workflows_plugin.api.guarded_route import GuardedRoute

router = APIRouter(prefix="/api/v1", tags=["me"], route_class=GuardedRoute)


class MeAnswer(BaseModel):
    """Permissions on one workflow, or on workflows in general.

    `can_edit_all`: what concerns the workflows of all buckets, the function callback. `language` is the browser's; the
    page itself follows Airflow's.
    """

    name: str
    can_edit: bool
    can_edit_all: bool
    can_delete: bool
    can_run: bool
    can_change_runs: bool
    language: Literal["en", "zh"]


@router.get("/me")
def me(
    name: Reader,
    user: GetUserDep,
    workflow: Annotated[str | None, Query(description="Id of a workflow")] = None,
    accept_language: Annotated[str, Header()] = "",
) -> MeAnswer:
    """The user's name and permissions. Each route checks them again."""
    return MeAnswer(
        name=name,
        can_edit=may(user, "PUT", workflow),
        can_edit_all=may(user, "PUT") and sees_all(),
        can_delete=may(user, "DELETE", workflow),
        can_run=may(user, "POST", workflow, DagAccessEntity.RUN),
        can_change_runs=may(user, "PUT", workflow, DagAccessEntity.RUN),
        language="zh" if accept_language.strip().lower().startswith("zh") else "en",
    )
