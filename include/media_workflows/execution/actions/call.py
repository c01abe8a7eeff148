"""`call`: posts the run so far to a function, and keeps what it answers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from media_workflows.domain.notification import shown_url
from media_workflows.domain.result import now
from media_workflows.domain.step_actions.call import Call
from media_workflows.errors import FunctionAnswerError
from media_workflows.execution.actions.context import turn_and_run
from media_workflows.execution.actions.outcome_body import outcome_body
from media_workflows.execution.running_step import RunningStep
from media_workflows.notifications.transports.http import Exchange, send
from media_workflows.notifications.transports.message import Event, compose
from media_workflows.notifications.transports.receipt import DeliveryReceipt
from media_workflows.vendor_mps.event import canonical_json, event_id, with_event_id

MAX_ANSWER_BYTES = 64 * 1024
_SHOWN_CHARACTERS = 200


def run(step: RunningStep) -> dict[str, Any]:
    """Raises NotificationError without an answer of 2xx, FunctionAnswerError for one that is no JSON object."""
    turn, _ = turn_and_run(step)
    action = turn.step.action
    assert isinstance(action, Call)
    body = outcome_body(step)
    id_ = event_id(step.request.step.workflow_id, step.request.step.run_id, canonical_json(body))
    text = canonical_json(with_event_id(body, id_)).decode()
    receipt = asyncio.run(_post(step, action, Event(id_, step.request.step.workflow_id, text, now())))
    step.log(f"{shown_url(action.url)} answered {receipt.status} in {receipt.latency_s:.1f} s")
    return {"answer": parsed_answer(receipt.answer_excerpt, action.url)}


async def _post(step: RunningStep, action: Call, event: Event) -> DeliveryReceipt:
    credentials = step.credentials_of(action.target)
    message = compose(event, "workflow_task", credentials.notify_key, now())
    how = Exchange(action.timeout_s, MAX_ANSWER_BYTES + 1, True, action.headers, "worker")
    try:
        return await send(action.url, message, credentials, step.settings, how)
    except TimeoutError as error:
        raise FunctionAnswerError(
            "the function {url} did not answer within {timeout_s} s: raise timeout_s, or let it answer sooner",
            url=shown_url(action.url),
            timeout_s=f"{action.timeout_s:g}",
        ) from error


def parsed_answer(text: str, url: str) -> dict[str, str]:
    """The fields of an answer as texts; those that are none as JSON text. An empty answer has none."""
    where = {"url": shown_url(url)}
    if len(text.encode()) > MAX_ANSWER_BYTES:
        raise FunctionAnswerError(
            "the answer of the function {url} has more than {limit} bytes: let it answer less",
            **where,
            limit=MAX_ANSWER_BYTES,
        )
    try:
        answer = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise FunctionAnswerError(
            "the function {url} answered '{answer}', and an answer must be a JSON object",
            **where,
            answer=text[:_SHOWN_CHARACTERS],
        )
    return {_storable(name): _storable(_as_text(value)) for name, value in answer.items()}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _storable(text: str) -> str:
    """PostgreSQL stores neither NUL nor a half of a surrogate pair."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
