"""Polled routes: they wait for their turn, and an unchanged answer is not sent again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response

from media_workflows_plugin.api.guarded_route import GuardedRoute
from media_workflows_plugin.api.turns import client_of, turns

STRENGTH = 16  # bytes of the hash


class ConditionalRoute(GuardedRoute):
    """A route whose GET answers carry an ETag of their body; a match with If-None-Match returns 304.

    The answer is computed in any case: its data come from two databases without a common time of last change.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def conditional(request: Request) -> Response:
            if request.method != "GET":
                return await handle(request)
            async with turns().turn(client_of(request)):
                answer = await handle(request)
            body = getattr(answer, "body", None)
            if answer.status_code != 200 or not isinstance(body, bytes):
                return answer
            etag = f'"{hashlib.blake2b(body, digest_size=STRENGTH).hexdigest()}"'
            headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
            if etag in _named(request):
                return Response(status_code=304, headers=headers)
            answer.headers.update(headers)
            return answer

        return conditional


def _named(request: Request) -> set[str]:
    """The ETag without its weak prefix, which compressing proxies add."""
    header = request.headers.get("if-none-match", "")
    return {part.strip().removeprefix("W/") for part in header.split(",")}
