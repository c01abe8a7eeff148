"""Bodies of events against the classes of the vendor's SDK: no unknown field, no value of another type.

The SDK itself takes anything: it stores a value of another type as it is, and warns of an unknown field. Its clients in
other languages refuse the whole body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from tencentcloud.mps.v20190612 import models

OURS = "MediaWorkflows"  # the one field beside those of the vendor
# What `Input` echoes in names of our own, until one converter writes it.
ECHOES = frozenset(
    {"RawParameter", "OverrideParameter", "WatermarkSet", "MosaicSet", "HeadTailParameter", "AddOnSubtitles"}
)
_PLAIN: dict[str, tuple[type, ...]] = {"int": (int,), "float": (float, int), "str": (str,), "bool": (bool,)}
_UNTYPED = {"AiRecognitionTaskAsrFullTextResultOutput.OutputStorage": "TaskOutputStorage"}  # no type in the SDK's docs


def problems_of_event(body: dict[str, Any]) -> list[str]:
    """The differences of an event's body from ParseNotificationResponse; an event of a shape of ours has none."""
    if not {"WorkflowTaskEvent", "ScheduleTaskEvent"} & body.keys():
        return []
    return list(_object("ParseNotificationResponse", {key: one for key, one in body.items() if key != OURS}, ""))


def problems_of_answer(name: str, data: dict[str, Any]) -> list[str]:
    """The differences of an answer from a class of the SDK."""
    return list(_object(name, data, ""))


def _object(name: str, data: Any, place: str) -> Iterator[str]:
    if not isinstance(data, dict):
        yield f"{place}: {data!r} is no {name}"
        return
    fields = _fields(name)
    for key, value in data.items():
        here = f"{place}.{key}".lstrip(".")
        if ".Input" in place and key in ECHOES:
            continue
        if key not in fields:
            yield f"{here}: {name} has no such field"
        elif value is not None:
            yield from _value(fields[key], value, here)


def _value(type_: str, value: Any, place: str) -> Iterator[str]:
    if type_.startswith("list of "):
        if not isinstance(value, list):
            yield f"{place}: {value!r} is no {type_}"
            return
        for number, one in enumerate(value):
            yield from _value(type_.removeprefix("list of "), one, f"{place}[{number}]")
    elif type_ not in _PLAIN:
        yield from _object(type_, value, place)
    elif not isinstance(value, _PLAIN[type_]) or (isinstance(value, bool) and type_ != "bool"):
        yield f"{place}: {value!r} is no {type_}"


@cache
def _fields(name: str) -> dict[str, str]:
    """The fields of a class of the SDK with their types, such as 'int' or 'list of WatermarkInput'."""
    return {
        field: _UNTYPED.get(f"{name}.{field}") or _type(one.__doc__ or "")
        for field, one in vars(getattr(models, name)).items()
        if isinstance(one, property)
    }


def _type(text: str) -> str:
    """The type from a property's docstring."""
    found = re.search(r":rtype: (?::class:`[\w.]*\.(\w+)`|(list of \w+|\w+))", text)
    assert found, text
    return found[1] or found[2]
