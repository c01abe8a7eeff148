"""The check that every request passes first: text and numbers that no database or storage takes are refused."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from media_workflows.domain.base import shown
from media_workflows.domain.plain_data import data_problems, text_problem
from media_workflows.errors import InvalidRequestError


async def refuse_unusable_input(request: Request) -> None:
    """A dependency of all routes. Raises InvalidRequestError, before any other check of the request."""
    given = [*request.path_params.items(), *request.query_params.multi_items()]
    problems = [problem.at(name, shown(text)) for name, text in given if (problem := text_problem(text))]
    if _has_json(request) and await request.body():
        problems += data_problems(await request.json())
    if problems:
        raise InvalidRequestError(problems)


def _has_json(request: Request) -> bool:
    """Whether FastAPI has parsed the body as JSON; a streamed one must not be read here."""
    route: Any = request.scope["route"]
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
    return is_json and getattr(route, "body_field", None) is not None
