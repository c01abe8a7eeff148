"""`write_schedule`: a workflow with steps as a schedule of the vendor. Pure.

What was imported and still says the same is given back as it was written; what was changed here is written anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from media_workflows.domain.base import Model
from media_workflows.domain.invalid import invalid
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.naming import INPUT_DIRECTORY, variables_in
from media_workflows.vendor_mps.reading import NO_INPUT_DIRECTORY, STAYS, Findings, Json
from media_workflows.vendor_mps.schedule.activities import with_changed_tasks, written_activities
from media_workflows.vendor_mps.schedule.original import imported, same_graph
from media_workflows.vendor_mps.schedule.places import (
    write_notification,
    write_storage,
    write_trigger,
    written_objects,
)


@dataclass(frozen=True)
class WrittenSchedule:
    """A schedule, and what of the workflow it leaves out."""

    schedule: Json
    notes: list[FieldProblem]


def write_schedule(workflow: Workflow) -> WrittenSchedule:
    """The schedule of a workflow. Raises DefinitionError with every part that schedules cannot express."""
    if not workflow.steps:
        raise DefinitionError(
            [invalid("a schedule has steps: write the jobs as `steps` for the export").at("jobs", "jobs")]
        )
    original = imported(workflow.vendor)
    before, schedule = original or (None, {})
    findings = Findings(objects=written_objects(workflow.trigger, schedule.get("Trigger")))
    written = dict(schedule)
    written["ScheduleName"] = workflow.name
    if before is None or before.trigger != workflow.trigger:
        written["Trigger"] = write_trigger(workflow.trigger, schedule.get("Trigger"))
    _write_output(workflow, before, written, findings)
    if before is None or before.notification != workflow.notification:
        written.pop("TaskNotifyConfig", None)
        if workflow.notification is not None:
            written["TaskNotifyConfig"] = write_notification(workflow.notification, findings)
    if before is not None and same_graph(before, workflow):
        written["Activities"] = with_changed_tasks(schedule["Activities"], before, workflow, findings)
    else:
        written["Activities"] = written_activities(workflow, original, findings)
    _note_what_stays(workflow, findings)
    if findings.problems:
        raise DefinitionError(findings.problems)
    return WrittenSchedule(written, findings.notes)


def _write_output(workflow: Workflow, before: Workflow | None, written: Json, findings: Findings) -> None:
    output = workflow.output
    if before is None or (before.output.bucket, before.output.region) != (output.bucket, output.region):
        written.pop("OutputStorage", None)
        if output.bucket is not None:
            written["OutputStorage"] = write_storage(output)
    if before is None or before.output.directory != output.directory:
        written.pop("OutputDir", None)
        if output.directory is not None:
            written["OutputDir"] = f"/{output.directory}"
    if INPUT_DIRECTORY in variables_in(output.directory or ""):
        findings.refuse(NO_INPUT_DIRECTORY, "output.directory", output.directory)


def _note_what_stays(workflow: Workflow, findings: Findings) -> None:
    """Settings of how a workflow runs here."""
    _note_set(workflow, ("publish", "priority", "airflow"), "", findings)
    for number, step in enumerate(workflow.steps):
        _note_set(step, ("on_failure", "retries", "queue"), f"steps[{number}].", findings)


def _note_set(model: Model, names: tuple[str, ...], place: str, findings: Findings) -> None:
    for name in names:
        value: Any = getattr(model, name)
        if value != type(model).model_fields[name].default:
            given = value.model_dump(exclude_defaults=True) if isinstance(value, Model) else value
            findings.note(STAYS, f"{place}{name}", given)
