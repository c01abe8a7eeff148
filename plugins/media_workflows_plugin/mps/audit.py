"""The audit of the vendor's API: every call whose signature fits, also one that only reads, with user and objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import structlog
from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from media_workflows.airflow_adapter.audit_log import Change
from media_workflows_plugin.api.audit import note_actor, shortened, write_change
from media_workflows_plugin.mps.action import Json

log = structlog.get_logger(__name__)

# Parameters that identify objects. Others may hold definitions, pictures or secrets.
SHOWN_ENDINGS = ("Id", "Ids", "Name", "Definition", "Definitions", "Keyword", "Keywords", "OperationType")
SHOWN_NAMES = {"Bucket", "Object", "S3Bucket", "S3Object"}
MAX_SHOWN = 20


def note_call(request: Request, user: str, secret_id: str, action: str) -> None:
    """Note who calls what: from now on the call is recorded, whatever its outcome."""
    note_actor(request, user)
    request.state.secret_id, request.state.action = secret_id, action


def note_parameters(request: Request, parameters: Json) -> None:
    """Note the objects that a call concerns."""
    request.state.objects = dict(list(_objects(parameters))[:MAX_SHOWN])


async def record_call(request: Request, outcome: str, request_id: str) -> None:
    """Write a call into Airflow's audit log; a refused signature, and a failure to write, into the server's log."""
    state = request.state
    user = getattr(state, "actor", None)
    if user is None:
        log.warning("a call of the vendor's API is refused", outcome=outcome, request_id=request_id)
        return
    details = {**getattr(state, "objects", {}), "secret_id": state.secret_id}
    change = Change(
        event=f"media_workflows.{state.action}",
        user=user,
        workflow_ids=getattr(state, "audited_workflows", []),
        run_id=None,
        details={**details, "request_id": request_id, "outcome": outcome},
    )
    log.info("call", user=user, event_name=change.event, outcome=outcome, request_id=request_id)
    try:
        await run_in_threadpool(write_change, request, change, None)
    except Exception:
        log.exception("a call could not be written to Airflow's audit log", user=user, event_name=change.event)


def _objects(parameters: Json, place: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in parameters.items():
        if isinstance(value, dict):
            yield from _objects(value, f"{place}{name}.")
        elif (name.endswith(SHOWN_ENDINGS) or name in SHOWN_NAMES) and "Secret" not in name:
            yield f"{place}{name}"[:100], shortened(value)
