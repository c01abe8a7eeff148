"""The audit of changes: who changed what, its state before and after, and the outcome.

It is in Airflow's audit log, and without the states in the api-server's log.

A call is a change when it is not GET and its permission is more than reading (`note_actor`), so no such route is
forgotten.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import QueryParams

from media_workflows.airflow_adapter.audit_log import Change, record_change
from media_workflows.errors import MediaWorkflowsError
from media_workflows_plugin.api.audit_state import answered_state, states_of

log = structlog.get_logger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Fields of queries and bodies that identify the change; others may contain definitions, pictures or secrets.
SHOWN_FIELDS = (
    *("action", "ids", "event_ids", "workflow", "state", "force", "revision", "number", "base_revision"),
    *("name", "kind", "key", "keyword", "bucket", "directory", "size", "overwrite"),
    *("keys", "filters", "limits", "start", "cancel_runs", "answer", "request_id", "prefix", "verdict"),
    *("existing", "skip_bad_rows"),
)
MAX_TEXT = 200


def note_actor(request: Request, name: str) -> None:
    """Note the user of a permitted call that may change something, and what is there before."""
    request.state.actor = name
    if request.method not in SAFE_METHODS:
        workflow_id = request.path_params.get("workflow_id")
        _note_before(request, [workflow_id] if workflow_id else [])


def note_workflows(request: Request, ids: Iterable[str]) -> None:
    """Note the workflows that a call concerns, where its path does not name one, before they are changed."""
    request.state.audited_workflows = list(ids)
    _note_before(request, request.state.audited_workflows)


def note_runs(request: Request, runs: Iterable[tuple[str, str]]) -> None:
    """Note the runs, by workflow and id, that a call concerns, where its body names them, before they are changed."""
    request.state.audited_runs = list(runs)
    note_workflows(request, sorted({workflow for workflow, _ in request.state.audited_runs}))


def note_object(request: Request, **named: Any) -> None:
    """Note the object that a call concerns, by the name that paths have for it, before it is changed."""
    note_made(request, **named)
    _note_before(request, [])


def note_made(request: Request, **named: Any) -> None:
    """Note the object that a call has made, by the name that paths have for it."""
    request.state.audited_object = named


def note_counts(request: Request, **counts: Any) -> None:
    """Note how many objects of each kind a call has changed, where it has changed too many to show each."""
    request.state.audited_counts = counts


def note_changed(request: Request, ids: Iterable[str]) -> None:
    """Note the workflows that a call has made, or those of the noted ones that it has changed."""
    request.state.audited_workflows = list(ids)


def _note_before(request: Request, ids: list[str]) -> None:
    request.state.before = states_of(request.scope.get("path", ""), _parameters(request), ids)


def _parameters(request: Request) -> dict[str, Any]:
    """Those of the path, the words that a query names, the runs that a body does, and the object that was noted."""
    runs = getattr(request.state, "audited_runs", [])
    keywords = QueryParams(request.scope.get("query_string", b"")).getlist("keyword")
    further = {"keywords": keywords, "runs": runs}
    noted = getattr(request.state, "audited_object", {})
    return {
        **request.scope.get("path_params", {}),
        **{name: named for name, named in further.items() if named},
        **noted,
    }


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
        await _record(request, outcome, None, has_body=has_body)
        raise
    await _record(request, "ok", answer, has_body=has_body)
    return answer


async def _record(request: Request, outcome: str, answer: Response | None, *, has_body: bool) -> None:
    """The change is made: a failure to record it is logged and does not turn the answer into an error."""
    actor = getattr(request.state, "actor", None)
    if actor is None or request.method in SAFE_METHODS:
        return
    event = f"media_workflows.{request.scope['endpoint'].__name__}"
    log.info("change", user=actor, event_name=event, method=request.method, path=request.url.path, outcome=outcome)
    try:
        named = await _body_fields(request) if has_body else {}
        counts = getattr(request.state, "audited_counts", {})
        change = _change(request, event, actor, {**named, **counts, "outcome": outcome})
        await run_in_threadpool(write_change, request, change, answer)
    except Exception:
        log.exception("a change could not be written to Airflow's audit log", user=actor, event_name=event)


def write_change(request: Request, change: Change, answer: Response | None) -> None:
    """The change with the states before and after it, of each of its workflows."""
    before = getattr(request.state, "before", {})
    after = states_of(request.url.path, _parameters(request), change.workflow_ids)
    made = answered_state(answer) if answer is not None and answer.status_code == HTTPStatus.CREATED else None
    if not after and made:
        after = {"": made}
    elif made and not request.path_params:  # such as a backfill of a workflow
        change = change._replace(details={**change.details, "made": made})
    states = {id_: {"before": before.get(id_), "after": after.get(id_)} for id_ in change.workflow_ids or [""]}
    record_change(change._replace(states=states))


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
