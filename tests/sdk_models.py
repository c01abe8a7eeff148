"""The model classes of the vendor's SDK: their fields and types, and requests and answers as its client has them."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from tencentcloud.mps.v20190612 import models

Json = dict[str, Any]
_TYPE = re.compile(r":type (\w+): (.+)")
_CLASS = re.compile(r"(?::class:`[\w.]+\.|list of )(\w+)`?")
_PLAIN: dict[str, tuple[type, ...]] = {"int": (int,), "str": (str,), "float": (int, float), "bool": (bool,)}


@cache
def fields_of(name: str) -> dict[str, str]:
    """The types of a class's fields, as its documentation has them."""
    return dict(_TYPE.findall(getattr(models, name).__init__.__doc__ or ""))


def class_in(type_: str) -> str:
    """The class that a type names, alone or in a list; '' = none."""
    found = _CLASS.match(type_)
    return found[1] if found and hasattr(models, found[1]) else ""


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


def check(name: str, data: Any, place: str = "") -> None:
    """Require that data has the form of a class, field by field; null is allowed anywhere."""
    assert isinstance(data, dict), (place, data)
    known = fields_of(name)
    for field, value in data.items():
        here = f"{place}.{field}"
        assert field in known, f"{name} has no field {here}"
        if value is not None:
            _check_value(known[field], value, here)


def _check_value(type_: str, value: Any, place: str) -> None:
    if type_.startswith("list of"):
        assert isinstance(value, list), (place, value)
        item = type_.removeprefix("list of ").split()[0]
        for number, one in enumerate(value):
            _check_value(item if item in _PLAIN else f":class:`models.{item}`", one, f"{place}[{number}]")
    elif name := class_in(type_):
        check(name, value, place)
    else:
        assert isinstance(value, _PLAIN[type_]), (place, type_, value)
        assert type_ == "bool" or not isinstance(value, bool), (place, type_, value)
