"""Requests and answers as the client of the vendor's SDK has them, without HTTP."""

from __future__ import annotations

import json
from typing import Any

from tencentcloud.mps.v20190612 import models

import vendor_walker

Json = dict[str, Any]


def fields_of(name: str) -> dict[str, str]:
    """The types of a class's fields, as its documentation has them."""
    return vendor_walker.fields_of(getattr(models, name))


def class_in(type_: str) -> str:
    """The class that a type names, alone or in a list; '' = none."""
    name = type_.removeprefix("list of ").split()[0]
    return name if hasattr(models, name) else ""


def serialized(name: str, data: Json) -> Json:
    """The parameters of a request, as the SDK sends them; a field that the class lacks is an error of the SDK."""
    request = getattr(models, name)()
    request._deserialize(data)
    sent: Json = json.loads(json.dumps(request._serialize()))
    return sent


def parsed(name: str, answer: Json) -> Any:
    """An answer, as the SDK's client gets it. Raises AssertionError at an unknown field or a value of another type."""
    data = json.loads(json.dumps(answer))
    check(name, data)
    response = getattr(models, name)()
    response._deserialize({**data, "RequestId": "r"})
    return response


def check(name: str, data: Json) -> None:
    """Require that data has the form of a class, field by field; null is allowed anywhere."""
    assert vendor_walker.unknown_fields(getattr(models, name), data) == [], name
