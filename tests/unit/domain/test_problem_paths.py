"""Problems are at the paths that a definition, and the form of it, has."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from media_workflows.domain.templates.template import PARAMETERS, parse_template
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import DefinitionError

WRONG = {"no": ["such", {"value": "here"}]}  # no field has this shape, and none has a field of this name
FREE = ("override", "vendor")  # any object is taken: what it may hold depends on a template, or on nothing
_SCHEMA = Workflow.model_json_schema()


class Place(NamedTuple):
    """A field, and the smallest data that holds it: `put` has a wrong value at `keys`."""

    keys: tuple[str | int, ...]
    beside: tuple[tuple[tuple[str | int, ...], Any], ...]  # what must stand elsewhere in the data

    @property
    def path(self) -> str:
        """As the API writes it."""
        parts = [f"[{key}]" if isinstance(key, int) else f".{key}" for key in self.keys]
        return "".join(parts).removeprefix(".")

    def put(self) -> Any:
        """The data with a wrong value at the place."""
        data: Any = {}
        for keys, value in (*self.beside, (self.keys, copy.deepcopy(WRONG))):
            data = _with(data, keys, value)
        return data


def _with(data: Any, keys: tuple[str | int, ...], value: Any) -> Any:
    if not keys:
        return value
    first, *rest = keys
    if isinstance(first, int):
        return [_with(data[0] if data else None, tuple(rest), value)]
    return {**(data or {}), first: _with((data or {}).get(first), tuple(rest), value)}


def _places(schema: dict[str, Any], root: dict[str, Any], place: Place) -> Iterator[Place]:
    """This field and all below it: into objects, lists of objects and each alternative of a union."""
    if place.keys:
        yield place
    schema = _resolved(schema, root)
    if mapping := schema.get("discriminator", {}).get("mapping"):
        for name, reference in mapping.items():
            tagged = ((*place.keys, schema["discriminator"]["propertyName"]), name)
            yield from _below(root["$defs"][reference.rpartition("/")[2]], root, place, tagged)
        return
    if items := schema.get("items"):
        yield from _below(_resolved(items, root), root, place._replace(keys=(*place.keys, 0)))
    yield from _below(schema, root, place)


def _below(
    schema: dict[str, Any], root: dict[str, Any], place: Place, tagged: tuple[tuple[str | int, ...], str] | None = None
) -> Iterator[Place]:
    beside = (*place.beside, tagged) if tagged else place.beside
    for name, field in schema.get("properties", {}).items():
        is_tag = tagged is not None and tagged[0] == (*place.keys, name)  # a wrong one is a problem of the union
        if "const" not in field and not is_tag and name not in FREE:
            yield from _places(field, root, Place((*place.keys, name), beside))


def _resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return _resolved(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    alternatives = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return _resolved(alternatives[0], root) if len(alternatives) == 1 else schema


def _of_workflows() -> list[Place]:
    return list(_places(_SCHEMA, _SCHEMA, Place((), ())))


def _of_templates(kind: str) -> list[Place]:
    schema = PARAMETERS[kind].model_json_schema()
    start = Place(("parameters",), ((("kind",), kind), (("name",), "of a test")))
    return list(_places(schema, schema, start))


def _found(parse: Any, data: Any) -> list[str]:
    with pytest.raises(DefinitionError) as raised:
        parse(data)
    return [problem.field for problem in raised.value.problems]


def _missed(parse: Any, places: list[Place]) -> list[str]:
    """The fields whose wrong value is reported neither at them nor at a part of them."""
    return [
        place.path for place in places if not any(_is_within(field, place.path) for field in _found(parse, place.put()))
    ]


def _is_within(field: str, path: str) -> bool:
    return field == path or field.startswith((f"{path}.", f"{path}["))


def test_a_wrong_value_of_a_workflow_is_reported_at_its_field() -> None:
    places = _of_workflows()
    assert len(places) > 300
    assert _missed(parse_workflow, places) == []


@pytest.mark.parametrize("kind", list(PARAMETERS))
def test_a_wrong_value_of_a_template_is_reported_at_its_field(kind: str) -> None:
    places = _of_templates(kind)
    assert len(places) > 3
    assert _missed(parse_template, places) == []
