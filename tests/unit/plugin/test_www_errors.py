"""Every error that a user of the pages may see has a Chinese text, under its English template.

Run as a program, it prints the templates that have none, as JSON to fill in, and to stderr the entries to remove and
the places whose template is no literal, so that it cannot be collected.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from media_workflows.domain.pydantic_messages import MESSAGES
from media_workflows.domain.templates.template import PARAMETERS
from media_workflows.domain.workflow import Workflow

ROOT = Path(__file__).parents[3]
Modules = dict[Path, ast.Module]
ERRORS_ZH = ROOT / "plugins" / "media_workflows_plugin" / "www" / "src" / "i18n" / "errors.zh.json"
# The command line, the demo and the cluster print their errors in English; the pages never show them.
NOT_SHOWN = {"cli", "cluster", "demo"}

# pydantic's own errors, by the kind of schema and by its constraints.
TYPE_ERRORS = {
    "bool": ("bool_type", "bool_parsing"),
    "dict": ("dict_type",),
    "enum": ("enum",),
    "float": ("float_type", "float_parsing", "finite_number"),
    "int": ("int_type", "int_parsing", "int_parsing_size", "int_from_float"),
    "list": ("list_type",),
    "literal": ("literal_error",),
    "model": ("model_type", "model_attributes_type", "missing", "extra_forbidden"),
    "str": ("string_type", "string_unicode"),
    "tagged-union": ("union_tag_invalid", "union_tag_not_found"),
    "tuple": ("tuple_type",),
}
LENGTH_ERRORS = {"min_length": "too_short", "max_length": "too_long"}
LIMIT_ERRORS = {"gt": "greater_than", "ge": "greater_than_equal", "lt": "less_than", "le": "less_than_equal"}
REQUEST_ERRORS = {"json_invalid", "string_pattern_mismatch", "uuid_type", "uuid_parsing"}


def sources() -> Modules:
    """The parsed modules whose errors reach the pages."""
    product = ROOT / "include" / "media_workflows"
    files = [file for file in product.rglob("*.py") if file.relative_to(product).parts[0] not in NOT_SHOWN]
    files += (ROOT / "plugins").glob("*/api/**/*.py")
    return {file: ast.parse(file.read_text("utf-8")) for file in sorted(files)}


def name_of(node: ast.expr) -> str:
    """`Name` or the last part of `module.Name`."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def error_classes(modules: list[ast.Module]) -> set[str]:
    """The product's exceptions, but for those whose constructor takes something else than a template."""
    classes = [node for module in modules for node in ast.walk(module) if isinstance(node, ast.ClassDef)]
    found = {"MediaWorkflowsError"}
    while more := {each.name for each in classes if found & {name_of(base) for base in each.bases}} - found:
        found |= more
    return {each for each in found if all(takes_template(node) for node in classes if node.name == each)}


def takes_template(node: ast.ClassDef) -> bool:
    """Whether the first argument of its constructor, if it has one of its own, is the template."""
    own = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
    return all([argument.arg for argument in each.args.args[1:2]] == ["template"] for each in own)


def template_arguments(module: ast.Module, errors: set[str]) -> Iterator[ast.expr]:
    """What stands where a template is expected."""
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = name_of(node.func)
        # `super().__init__` is the constructor of an error that makes its template from other arguments.
        if name in errors | {"invalid", "__init__"}:
            yield node.args[0]
        elif name == "FieldProblem" and len(node.args) > 2:
            yield node.args[min(3, len(node.args) - 1)]  # without a template, the text is its own
        elif name == "HTTPException" and len(node.args) > 1:
            yield node.args[1]


def constants(modules: list[ast.Module]) -> dict[str, str]:
    """Strings that modules define by name."""
    found: dict[str, str] = {}
    for node in (node for module in modules for node in module.body if isinstance(node, ast.Assign)):
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found |= {target.id: node.value.value for target in node.targets if isinstance(target, ast.Name)}
    return found


def literals(node: ast.expr, named: dict[str, str]) -> list[str]:
    """The templates that an argument can be; [] when it is made while the program runs."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return literals(node.body, named) + literals(node.orelse, named)
    return [named[node.id]] if isinstance(node, ast.Name) and node.id in named else []


# Calls whose arguments become parts of the error of a missing engine: by position, or by keyword.
ENGINE_PARTS: dict[str, tuple[int | str, ...]] = {
    "EngineUnavailableError": (0, 1, 2),
    "require": (1,),
    "load": (1,),
    "model_path": (2, "holds"),
    "session": (2,),
}
MIN_LITERAL_LENGTH = 12  # as in errors.ts: a shorter template could not be found by a text


def engine_parts(modules: Modules) -> set[str]:
    """What the parts of errors of missing engines can be: the pages translate parameters that are messages."""
    return {
        text
        for file, module in modules.items()
        if "intelligence" in file.parts
        for call in (node for node in ast.walk(module) if isinstance(node, ast.Call))
        for argument in parts_of(call)
        for text in part_texts(argument, constants([module]))
        if len(re.sub(r"\{\w+\}", "", text)) >= MIN_LITERAL_LENGTH or "{" not in text
    }


def parts_of(call: ast.Call) -> Iterator[ast.expr]:
    wanted = ENGINE_PARTS.get(name_of(call.func), ())
    yield from (call.args[at] for at in wanted if isinstance(at, int) and at < len(call.args))
    yield from (keyword.value for keyword in call.keywords if keyword.arg in wanted)


def part_texts(node: ast.expr, named: dict[str, str]) -> list[str]:
    """A text as a template: the names of an f-string are its placeholders, and constants stand for themselves."""
    if not isinstance(node, ast.JoinedStr):
        return literals(node, named)
    text = ""
    for number, part in enumerate(node.values):
        if isinstance(part, ast.Constant):
            text += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            name = name_of(part.value).lstrip("_")
            text += named.get(name_of(part.value)) or f"{{{name or f'value{number}'}}}"
    return [text]


# Constants that are messages of sub-tasks, besides errors.
SUB_TASK_MESSAGES = {
    *(
        "NO_AUDIO_STREAM",
        "NO_DESCRIPTION",
        "NO_HIGHLIGHT",
        "NO_PERSONS",
        "NO_VIDEO_STREAM",
        "NO_WORDS",
        "_NO_PICTURE",
        "_NO_SOUND",
    )
}


def sub_task_messages(modules: Modules) -> set[str]:
    """The messages of sub-tasks that cannot find anything."""
    named = constants([module for file, module in modules.items() if "intelligence" in file.parts])
    return {named[name] for name in SUB_TASK_MESSAGES}


# Constants that the product asks a person, and the units in them.
ASKED = {"GATE_QUESTION", "BUDGET_QUESTION", "CPU_HOURS", "NO_CURRENCY"}


def questions(modules: Modules) -> set[str]:
    """What is asked in the list of approvals, but for the user's own questions."""
    named = constants([module for file, module in modules.items() if file.name in ("approval.py", "budget.py")])
    return {named[name] for name in ASKED}


def dry_run_notes() -> set[str]:
    """The notes of dry runs."""
    module = ast.parse((ROOT / "include" / "media_workflows" / "services" / "dry_run.py").read_text("utf-8"))
    named = constants([module])
    assigned = {
        target.id: node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    notes = [
        assigned.get(note.id, note) if isinstance(note, ast.Name) else note
        for call in ast.walk(module)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "notes" and isinstance(keyword.value, ast.Tuple)
        for note in keyword.value.elts
    ]
    return {text for note in notes for text in part_texts(note, named)}


def raised_templates(modules: list[ast.Module]) -> set[str]:
    """The templates of the product's own errors."""
    errors, named = error_classes(modules), constants(modules)
    arguments = [argument for module in modules for argument in template_arguments(module, errors)]
    return {text for argument in arguments for text in literals(argument, named)}


def pydantic_errors() -> set[str]:
    """The errors of pydantic that definitions and templates can cause."""
    found = set(REQUEST_ERRORS)
    models: tuple[type[BaseModel], ...] = (Workflow, *PARAMETERS.values())
    rest: list[Any] = [model.__pydantic_core_schema__ for model in models]
    while rest:
        schema = rest.pop()
        if isinstance(schema, dict):
            rest += schema.values()
            found |= errors_of_schema(schema)
        elif isinstance(schema, list | tuple):
            rest += schema
    return found


def errors_of_schema(schema: dict[str, Any]) -> set[str]:
    kind = schema.get("type")
    if not isinstance(kind, str) or kind not in TYPE_ERRORS:
        return set()
    prefix = "string_" if kind == "str" else ""
    lengths = {prefix + error for name, error in LENGTH_ERRORS.items() if name in schema}
    return {*TYPE_ERRORS[kind], *lengths, *(error for name, error in LIMIT_ERRORS.items() if name in schema)}


@cache
def templates() -> frozenset[str]:
    """Every key that the Chinese file has to have. The modules are parsed once, and not kept."""
    modules = sources()
    in_modules = raised_templates(list(modules.values())) | engine_parts(modules) | sub_task_messages(modules)
    return frozenset(in_modules | questions(modules) | dry_run_notes() | set(MESSAGES.values()))


def names_in(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def stored() -> dict[str, str]:
    return json.loads(ERRORS_ZH.read_text("utf-8")) if ERRORS_ZH.exists() else {}


def test_every_template_has_a_chinese_text() -> None:
    assert sorted(templates() - stored().keys()) == [], "add them to i18n/errors.zh.json"


def test_every_error_of_pydantic_has_a_plain_message() -> None:
    assert sorted(pydantic_errors() - MESSAGES.keys()) == [], "add them to domain/pydantic_messages.py"


def test_every_chinese_text_has_its_template() -> None:
    assert sorted(stored().keys() - templates()) == [], "no error has these templates any more"


def test_chinese_texts_have_the_placeholders_of_their_templates() -> None:
    assert [each for each in stored().items() if names_in(each[0]) != names_in(each[1])] == []


def test_chinese_texts_are_chinese() -> None:
    assert [text for text in stored().values() if not re.search(r"[\u4e00-\u9fff]", text)] == []


def not_collected() -> Iterator[str]:
    """The places of templates that are made while the program runs."""
    modules = sources()
    errors, named = error_classes(list(modules.values())), constants(list(modules.values()))
    for file, module in modules.items():
        for argument in template_arguments(module, errors):
            if not literals(argument, named):
                yield f"{file.relative_to(ROOT)}:{argument.lineno}: {ast.unparse(argument)[:100]}"


if __name__ == "__main__":
    sys.stderr.writelines(f"remove: {template}\n" for template in sorted(stored().keys() - templates()))
    sys.stderr.writelines(f"no literal: {place}\n" for place in not_collected())
    missing = dict.fromkeys(sorted(templates() - stored().keys()), "")
    json.dump(missing, sys.stdout, ensure_ascii=False, indent=2)
    print()
