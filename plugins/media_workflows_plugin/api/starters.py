"""Routes: the starters, definitions to begin a workflow with, and what answers to their questions make of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from media_workflows.domain.starters import Starter, answers_of
from media_workflows.services import starters as service
from media_workflows_plugin.api.access import Reader
from media_workflows_plugin.api.guarded_route import GuardedRoute

router = APIRouter(prefix="/api/v1", tags=["definitions"], route_class=GuardedRoute)


class StartersAnswer(BaseModel):
    """All starters, by name."""

    items: list[Starter]


class StarterAnswer(BaseModel):
    """The definition of a starter with the answers."""

    definition: dict[str, Any]


@router.get("/starters")
def list_starters(_user: Reader) -> StartersAnswer:
    """List the starters, definitions to begin a workflow with, and their questions."""
    return StartersAnswer(items=list(service.list_starters()))


@router.get("/starters/{name}")
def get_starter(
    name: str,
    _user: Reader,
    answer: Annotated[list[str], Query(max_length=20, description="An answer, as `question:choice`")] = [],  # noqa: B006
) -> StarterAnswer:
    """The definition of a starter with answers to its questions; one without an answer is its first choice."""
    return StarterAnswer(definition=service.get_starter(name).answered(answers_of(answer)))
