"""Calls of actions of the commercial service's API, with the request and response classes of its SDK."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from typing import Any

from fastapi import Request
from tencentcloud.mps.v20190612 import models

from media_workflows_plugin.mps.action import Caller, Json

_PLAIN: dict[str, tuple[type, ...]] = {"int": (int,), "float": (float, int), "str": (str,), "bool": (bool,)}
_GROUPS = ("workflows", "schedules", "tasks")


def caller(role: str = "admin") -> Caller:
    """A user of the simple auth manager with this role."""
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    return Caller(SimpleAuthManagerUser(username=role, role=role), role, Request({"type": "http"}))


def call(action: str, role: str = "admin", /, **parameters: Any) -> Any:
    """The SDK's answer to a call whose parameters went through the SDK's request class."""
    return answered(action, sent(action, parameters), role)


def sent(action: str, parameters: Json) -> Json:
    """The parameters as the SDK sends them."""
    request = getattr(models, f"{action}Request")()
    request._deserialize(parameters)  # what json.loads gives to it
    found: Json = json.loads(json.dumps(request._serialize()))
    return found


def answered(action: str, data: Json, role: str = "admin") -> Any:
    """The SDK's answer to a call with these parameters, whatever the SDK would send."""
    actions: Json = {}
    for group in _GROUPS:
        actions |= importlib.import_module(f"media_workflows_plugin.mps.actions.{group}").ACTIONS
    answer = json.loads(json.dumps(actions[action](caller(role), data)))
    response = getattr(models, f"{action}Response")
    odd = list(differences(response, answer))
    assert odd == [], odd
    found = response()
    found._deserialize({**answer, "RequestId": "r"})
    return found


def as_json(model: Any) -> Json:
    """A model of the SDK as JSON, without what is null."""
    found: Json = json.loads(json.dumps(model._serialize()))
    return found


def differences(model: type, data: Any, place: str = "") -> Iterator[str]:
    """Fields that a class of the SDK does not have, and values of another type, at any depth."""
    if not isinstance(data, dict):
        yield f"{place}: {data!r} is no object"
        return
    for name, value in data.items():
        here = f"{place}.{name}".lstrip(".")
        known = getattr(model, name, None)
        if not isinstance(known, property):
            yield f"{here}: {model.__name__} has no such field"
        elif value is not None:
            found = re.search(r":rtype: (list of )?(?::class:`.*\.(\w+)`|(\w+))", known.__doc__ or "")
            assert found is not None, here
            yield from _of_type(found[2] or found[3], value, here, is_list=bool(found[1]))


def _of_type(type_: str, value: Any, place: str, *, is_list: bool) -> Iterator[str]:
    if is_list:
        parts = value if isinstance(value, list) else [value]
        for number, part in enumerate(parts):
            yield from _of_type(type_, part, f"{place}[{number}]", is_list=False)
    elif type_ not in _PLAIN:
        yield from differences(getattr(models, type_), value, place)
    elif not isinstance(value, _PLAIN[type_]) or (isinstance(value, bool) and type_ != "bool"):
        yield f"{place}: {value!r} is no {type_}"
