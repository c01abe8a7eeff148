"""The FastAPI app: the API's routes and the pages' files, without anonymous access."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import FileResponse, RedirectResponse

import media_workflows
from media_workflows.errors import NotFoundError
from media_workflows_plugin.api import (
    approvals,
    backfills,
    buckets,
    bulk,
    comparison,
    conditions,
    costs,
    definitions,
    drafts,
    dry_run,
    events,
    files,
    function_callback,
    home,
    keys,
    me,
    monitoring,
    persons,
    process,
    records,
    reviews,
    runs,
    schedules,
    starters,
    templates,
    upload,
    words,
    workflows,
)
from media_workflows_plugin.api.access import Reader, bind_places, refuse_cross_site
from media_workflows_plugin.api.errors import add_error_answers
from media_workflows_plugin.api.plain_input import refuse_unusable_input
from media_workflows_plugin.mps import app as vendor_api
from media_workflows_plugin.pages import DIST

YEAR_S = 365 * 24 * 3600

# Order matters: a path with a fixed name precedes one with a parameter in its place.
ROUTERS = (
    bulk.router,
    definitions.router,
    starters.router,
    workflows.router,
    drafts.router,
    records.router,
    backfills.router,
    process.router,
    dry_run.router,
    conditions.router,
    schedules.router,
    templates.router,
    runs.router,
    approvals.router,
    reviews.router,
    comparison.router,
    files.router,
    upload.router,
    events.router,
    function_callback.router,
    words.router,
    persons.router,
    buckets.router,
    home.router,
    costs.router,
    monitoring.router,
    me.router,
    keys.router,
)


def create_app() -> FastAPI:
    """The app that Airflow mounts. FastAPI's own public /docs and /openapi.json are off."""
    app = FastAPI(
        title="Media Workflows",
        version=media_workflows.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    add_error_answers(app)
    for router in (*ROUTERS, _pages(app)):
        checks = (refuse_unusable_input, refuse_cross_site, bind_places)
        app.include_router(router, dependencies=[Depends(check) for check in checks])
    app.include_router(vendor_api.router)  # its calls are signed: no session of a browser counts there
    return app


def _pages(app: FastAPI) -> APIRouter:
    """The routes that the API's own description does not have."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api/v1/openapi.json")
    def openapi(_user: Reader) -> dict[str, Any]:
        return app.openapi()

    @router.get("/")
    def page(_user: Reader) -> RedirectResponse:
        return RedirectResponse("../plugin/media-workflows")  # relative: Airflow may live under any path

    @router.get("/static/{name}")
    def static(name: str, _user: Reader) -> FileResponse:
        files = {file.name: file for file in DIST.iterdir()}  # by name: a path cannot climb out
        if name not in files:
            raise NotFoundError("there is no file '{name}'", name=name)
        return FileResponse(files[name], headers={"Cache-Control": f"private, max-age={YEAR_S}, immutable"})

    return router
