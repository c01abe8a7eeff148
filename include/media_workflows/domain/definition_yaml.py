"""Definitions as YAML text: one workflow, or one template, in each document. `yaml_reader` reads them."""

from __future__ import annotations

from typing import Any

import yaml

from media_workflows.domain.templates import PRESET_LIBRARY, Library, TemplateDefinition
from media_workflows.domain.templates.references import with_names
from media_workflows.domain.workflow import Workflow


def is_template(data: Any) -> bool:
    """Whether a definition is a template: templates have a kind, workflows a trigger."""
    return isinstance(data, dict) and "kind" in data and "trigger" not in data


def definition_yaml(definition: Workflow, library: Library = PRESET_LIBRARY) -> str:
    """The definition as `apply` reads it; defaults are left out, custom templates appear by name."""
    data = with_names(definition.model_dump(mode="json", exclude_defaults=True), library)
    return dumped(data)


def template_yaml(template: TemplateDefinition) -> str:
    """The template as `apply` reads it; defaults are left out."""
    data = {"kind": template.kind, "name": template.name, "comment": template.comment}
    parameters = template.parameters.model_dump(mode="json", exclude_defaults=True)
    return dumped({name: value for name, value in data.items() if value} | {"parameters": parameters})


def dumped(data: Any) -> str:
    """A definition as it is, as YAML."""
    return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
