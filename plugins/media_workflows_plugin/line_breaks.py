"""A middleware of Airflow's own app, for requests whose path has a line break.

Starlette's pattern of a mounted app ends at a line break, so such a request never reaches ours, and the answer would
have another form than all other errors of the API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class LineBreaks:
    """Answers paths below `prefix` with a line break: nothing of ours has a name with one."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app, self._start = app, f"{prefix}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "\n" in scope["path"] and self._is_ours(scope):
            from media_workflows_plugin.api.errors import no_route  # late, as the whole API

            await no_route(quote(scope["path"]))(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        path: str = scope["path"]
        return path.removeprefix(scope.get("root_path", "")).startswith(self._start)
