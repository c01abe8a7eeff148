"""docs/event.schema.json: generated from the types of events, and made strict for tests.

`python tests/event_schema.py` writes the document again. Receivers must take fields that the schema
does not name, our tests must not.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from media_workflows.notifications.event_models import CloudEvent, EventBody

DOCUMENT = Path(__file__).parents[1] / "docs" / "event.schema.json"


class _Untitled(GenerateJsonSchema):
    """Without titles of fields, which only repeat their names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def generated() -> dict[str, Any]:
    """The schema of the types."""
    types: list[TypeAdapter[Any]] = [TypeAdapter(EventBody), TypeAdapter(CloudEvent)]
    inputs: list[tuple[int, JsonSchemaMode, TypeAdapter[Any]]]
    inputs = [(number, "validation", type_) for number, type_ in enumerate(types)]
    _, definitions = TypeAdapter.json_schemas(inputs, schema_generator=_Untitled)
    for definition in definitions["$defs"].values():
        definition.pop("title", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Event of a run, of a step, of a decision, or of an add-on of a ladder",
        "description": "The body of an event. Later versions may add fields; receivers must ignore unknown fields.",
        "$ref": "#/$defs/EventBody",
        "$defs": definitions["$defs"],
    }


def written() -> str:
    """The schema as its document has it."""
    return json.dumps(generated(), ensure_ascii=False, indent=2) + "\n"


def closed(schema: Any) -> Any:
    """The schema, with fields that it does not name refused."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    # The `oneOf` of a type are references, or conditions on some of its fields.
    parts = {key: part if key == "oneOf" else closed(part) for key, part in schema.items()}
    return parts | ({"additionalProperties": False} if "properties" in schema else {})


SCHEMA = generated()
_CLOSED = closed(SCHEMA)
BODIES = Draft202012Validator(_CLOSED)
CLOUD_EVENTS = BODIES.evolve(schema=_CLOSED["$defs"]["CloudEvent"])


if __name__ == "__main__":
    DOCUMENT.write_text(written(), encoding="utf-8")
