"""The route class of the API: authentication before a body is read, a size limit before it is parsed, and the audit."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.core_api.security import get_user
from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from media_workflows.errors import RequestTooLargeError
from media_workflows.settings import get_settings
from media_workflows_plugin.api.audit import audited

_bearer = HTTPBearer(auto_error=False)


class GuardedRoute(APIRoute):
    """FastAPI reads and parses a body before it solves the dependencies that check the user: this route reverses that.

    A route that reads its body itself (a streamed upload) declares none and has its own limit.
    """

    least_body_limit: ClassVar[int] = 0  # bytes, where the setting is too low for the route's own model

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            has_body = self.body_field is not None
            if has_body:
                await authenticated(request)
                limit = max(get_settings().api_max_body_bytes, self.least_body_limit)
                request = await _with_limited_body(request, limit)
            return await audited(request, handle, has_body=has_body)

        return guarded


async def authenticated(request: Request) -> BaseUser:
    """The request's user, by Airflow's own check. Raises HTTPException (401, 403)."""
    return await get_user(request, None, await _bearer(request))


async def _with_limited_body(request: Request, limit: int) -> Request:
    """The request with its body read. Raises RequestTooLargeError as soon as it is known to be too large."""
    body = await limited_body(request, limit)
    return Request(request.scope, _replayed(body, request.receive))


async def limited_body(request: Request, limit: int) -> bytes:
    """The body of a request. Raises RequestTooLargeError as soon as it is known to be too large."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    body = bytearray()
    try:
        async for chunk in request.stream():  # also a chunked body, which declares no length
            body += chunk
            if len(body) > limit:
                raise _too_large(limit)
    except ClientDisconnect:
        raise HTTPException(400) from None  # no one reads the answer
    return bytes(body)


def _too_large(limit: int) -> RequestTooLargeError:
    return RequestTooLargeError(
        "the request body has more than {max_bytes} bytes: send less at once, or let an administrator raise setting "
        "api_max_body_bytes",
        max_bytes=limit,
    )


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body as one message; then what the client sends (that it disconnects)."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
