"""What of a JSON object the models of the vendor's SDK do not have."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from tencentcloud.mps.v20190612 import models

_PLAIN = {"int": (int,), "float": (int, float), "str": (str,), "bool": (bool,)}


@cache
def fields_of(model: type) -> dict[str, str]:
    """The types of a model's fields, as its documentation names them: 'int', 'list of TrackInfo'."""
    types = re.findall(r":type (\w+): (.+)", str(vars(model)["__init__"].__doc__))
    return {name: found.rpartition(".")[2].strip("`") for name, found in types}


def unknown_fields(model: type, data: dict[str, Any], place: str = "") -> list[str]:
    """The fields that the model does not have, and those with a value of another type."""
    found = []
    for name, value in data.items():
        type_ = fields_of(model).get(name)
        found += [place + name] if type_ is None else _wrong(type_, value, place + name)
    return found


def _wrong(type_: str, value: Any, place: str) -> list[str]:
    if value is None:
        return []
    inner = type_.removeprefix("list of ")
    if inner != type_ and isinstance(value, list):
        return [one for number, part in enumerate(value) for one in _wrong(inner, part, f"{place}[{number}]")]
    if type_ in _PLAIN:
        fits = isinstance(value, _PLAIN[type_]) and isinstance(value, bool) == (type_ == "bool")
        return [] if fits else [f"{place}: {value!r}"]
    if inner != type_ or not isinstance(value, dict):
        return [f"{place}: {value!r}"]
    return unknown_fields(getattr(models, type_), value, f"{place}.")
