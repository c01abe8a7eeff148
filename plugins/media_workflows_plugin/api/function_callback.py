"""Routes: the function callback, which receives the events of all workflows."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query

from media_workflows.notifications.targets import parse_function_callback
from media_workflows.services import events as service
from media_workflows.services.events import FunctionCallbackStatus
from media_workflows.store.deliveries import Attempt
from media_workflows_plugin.api.access import CreatorForAll, Reader
from media_workflows_plugin.api.guarded_route import GuardedRoute

router = APIRouter(prefix="/api/v1/function-callback", tags=["function callback"], route_class=GuardedRoute)


@router.get("")
def get_function_callback(_user: Reader) -> FunctionCallbackStatus:
    """The function callback in effect, and where it is set."""
    return service.get_function_callback()


@router.put("")
def put_function_callback(
    new: Annotated[
        dict[str, Any] | None,
        Body(
            description="{target: …, version: …} as from GET, or the target alone: type lambda or http; null = no "
            "function. With a version: refused when another editor has changed it since"
        ),
    ],
    user: CreatorForAll,
) -> FunctionCallbackStatus:
    """Set the function callback; null disables it, whatever the settings hold."""
    status = new if new is not None and "target" in new else {"target": new}
    target, version = status["target"], status.get("version")
    parsed = None if target is None else parse_function_callback(target)
    return service.set_function_callback(parsed, user, None if version is None else str(version))


@router.delete("")
def delete_function_callback(
    _user: CreatorForAll,
    version: Annotated[
        str | None, Query(description="As from GET: refused when another editor has changed it since")
    ] = None,
) -> FunctionCallbackStatus:
    """Remove the stored function callback, so that the settings apply."""
    return service.forget_function_callback(version)


@router.post("/test")
def try_function_callback(_user: CreatorForAll) -> Attempt:
    """Send a test event to the function and show its answer."""
    return service.try_function_callback()
