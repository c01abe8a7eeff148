"""Route: the starters, graphs to begin a workflow with, from the files in `config/starters`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from media_workflows.domain.yaml_reader import read_documents
from media_workflows_plugin.api.access import Reader
from media_workflows_plugin.api.guarded_route import GuardedRoute

STARTERS = Path(__file__).parents[3] / "config" / "starters"

router = APIRouter(prefix="/api/v1", tags=["definitions"], route_class=GuardedRoute)


class Starter(BaseModel):
    """A definition to begin with; `description` is what it is for, in English."""

    name: str
    description: str
    definition: dict[str, Any]


class StartersAnswer(BaseModel):
    """All starters, by name."""

    items: list[Starter]


@router.get("/starters")
def list_starters(_user: Reader) -> StartersAnswer:
    """List the starters, graphs to begin a workflow with."""
    return StartersAnswer(items=list(_starters()))


@cache
def _starters() -> tuple[Starter, ...]:
    """They are part of the release, so they are read once."""
    return tuple(_starter(file) for file in sorted(STARTERS.glob("*.yaml")))


def _starter(file: Path) -> Starter:
    """The comment in its first line describes it."""
    text = file.read_text("utf-8")
    (definition,) = read_documents(text)
    return Starter(name=file.stem, description=text.partition("\n")[0].removeprefix("# "), definition=definition)
