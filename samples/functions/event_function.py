"""Shared by the sample functions: they receive an event as a Lambda payload or as an HTTP request.

A function is `work(event_id, body)`; the body is that of a WorkflowTask or ScheduleTask. When it raises, the event is
sent again.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

Work = Callable[[str, dict[str, Any]], None]
MAX_BODY_BYTES = 16 * 1024**2


def read_event(payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Id and body of an event, whether a CloudEvent or not. Raises KeyError and TypeError on anything else."""
    body = payload["data"] if "specversion" in payload else payload
    _ = body[f"{body['EventType']}Event"]["Status"]
    return body["MediaWorkflows"]["EventId"], body


def lambda_handler(work: Work) -> Callable[[dict[str, Any], object], dict[str, Any] | None]:
    """A handler for AWS Lambda, invoked with the event itself or through a function URL."""

    def handler(payload: dict[str, Any], context: object) -> dict[str, Any] | None:
        if "requestContext" not in payload:
            work(*read_event(payload))
            return None
        body = payload.get("body", "").encode()
        if payload.get("isBase64Encoded"):
            body = base64.b64decode(body)
        return {"statusCode": answer(work, payload["headers"], body)}

    return handler


def asgi_app(work: Work) -> Callable[..., Awaitable[None]]:
    """An application for any ASGI server: `uvicorn backup_events:app`."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        body = await _read(receive)
        status = 405 if scope["method"] != "POST" else await asyncio.to_thread(answer, work, headers, body)
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    return app


async def _read(receive: Any) -> bytes:
    """The request's body; reading stops once it exceeds the limit."""
    body, more = b"", True
    while more and len(body) <= MAX_BODY_BYTES:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def answer(work: Work, headers: Mapping[str, str], body: bytes) -> int:
    """Verify the request, do the work, return the HTTP status. Without WEBHOOK_SECRET signatures are not checked."""
    if len(body) > MAX_BODY_BYTES:
        return 413
    try:
        if secret := os.environ.get("WEBHOOK_SECRET"):
            Webhook(secret).verify(body, dict(headers))
        event_id, event = read_event(json.loads(body))
    except WebhookVerificationError:
        return 401
    except (ValueError, KeyError, TypeError):
        return 400
    work(event_id, event)
    return 204
