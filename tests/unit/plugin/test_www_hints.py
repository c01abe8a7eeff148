"""The form's texts of the models' fields have Chinese translations: names, hints and choices."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from media_workflows.domain.templates.template import PARAMETERS
from media_workflows.domain.workflow import Workflow
from media_workflows.services.conditions import list_variables
from media_workflows_plugin.pages import DIST

I18N = DIST.parent / "src" / "i18n"
EN = json.loads((I18N / "en.json").read_text("utf-8"))
ZH = json.loads((I18N / "zh.json").read_text("utf-8"))
HINTS_ZH: dict[str, str] = json.loads((I18N / "hints.zh.json").read_text("utf-8"))
SCHEMAS = [Workflow.model_json_schema(), *(model.model_json_schema() for model in PARAMETERS.values())]
# The form has components and texts of its own for these.
BY_HAND = {"trigger", "output", "jobs", "steps", "notification", "template", "parameters"}
# Their choices are names of formats and numbers, the same in every language.
NAMES = {"container", "format", "segment_type", "codec", "mode", "encoder", "profile", "bit_depth"}


def fields(schema: dict[str, Any], root: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, schema) of every field below, references followed as the form does (definition/schema.ts)."""
    for name, field in schema.get("properties", {}).items():
        if "const" not in field:
            yield name, resolved(field, root)


def resolved(field: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """The schema behind references and "or null"; what is said beside the reference wins."""
    beside = {name: value for name, value in field.items() if name not in ("$ref", "anyOf")}
    if "$ref" in field:
        return resolved(root["$defs"][field["$ref"].rpartition("/")[2]], root) | beside
    alternatives = [one for one in field.get("anyOf", ()) if one.get("type") != "null"]
    return resolved(alternatives[0], root) | beside if len(alternatives) == 1 else field


def shown() -> list[tuple[str, dict[str, Any]]]:
    """Every field of the form."""
    objects = [(schema, schema) for schema in SCHEMAS]
    objects += [(model, root) for root in SCHEMAS for model in root.get("$defs", {}).values()]
    jobs = {name for name, _ in fields(SCHEMAS[0]["$defs"]["Jobs"], SCHEMAS[0])}
    found = [field for schema, root in objects for field in fields(schema, root)]
    return [(name, field) for name, field in found if name not in BY_HAND | jobs]


def test_every_field_has_a_name() -> None:
    assert sorted({name for name, _ in shown() if f"field.{name}" not in ZH}) == []


def test_every_hint_has_a_chinese_text() -> None:
    said = {field.get("description", "") for name, field in shown() if f"hint.{name}" not in ZH} - {""}
    assert sorted(said - HINTS_ZH.keys()) == [], "add a translation to i18n/hints.zh.json"
    assert sorted(HINTS_ZH.keys() - said) == [], "no field has this description any more"
    assert [text for text in HINTS_ZH.values() if not re.search(r"[\u4e00-\u9fff]", text)] == []


def test_no_hint_repeats_the_range_that_the_form_adds() -> None:
    for name, field in shown():
        if "minimum" in field and "maximum" in field:
            said = field.get("description", "")
            for text in (EN.get(f"hint.{name}", said), ZH.get(f"hint.{name}", HINTS_ZH.get(said, ""))):
                assert not re.search(f"{field['minimum']:g} ?(to|至|–|-) ?{field['maximum']:g}", text), (name, text)


def test_every_choice_that_is_a_word_has_words() -> None:
    choices = {(name, str(value)) for name, field in shown() for value in field.get("enum", ()) if name not in NAMES}
    without = {f"{name}.{value}" for name, value in choices if value and f"choice.{name}.{value}" not in ZH}
    assert sorted(choice for choice in without if f"choice.{choice.rpartition('.')[2]}" not in ZH) == []


def test_every_variable_of_a_source_has_a_chinese_text() -> None:
    texts: dict[str, str] = json.loads((I18N / "variables.zh.json").read_text("utf-8"))
    assert list(texts) == list(dict.fromkeys(variable.name for variable in list_variables()))
    assert [text for text in texts.values() if not re.search(r"[\u4e00-\u9fff]", text)] == []
