"""Schedules of the commercial service: read into workflows, and written from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from media_workflows.domain.base import Model
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.services import workflows as workflow_service
from media_workflows.services.import_document import Action, apply_workflow
from media_workflows.services.workflows import WorkflowStatus
from media_workflows.vendor_mps.event_shapes import shown_time
from media_workflows.vendor_mps.ids import workflow_number
from media_workflows.vendor_mps.schedule.read import FIELDS, read_changes, read_schedule
from media_workflows.vendor_mps.schedule.write import with_predrive, write_schedule, write_schedule_head


class ImportedSchedule(Model):
    """The workflow of a schedule. `notes` are what of the schedule has no effect here, and what was added to it."""

    id: str
    name: str
    action: Action
    notes: tuple[FieldProblem, ...]


class ExportedSchedule(Model):
    """The schedule of a workflow. `notes` are what of the workflow it leaves out."""

    schedule: dict[str, Any]
    notes: tuple[FieldProblem, ...]


def parse_schedule(data: Any, *, refuses_unknown: bool = False) -> tuple[Workflow, list[FieldProblem]]:
    """The workflow of a schedule, with notes. Raises DefinitionError; its problems are at places of the schedule."""
    read = read_schedule(data, refuses_unknown=refuses_unknown)
    try:
        return workflow_service.parse(read.definition), read.notes
    except DefinitionError as error:
        raise DefinitionError([read.placed(problem) for problem in error.problems]) from None


def modified_schedule(present: Workflow, changes: dict[str, Any]) -> Workflow:
    """The workflow of a schedule with these fields replaced; what schedules lack stays as it is.

    Raises DefinitionError; its problems are at places of the schedule.
    """
    read = read_changes(changes, present, _form(present))
    try:
        return workflow_service.parse(read.definition)
    except DefinitionError as error:
        raise DefinitionError([read.placed(problem) for problem in error.problems]) from None


def _form(workflow: Workflow) -> dict[str, Any] | None:
    """The schedule of a workflow, as it was imported or rewritten; None = schedules cannot express it."""
    if workflow.vendor and workflow.vendor.schedule:
        return workflow.vendor.schedule
    try:
        return write_schedule(workflow).schedule
    except DefinitionError:
        return None


def import_schedule(data: Any, author: str, permit: Callable[[str], None]) -> ImportedSchedule:
    """Create the workflow of a schedule, disabled, or update the one of its name, which `permit` may refuse.

    Raises DefinitionError, EnabledError, ConflictError, StorageConfigurationError.
    """
    definition, notes = parse_schedule(data)
    action, id_ = apply_workflow(definition, author, permit)
    return ImportedSchedule(id=id_, name=definition.name, action=action, notes=tuple(notes))


def export_schedule(definition: Workflow) -> ExportedSchedule:
    """The schedule of a workflow. Raises DefinitionError with every part that schedules cannot express."""
    written = write_schedule(definition)
    return ExportedSchedule(schedule=written.schedule, notes=tuple(written.notes))


def described_schedule(status: WorkflowStatus) -> dict[str, Any]:
    """A workflow as DescribeSchedules has it; one that schedules cannot express has no Activities there."""
    stored = status.workflow
    try:
        written = write_schedule(stored.definition).schedule
    except DefinitionError:
        written = write_schedule_head(stored.definition)
    return {
        "ScheduleId": workflow_number(stored.id),
        "Type": "Custom",
        "Status": "Enabled" if status.enabled else "Disabled",
        **{name: value for name, value in written.items() if name in FIELDS},
        "Activities": with_predrive(written.get("Activities", [])),
        "CreateTime": shown_time(stored.created_at),
        "UpdateTime": shown_time(stored.updated_at),
    }
