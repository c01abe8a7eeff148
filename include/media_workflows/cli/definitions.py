"""Definitions as YAML files."""

from __future__ import annotations

from pathlib import Path

import yaml

from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.model.workflow import Workflow, parse_workflow


def read_definition(file: Path) -> Workflow:
    """A workflow from a YAML file. Raises DefinitionError that names file and line or field."""
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DefinitionError([FieldProblem(str(file), "no YAML", " ".join(str(error).split()))]) from None
    try:
        return parse_workflow(data)
    except DefinitionError as error:
        raise DefinitionError([FieldProblem(f"{file}: {p.field}", p.got, p.wants) for p in error.problems]) from None


def read_definitions(files: list[Path]) -> list[Workflow]:
    """All of them, or DefinitionError with the problems of every file."""
    definitions, problems = [], []
    for file in files:
        try:
            definitions.append(read_definition(file))
        except DefinitionError as error:
            problems += error.problems
    if problems:
        raise DefinitionError(problems)
    return definitions


def definition_yaml(definition: Workflow) -> str:
    """The definition as `apply` reads it; defaults are left out."""
    return yaml.safe_dump(
        definition.model_dump(mode="json", exclude_defaults=True), allow_unicode=True, sort_keys=False
    )
