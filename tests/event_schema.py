"""docs/event.schema.json, made strict: receivers must take fields that it does not name, our tests must not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "event.schema.json").read_text(encoding="utf-8"))
_BASES = ("Task", "TimedTask", "Input")  # extended where they are used, and closed there


def closed(schema: Any, name: str = "") -> Any:
    """The schema, with fields that it does not name refused."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {key: part if key == "oneOf" else closed(part, key) for key, part in schema.items()}
    extends = str(schema.get("$ref")).rpartition("/")[2] in _BASES
    if name != "TimedTask" and (extends or ("properties" in schema and name not in _BASES)):
        parts["unevaluatedProperties"] = False
    return parts


_CLOSED = closed(SCHEMA)
BODIES = Draft202012Validator(_CLOSED)
CLOUD_EVENTS = BODIES.evolve(schema=_CLOSED["$defs"]["CloudEvent"])
