"""Templates: named parameters of a job kind; the system presets and custom templates."""

from media_workflows.domain.templates.library import (
    PRESET_LIBRARY,
    Library,
    merged,
    parameters_of,
    resolved_if_valid,
    resolved_item,
    resolved_jobs,
    template_problems,
)
from media_workflows.domain.templates.presets import PRESETS
from media_workflows.domain.templates.template import (
    PARAMETERS,
    PinnedTemplate,
    Template,
    TemplateDefinition,
    parse_template,
    require_kind,
    stored_template,
)

__all__ = [
    "PARAMETERS",
    "PRESETS",
    "PRESET_LIBRARY",
    "Library",
    "PinnedTemplate",
    "Template",
    "TemplateDefinition",
    "merged",
    "parameters_of",
    "parse_template",
    "require_kind",
    "resolved_if_valid",
    "resolved_item",
    "resolved_jobs",
    "stored_template",
    "template_problems",
]
