"""`Workflow`: trigger, output, jobs, notification. `parse_workflow` is the way in for outside data."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field, field_validator

from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.model.base import Model, validated
from media_workflows.model.jobs import Jobs
from media_workflows.model.notification import NotificationTarget
from media_workflows.model.output_names import output_name_problems
from media_workflows.model.templates import template_problems
from media_workflows.model.trigger import BucketName, Directory, Trigger

# Latin letters, digits, '_', '-', and the CJK ideographs (basic block, extension A, compatibility, supplementary).
_NAME = re.compile(r"^[A-Za-z0-9_\-\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]{1,128}$")


class Output(Model):
    """Where outputs go. None = the trigger bucket, and the directory of the triggering file."""

    bucket: BucketName | None = None
    region: str | None = None
    directory: Directory = None


class Workflow(Model):
    """A stored definition. Nothing in it is secret; all of it may be shown, exported and logged."""

    name: str = Field(description="1-128 characters: Chinese, Latin letters, digits, '_', '-'")
    trigger: Trigger
    output: Output = Output()
    jobs: Jobs
    notification: NotificationTarget | None = Field(None, description="None = no events")
    priority: int = Field(0, ge=-10, le=10, description="Higher first")

    @field_validator("name")
    @classmethod
    def _name(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError("wants 1 to 128 characters of Chinese, Latin letters, digits, '_' and '-'")
        return name

    @property
    def output_bucket(self) -> str:
        return self.output.bucket or self.trigger.bucket


def _region_problems(workflow: Workflow) -> list[FieldProblem]:
    here, there = workflow.trigger.region, workflow.output.region
    if here and there and here != there:
        return [
            FieldProblem(
                "output.region", repr(there), f"wants the trigger bucket's region {here!r}: both must be the same"
            )
        ]
    return []


def parse_workflow(data: Any) -> Workflow:
    """A workflow from outside data (JSON, YAML). Raises DefinitionError with every problem found."""
    workflow = validated(lambda: Workflow.model_validate(data))
    problems = [*template_problems(workflow.jobs), *output_name_problems(workflow.jobs), *_region_problems(workflow)]
    if problems:
        raise DefinitionError(problems)
    return workflow
