"""Reading definitions from YAML files, each with one workflow or one template."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from media_workflows.domain.definition_yaml import is_template
from media_workflows.domain.templates import PRESET_LIBRARY, Library, Template, TemplateDefinition, parse_template
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import DefinitionError, FieldProblem


@dataclass
class Definitions:
    """The workflows and templates of a set of files, by file."""

    templates: dict[Path, TemplateDefinition] = field(default_factory=dict)
    workflows: dict[Path, Workflow] = field(default_factory=dict)


def _read(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        cause = " ".join(str(error).split())
        problem = FieldProblem(
            str(file), "no YAML", f"must be YAML: {cause}", "must be YAML: {cause}", parameters={"cause": cause}
        )
        raise DefinitionError([problem]) from None


def read_definition(file: Path, library: Library = PRESET_LIBRARY) -> Workflow:
    """A workflow from a YAML file. Raises DefinitionError that names file and line or field."""
    data = _read(file)
    try:
        return parse_workflow(data, library)
    except DefinitionError as error:
        raise _in_file(file, error) from None


def read_template(file: Path) -> TemplateDefinition:
    """A template from a YAML file. Raises DefinitionError that names file and line or field."""
    data = _read(file)
    try:
        return parse_template(data)
    except DefinitionError as error:
        raise _in_file(file, error) from None


def _in_file(file: Path, error: DefinitionError) -> DefinitionError:
    return DefinitionError([replace(p, field=f"{file}: {p.field}") for p in error.problems])


def read_definitions(files: list[Path], library: Library = PRESET_LIBRARY) -> Definitions:
    """The definitions of all files; raises DefinitionError with the problems of every file.

    Workflows may name the templates of `library` and those of the other files.
    """
    found, problems = Definitions(), []
    for file in files:
        try:
            if is_template(_read(file)):
                found.templates[file] = read_template(file)
        except DefinitionError as error:
            problems += error.problems
    known = with_unstored(library, found.templates.values())
    for file in (file for file in files if file not in found.templates and not _has_problem(file, problems)):
        try:
            found.workflows[file] = read_definition(file, known)
        except DefinitionError as error:
            problems += error.problems
    if problems:
        raise DefinitionError(problems)
    return found


def _has_problem(file: Path, problems: list[FieldProblem]) -> bool:
    return any(problem.field.startswith(str(file)) for problem in problems)


def with_unstored(library: Library, definitions: Any) -> Library:
    """`library` with unstored templates added; their ids are negative, so that they collide with none."""
    unstored = [
        Template(id=-number, **dict(definition))
        for number, definition in enumerate(definitions, start=1)
        if library.named(definition.kind, definition.name) is None
    ]
    return Library([*(template for template in library if not template.preset), *unstored])
