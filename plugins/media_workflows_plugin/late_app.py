"""The API's app, imported and built by the first request instead of when Airflow loads the plugin."""

from __future__ import annotations

import asyncio
import gc
from functools import lru_cache
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send


@lru_cache(maxsize=1)
def _app() -> FastAPI:
    from media_workflows.services.imports import continue_imports
    from media_workflows_plugin.api.app import create_app

    Thread(target=continue_imports, name="continue-imports", daemon=True).start()
    app = create_app()
    # Airflow and the models stay. A collection looks at millions of objects otherwise, and requests wait for it: large
    # bodies make many.
    gc.freeze()
    return app


class LateApp:
    """An ASGI app. Airflow loads all plugins in the process of every task, where building the API would take longer
    than most of the task's own work."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = await asyncio.to_thread(_app)  # once; the server answers other requests meanwhile
        await app(scope, receive, send)
