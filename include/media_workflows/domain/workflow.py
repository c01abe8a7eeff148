"""`Workflow`: trigger, output, jobs or steps, notification. `parse_workflow` validates outside data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator

from media_workflows.domain.airflow_options import AirflowOptions
from media_workflows.domain.base import Model, invalid, problems_of
from media_workflows.domain.budget import Budget
from media_workflows.domain.jobs import Jobs
from media_workflows.domain.notification import EventShape, NotificationTarget, WorkflowTarget
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.domain.retention import Retention
from media_workflows.domain.step_definition import MAX_STEPS, Output, StepDefinition
from media_workflows.domain.templates import PRESET_LIBRARY, Library, resolved_jobs
from media_workflows.domain.templates.references import with_ids
from media_workflows.domain.trigger import Trigger
from media_workflows.domain.workflow_problems import jobs_or_steps, problems_despite, workflow_problems
from media_workflows.errors import DefinitionError
from media_workflows.naming import output_key

# Latin letters, digits, '_', '-', and the CJK ideographs (basic block, extension A, compatibility, supplementary).
_NAME = re.compile(r"^[A-Za-z0-9_\-\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]{1,128}$")


class VendorForm(Model):
    """What a definition was imported from: what its export gives back where it still says the same."""

    schedule: dict[str, Any] | None = Field(
        None,
        exclude_if=lambda form: form is None,
        description="A schedule of the commercial service, see docs/schedules.md",
    )
    workflow: dict[str, Any] | None = Field(
        None,
        exclude_if=lambda form: form is None,
        description="A workflow of the commercial service, see docs/migrate-from-mps.md",
    )


class Workflow(Model):
    """A workflow definition. It contains no secrets; all of it may be shown, exported and logged."""

    name: str = Field(description="1-128 characters: Chinese, Latin letters, digits, '_', '-'")
    trigger: Trigger
    output: Output = Output()
    jobs: Jobs | None = Field(
        None, exclude_if=lambda jobs: jobs is None, description="Jobs that each read the source; or `steps`"
    )
    steps: list[StepDefinition] = Field(
        default_factory=list,
        max_length=MAX_STEPS,
        exclude_if=lambda steps: not steps,
        description="Jobs as a graph, with order, conditions and inputs of their own; or `jobs`",
    )
    publish: Literal["per_step", "together"] = Field(
        "per_step",
        exclude_if=lambda publish: publish == "per_step",
        description="When outputs of `steps` become visible: `per_step`, as each step ends; `together`, all of a run "
        "at its end, or none if it fails",
    )
    notification: NotificationTarget | None = Field(None, description="None = no events")
    priority: int = Field(0, ge=-10, le=10, description="Higher first")
    budget: Budget | None = Field(
        None, exclude_if=lambda budget: budget is None, description="What its runs may use; None = no limit"
    )
    retention: Retention | None = Field(
        None,
        exclude_if=lambda retention: retention is None,
        description="How long outputs and reports are kept; None = outputs forever, reports by the settings",
    )
    airflow: AirflowOptions = AirflowOptions()
    vendor: VendorForm | None = Field(
        None, exclude_if=lambda vendor: vendor is None, description="What it was imported from: for its export"
    )

    @field_validator("name")
    @classmethod
    def _name(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise invalid("must have 1 to 128 characters: Chinese, Latin letters, digits, '_' and '-'")
        return name

    @property
    def output_bucket(self) -> str:
        return self.output.bucket or self.trigger.bucket

    @property
    def event(self) -> EventShape:
        """The vendor's event in which its runs are reported."""
        chosen = self.notification.event if isinstance(self.notification, WorkflowTarget) else None
        return chosen or ("schedule_task" if self.steps else "workflow_task")

    def output_key(
        self, pattern: str, source_key: str, variables: Mapping[str, str], output: Output | None = None
    ) -> str:
        """The object key of an output of a source; `output` is a step's. Raises OutputNameError."""
        directory = (output or self.output).directory
        return output_key(pattern, directory, source_key, variables, self.trigger.prefix)


def parse_workflow(data: Any, library: Library = PRESET_LIBRARY) -> Workflow:
    """A workflow from outside data (JSON, YAML), in which templates may be named instead of numbered.

    Raises DefinitionError with every problem found.
    """
    refuse_unusable(data)
    data = with_ids(data, library)
    wrong_parts = jobs_or_steps(data)
    try:
        workflow = Workflow.model_validate(data)
    except ValidationError as error:
        raise DefinitionError([*problems_of(error), *wrong_parts, *problems_despite(data, library)]) from None
    if wrong_parts:
        raise DefinitionError([*wrong_parts, *problems_despite(data, library)])
    if problems := workflow_problems(workflow, library):
        raise DefinitionError(problems)
    return workflow


def resolved(workflow: Workflow, library: Library) -> Workflow:
    """The workflow with the template's parameters in each item, as it runs. Raises NotFoundError."""
    jobs = workflow.jobs and resolved_jobs(workflow.jobs, library)
    steps = [resolved_jobs(step, library) for step in workflow.steps]
    return workflow.model_copy(update={"jobs": jobs, "steps": steps})
