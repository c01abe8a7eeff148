"""Workflows of the vendor: read into our definitions with `jobs`, and written from them. Pure.

What was imported and still says the same is given back as it was written; what was changed here is rewritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from media_workflows.domain.base import shown
from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs import Jobs
from media_workflows.domain.plain_data import refuse_unusable
from media_workflows.domain.workflow import VendorForm, Workflow
from media_workflows.errors import DefinitionError
from media_workflows.vendor_mps.places import head_places, read_head, secrets_in, write_head, written_objects
from media_workflows.vendor_mps.read_definition import ReadDefinition, VendorPlace
from media_workflows.vendor_mps.reading import STAYS, Findings, Json
from media_workflows.vendor_mps.workflow_tasks import AI_TASKS, MEDIA_TASK, read_tasks, task_places, write_tasks

TASKS = (MEDIA_TASK, *AI_TASKS.values())
FIELDS = ("WorkflowName", "Trigger", "OutputStorage", "OutputDir", *TASKS, "TaskNotifyConfig", "TaskPriority")


@dataclass(frozen=True)
class WrittenWorkflow:
    """A workflow of the vendor, and what of ours it has not."""

    workflow: Json
    findings: Findings


def read_workflow(data: Any, *, refuses_unknown: bool = False) -> ReadDefinition:
    """The definition of a workflow. Raises DefinitionError with every problem found.

    A field without a meaning here is noted, or refused with `refuses_unknown`: for a caller who gets no notes.
    """
    refuse_unusable(data)
    if not isinstance(data, dict):
        raise DefinitionError([invalid("must be the object of a workflow").at("(whole workflow)", shown(data))])
    findings = Findings(problems=list(secrets_in(data)), refuses_unknown=refuses_unknown)
    if findings.problems:
        raise DefinitionError(findings.problems)
    for name, value in data.items():
        if name not in FIELDS:
            findings.note_kept(name, value)
    definition = {
        "name": data.get("WorkflowName"),
        **read_head(data, findings),
        "jobs": read_tasks(data, findings),
        "priority": data.get("TaskPriority") or 0,
        "vendor": {"workflow": data},
    }
    if findings.problems:
        raise DefinitionError(findings.problems)
    places = {
        "name": VendorPlace("WorkflowName"),
        **head_places(data),
        **task_places(definition["jobs"]),
        "priority": VendorPlace("TaskPriority"),
    }
    return ReadDefinition(definition, findings.notes, places)


def write_workflow(workflow: Workflow) -> WrittenWorkflow:
    """The vendor's form of a workflow with jobs. `findings` are the parts that it cannot express and leaves out."""
    assert workflow.jobs is not None, "a graph of steps is a schedule"
    before, original = _imported(workflow.vendor) or (None, {})
    findings = Findings(objects=written_objects(workflow.trigger, original.get("Trigger")))
    written = {name: value for name, value in original.items() if name in FIELDS}
    written["WorkflowName"] = workflow.name
    written["TaskPriority"] = workflow.priority
    write_head(workflow, before, written, findings)
    _write_changed_tasks(workflow.jobs, before.jobs if before else None, written, findings)
    if workflow.airflow != type(workflow.airflow)():
        findings.note(STAYS, "airflow", workflow.airflow.model_dump(exclude_defaults=True))
    if workflow.budget:
        findings.note(STAYS, "budget", workflow.budget.model_dump(exclude_defaults=True))
    if workflow.retention:
        findings.note(STAYS, "retention", workflow.retention.model_dump(exclude_defaults=True))
    if workflow.output.objects:
        findings.note(STAYS, "output.objects", workflow.output.objects.model_dump(exclude_defaults=True))
    return WrittenWorkflow(written, findings)


def _imported(form: VendorForm | None) -> tuple[Workflow, Json] | None:
    """The workflow as it was imported, and its form there; None = it was not, or an import would be refused today."""
    if form is None or form.workflow is None:
        return None
    try:
        return Workflow.model_validate(read_workflow(form.workflow).definition), form.workflow
    except (DefinitionError, ValidationError):
        return None


def _write_changed_tasks(jobs: Jobs, before: Jobs | None, written: Json, findings: Findings) -> None:
    """Each of the four tasks as it was imported, if it has not changed."""
    now = write_tasks(jobs, findings)
    then = write_tasks(before, Findings(objects=findings.objects)) if before else {}
    for name in TASKS:
        if before is None or now.get(name) != then.get(name):
            written.pop(name, None)
            if name in now:
                written[name] = now[name]
