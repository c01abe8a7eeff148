"""`Workflow`: trigger, output, jobs, notification. `parse_workflow` validates outside data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from pydantic import Field, ValidationError, field_validator

from media_workflows.domain.airflow_options import AirflowOptions
from media_workflows.domain.base import Model, invalid, problems_of
from media_workflows.domain.jobs import JOB_ITEMS, JOB_KINDS, Jobs
from media_workflows.domain.notification import NotificationTarget
from media_workflows.domain.output_names import extra_key_problems, output_directory_problems, output_name_problems
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.domain.templates import PRESET_LIBRARY, Library, resolved_jobs, template_problems
from media_workflows.domain.templates.references import with_ids
from media_workflows.domain.trigger import BucketName, BucketRegion, Directory, Trigger
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.naming import output_key

# Latin letters, digits, '_', '-', and the CJK ideographs (basic block, extension A, compatibility, supplementary).
_NAME = re.compile(r"^[A-Za-z0-9_\-\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]{1,128}$")


_ITEM = re.compile(rf"jobs\.({'|'.join(JOB_KINDS)})\[(\d+)\]")


class Output(Model):
    """The place of outputs. None = the trigger bucket, and the directory of the triggering file.

    In `directory`, {inputDirectory} is the source's directory below the trigger's.
    """

    bucket: BucketName | None = None
    region: BucketRegion | None = None
    directory: Directory = None


class Workflow(Model):
    """A workflow definition. It contains no secrets; all of it may be shown, exported and logged."""

    name: str = Field(description="1-128 characters: Chinese, Latin letters, digits, '_', '-'")
    trigger: Trigger
    output: Output = Output()
    jobs: Jobs
    notification: NotificationTarget | None = Field(None, description="None = no events")
    priority: int = Field(0, ge=-10, le=10, description="Higher first")
    airflow: AirflowOptions = AirflowOptions()

    @field_validator("name")
    @classmethod
    def _name(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise invalid("must have 1 to 128 characters: Chinese, Latin letters, digits, '_' and '-'")
        return name

    @property
    def output_bucket(self) -> str:
        return self.output.bucket or self.trigger.bucket

    def output_key(self, pattern: str, source_key: str, variables: Mapping[str, str]) -> str:
        """The object key of an output of a source. Raises OutputNameError."""
        return output_key(pattern, self.output.directory, source_key, variables, self.trigger.prefix)


def _region_problems(workflow: Workflow) -> list[FieldProblem]:
    here, there = workflow.trigger.region, workflow.output.region
    if here and there and here != there:
        problem = invalid(
            "must be the trigger bucket's region {region}: both buckets must be in the same region", region=repr(here)
        )
        return [problem.at("output.region", repr(there))]
    return []


def _jobs_problems(jobs: Jobs, output_directory: str | None, library: Library) -> list[FieldProblem]:
    fitting = resolved_jobs(jobs, library, skip_invalid=True)
    return [
        *template_problems(jobs, library),
        *output_directory_problems(output_directory),
        *output_name_problems(fitting, output_directory),
        *extra_key_problems(fitting),
        *_language_problems(fitting),
        *_subtitle_problems(fitting),
    ]


def _subtitle_problems(jobs: Jobs) -> Iterator[FieldProblem]:
    """Add-on subtitles that require a recognition job the workflow does not have."""
    if any(item.parameters and item.parameters.has_subtitles for item in jobs.recognition):
        return
    for index, item in enumerate(jobs.adaptive_dynamic_streaming):
        for number, add_on in enumerate(item.add_on_subtitles):
            if add_on.source == "recognition":
                place = f"jobs.adaptive_dynamic_streaming[{index}].add_on_subtitles[{number}].source"
                problem = invalid("requires a `recognition` job with `asr_full_text` in the same workflow")
                yield problem.at(place, "'recognition'")


def _language_problems(jobs: Jobs) -> list[FieldProblem]:
    """Different languages of several jobs: speech is recognised once for all of them."""
    requested = {item.kind: item.parameters.language for item in jobs.intelligence if item.parameters}
    named = {kind: language for kind, language in requested.items() if language != "auto"}
    if len(set(named.values())) < 2:
        return []
    languages = ", ".join(f"{kind}: {language}" for kind, language in named.items())
    problem = invalid("all jobs must have the same language; got {languages}", languages=languages)
    return [problem.at(f"jobs.{next(iter(named))}[0]", "several languages")]


def _problems_despite(data: Any, library: Library) -> list[FieldProblem]:
    """Further problems of the items of a definition that has invalid parts, so that all are reported at once."""
    if not isinstance(data, dict) or not isinstance(data.get("jobs"), dict):
        return []
    items = {kind: _valid_items(kind, data["jobs"].get(kind)) for kind in JOB_KINDS}
    jobs = Jobs.model_construct(None, **{kind: list(found.values()) for kind, found in items.items()})
    numbers = {kind: list(found) for kind, found in items.items()}
    return [_renumbered(problem, numbers) for problem in _jobs_problems(jobs, _raw_directory(data), library)]


def _valid_items(kind: str, items: Any) -> dict[int, Any]:
    """The items of a kind that are valid, by their number in the definition."""
    found = {}
    for number, item in enumerate(items if isinstance(items, list) else []):
        with suppress(ValidationError):
            found[number] = JOB_ITEMS[kind].model_validate(item)
    return found


def _renumbered(problem: FieldProblem, numbers: dict[str, list[int]]) -> FieldProblem:
    """The problem with the numbers that items have in the definition, in place of those among the valid ones."""

    def renumbered(text: str) -> str:
        return _ITEM.sub(lambda match: f"jobs.{match[1]}[{numbers[match[1]][int(match[2])]}]", text)

    parameters = {name: renumbered(value) for name, value in problem.parameters.items()}
    return replace(
        problem, field=renumbered(problem.field), expected=renumbered(problem.expected), parameters=parameters
    )


def _raw_directory(data: dict[str, Any]) -> str | None:
    """`output.directory` of a definition that is not parsed yet."""
    output = data.get("output")
    directory = output.get("directory") if isinstance(output, dict) else None
    return directory if isinstance(directory, str) else None


def parse_workflow(data: Any, library: Library = PRESET_LIBRARY) -> Workflow:
    """A workflow from outside data (JSON, YAML), in which templates may be named instead of numbered.

    Raises DefinitionError with every problem found.
    """
    refuse_unusable(data)
    data = with_ids(data, library)
    try:
        workflow = Workflow.model_validate(data)
    except ValidationError as error:
        raise DefinitionError([*problems_of(error), *_problems_despite(data, library)]) from None
    if problems := workflow_problems(workflow, library):
        raise DefinitionError(problems)
    return workflow


def workflow_problems(workflow: Workflow, library: Library) -> list[FieldProblem]:
    """Problems between the fields of a workflow, and of the templates it names."""
    return [*_jobs_problems(workflow.jobs, workflow.output.directory, library), *_region_problems(workflow)]


def resolved(workflow: Workflow, library: Library) -> Workflow:
    """The workflow with the template's parameters in each item, as it runs. Raises NotFoundError."""
    return workflow.model_copy(update={"jobs": resolved_jobs(workflow.jobs, library)})
