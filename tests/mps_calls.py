"""Calls of actions of the vendor's API as its SDK makes them, without HTTP."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request

from media_workflows_plugin.mps.action import Caller
from sdk_models import Json, parsed, serialized


def caller(role: str = "admin") -> Caller:
    """A user of the simple auth manager with this role."""
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    return Caller(SimpleAuthManagerUser(username=role, role=role), role, Request({"type": "http"}))


def call(action: str, role: str = "admin", /, **parameters: Any) -> Any:
    """The SDK's answer to a call whose parameters went through the SDK's request class."""
    return answered(action, sent(action, parameters), role)


def sent(action: str, parameters: Json) -> Json:
    """The parameters as the SDK sends them."""
    return serialized(f"{action}Request", parameters)


def answered(action: str, data: Json, role: str = "admin") -> Any:
    """The SDK's answer to a call with these parameters, whatever the SDK would send."""
    from media_workflows_plugin.mps.actions import ACTIONS  # they need the app

    return parsed(f"{action}Response", ACTIONS[action](caller(role), data))


def as_json(model: Any) -> Json:
    """A model of the SDK as JSON, without what is null."""
    found: Json = json.loads(json.dumps(model._serialize()))
    return found
