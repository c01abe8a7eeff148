"""The audit of changes: who changed what, and the outcome, in Airflow's audit log and in the api-server's log.

A call is a change when it is not GET and its permission is more than reading (`note_actor`), so no such route is
forgotten.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError

from media_workflows.airflow_adapter.audit_log import Change, record_change
from media_workflows.errors import MediaWorkflowsError

log = structlog.get_logger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Fields of queries and bodies that identify the change; others may hold definitions, pictures or secrets.
SHOWN_FIELDS = (
    *("action", "ids", "event_ids", "workflow", "state", "force", "revision", "number", "base_revision"),
    *("name", "kind", "key", "keyword", "bucket", "directory", "size", "overwrite"),
    *("keys", "filters", "limits", "start", "cancel_runs", "answer", "request_id", "prefix", "verdict"),
)
MAX_TEXT = 200


def note_actor(request: Request, name: str) -> None:
    """Note the user of a permitted call that may change something."""
    request.state.actor = name


def note_workflows(request: Request, ids: Iterable[str]) -> None:
    """Note the workflows that a call concerns, where its path does not name one."""
    request.state.audited_workflows = list(ids)


async def audited(request: Request, handle: Callable[[Request], Awaitable[Response]], *, has_body: bool) -> Response:
    """The answer of a route, after recording the change. A malformed request was no attempt and is not recorded.

    `has_body`: the route's body is kept with the request; a streamed one is gone.
    """
    try:
        answer = await handle(request)
    except RequestValidationError:
        raise
    except Exception as error:
        outcome = error.code if isinstance(error, MediaWorkflowsError) else type(error).__name__
        await _record(request, outcome, has_body=has_body)
        raise
    await _record(request, "ok", has_body=has_body)
    return answer


async def _record(request: Request, outcome: str, *, has_body: bool) -> None:
    """The change is made: a failure to record it is logged and does not turn the answer into an error."""
    actor = getattr(request.state, "actor", None)
    if actor is None or request.method in SAFE_METHODS:
        return
    event = f"media_workflows.{request.scope['endpoint'].__name__}"
    log.info("change", user=actor, event_name=event, method=request.method, path=request.url.path, outcome=outcome)
    try:
        named = await _body_fields(request) if has_body else {}
        await run_in_threadpool(record_change, _change(request, event, actor, {**named, "outcome": outcome}))
    except Exception:
        log.exception("a change could not be written to Airflow's audit log", user=actor, event_name=event)


def _change(request: Request, event: str, actor: str, named: dict[str, Any]) -> Change:
    path = dict(request.path_params)
    workflow_id, run_id = path.pop("workflow_id", None), path.pop("run_id", None)
    ids = getattr(request.state, "audited_workflows", [workflow_id] if workflow_id else [])
    query = {name: request.query_params.getlist(name) for name in SHOWN_FIELDS if name in request.query_params}
    details = {name: shortened(value) for name, value in {**path, **query, **named}.items()}
    return Change(event, actor, ids, run_id, {**details, "method": request.method})


async def _body_fields(request: Request) -> dict[str, Any]:
    """The fields of a JSON body that identify the change; of a definition or schedule its name."""
    is_json = "json" in request.headers.get("content-type", "")
    body = await request.json() if is_json and await request.body() else None
    if not isinstance(body, dict):
        return {}
    definition, schedule = body.get("definition"), body.get("schedule")
    named = {"name": definition.get("name")} if isinstance(definition, dict) else {}
    if isinstance(schedule, dict):
        named = {"name": schedule.get("ScheduleName")}
    return {**named, **{name: body[name] for name in SHOWN_FIELDS if name in body}}


def shortened(value: Any) -> Any:
    """A value of bounded length."""
    if isinstance(value, list):
        return [shortened(one) for one in value[:1000]]
    return value if isinstance(value, int | float) or value is None else str(value)[:MAX_TEXT]
