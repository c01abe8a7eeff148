"""`Template`: named parameters of a job kind or of a watermark."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from pydantic import Field, ValidationError

from media_workflows.domain.base import Model, invalid, problems_of
from media_workflows.domain.jobs import JOB_ITEMS
from media_workflows.domain.jobs.watermark import WatermarkParameters
from media_workflows.domain.name_patterns import SingleLine
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.domain.saved_limits import saved_parameter_problems
from media_workflows.errors import DefinitionError, FieldProblem, NotFoundError

# The parameters of each kind of template.
PARAMETERS: dict[str, type[Model]] = {
    **{kind: item.parameters_model() for kind, item in JOB_ITEMS.items()},
    "watermark": WatermarkParameters,
}


# How presets are offered: first, as the others, or only to those who look for them.
Standing = Literal["recommended", "usual", "old"]


class TemplateDefinition(Model):
    """The fields of a template that its owner sets. Names are unique within a kind."""

    kind: str = Field(description="A job kind, or 'watermark'")
    name: SingleLine = Field(min_length=1, max_length=64, pattern=r"^[^\s\d]([^\n]*\S)?$")
    comment: str = Field("", max_length=256)
    parameters: Any


class Template(TemplateDefinition):
    """A template with its id, which is unique within the kind. Presets cannot be changed: copy one to change it."""

    id: int
    preset: bool = False
    revision: int = 1
    standing: Standing = "usual"


def require_kind(kind: str) -> None:
    """Raises NotFoundError for a kind that no template can have."""
    if kind not in PARAMETERS:
        raise NotFoundError(
            "there is no kind of template '{kind}': it must be one of {kinds}", kind=kind, kinds=", ".join(PARAMETERS)
        )


def parse_template(data: Any) -> TemplateDefinition:
    """A template from outside data (JSON, YAML). Raises DefinitionError with every problem found."""
    refuse_unusable(data)
    try:
        raw = TemplateDefinition.model_validate(data)
    except ValidationError as error:
        raise DefinitionError(problems_of(error)) from None
    if raw.kind not in PARAMETERS:
        unknown = invalid("must be one of: {choices}", choices=", ".join(PARAMETERS))
        raise DefinitionError([unknown.at("kind", repr(raw.kind))])
    try:
        parameters = PARAMETERS[raw.kind].model_validate(raw.parameters)
    except ValidationError as error:
        raise DefinitionError([_below_parameters(problem) for problem in problems_of(error)]) from None
    if problems := [_below_parameters(problem) for problem in saved_parameter_problems(parameters)]:
        raise DefinitionError(problems)
    return raw.model_copy(update={"parameters": parameters})


def _below_parameters(problem: FieldProblem) -> FieldProblem:
    field = problem.field
    path = "parameters" if field.startswith("(") else f"parameters.{field}"
    return replace(problem, field=path)


def stored_template(id_: int, revision: int, definition: dict[str, Any]) -> Template:
    """A template from the store. Raises pydantic's ValidationError when another version stored it."""
    parameters = PARAMETERS[definition["kind"]].model_validate(definition["parameters"])
    return Template.model_validate({**definition, "parameters": parameters, "id": id_, "revision": revision})


class PinnedTemplate(Model):
    """A template as stored with a workflow's revision."""

    id: int
    revision: int
    definition: dict[str, Any]

    @property
    def template(self) -> Template:
        """The template. Raises pydantic's ValidationError when another version stored it."""
        return stored_template(self.id, self.revision, self.definition)
