"""`write_schedule`: a workflow with steps as a schedule of the vendor. Pure.

What was imported and still says the same is given back as it was written; what was changed here is rewritten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from media_workflows.domain.base import Model
from media_workflows.domain.invalid import invalid
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.vendor_mps.places import write_head, written_objects
from media_workflows.vendor_mps.reading import STAYS, Findings, Json
from media_workflows.vendor_mps.schedule.activities import with_changed_tasks, written_activities
from media_workflows.vendor_mps.schedule.original import imported, same_graph


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
    write_head(workflow, before, written, findings)
    if before is not None and same_graph(before, workflow):
        written["Activities"] = with_changed_tasks(schedule["Activities"], before, workflow, findings)
    else:
        written["Activities"] = written_activities(workflow, original, findings)
    _note_what_stays(workflow, findings)
    if findings.problems:
        raise DefinitionError(findings.problems)
    return WrittenSchedule(written, findings.notes)


def write_schedule_head(workflow: Workflow) -> Json:
    """What of the schedule is not its graph. What the vendor cannot express is left out."""
    original = imported(workflow.vendor)
    before, schedule = original or (None, {})
    written = {**schedule, "ScheduleName": workflow.name, "Activities": []}
    write_head(workflow, before, written, Findings())
    return written


def with_predrive(activities: list[Json]) -> list[Json]:
    """The nodes with the indexes of those before each, as the vendor generates them."""
    before: dict[int, list[int]] = {}
    for index, activity in enumerate(activities):
        for after in activity.get("ReardriveIndex") or ():
            before.setdefault(after, []).append(index)
    return [{**activity, "PredriveIndex": before.get(index, [])} for index, activity in enumerate(activities)]


def _note_what_stays(workflow: Workflow, findings: Findings) -> None:
    """Settings of how a workflow runs here."""
    _note_set(workflow, ("publish", "priority", "budget", "retention", "airflow"), "", findings)
    _note_set(workflow.output, ("objects",), "output.", findings)
    for number, step in enumerate(workflow.steps):
        _note_set(step, ("on_failure", "retries", "queue"), f"steps[{number}].", findings)
        _note_set(step.output, ("objects",), f"steps[{number}].output.", findings)


def _note_set(model: Model, names: tuple[str, ...], place: str, findings: Findings) -> None:
    for name in names:
        value: Any = getattr(model, name)
        if value != type(model).model_fields[name].default:
            given = value.model_dump(exclude_defaults=True) if isinstance(value, Model) else value
            findings.note(STAYS, f"{place}{name}", given)
