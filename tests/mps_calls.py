"""Calls of the vendor's API as its SDK makes them, without HTTP: actions of a user, answers parsed by the SDK."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

from fastapi import Request

from media_workflows_plugin.mps.action import Action, Caller
from sdk_models import parsed, serialized


class Calls:
    """Calls actions; the role is that of the calling user."""

    def __init__(self, actions: Mapping[str, Action]) -> None:
        self._actions = actions

    def __call__(self, action: str, role: str = "admin", /, **parameters: Any) -> Any:
        from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

        request = cast(Request, SimpleNamespace(state=SimpleNamespace()))
        caller = Caller(SimpleAuthManagerUser(username=role, role=role), role, request)
        return parsed(f"{action}Response", self._actions[action](caller, serialized(f"{action}Request", parameters)))
