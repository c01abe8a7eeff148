"""Schedules of the commercial service: read into workflows, and written from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from media_workflows.domain.base import Model
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import DefinitionError, FieldProblem
from media_workflows.services import workflows as workflow_service
from media_workflows.services.import_document import Action, apply_workflow
from media_workflows.vendor_mps.schedule.read import read_schedule
from media_workflows.vendor_mps.schedule.write import write_schedule


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


def parse_schedule(data: Any) -> tuple[Workflow, list[FieldProblem]]:
    """The workflow of a schedule, with notes. Raises DefinitionError; its problems are at places of the schedule."""
    read = read_schedule(data)
    try:
        return workflow_service.parse(read.definition), read.notes
    except DefinitionError as error:
        raise DefinitionError([read.placed(problem) for problem in error.problems]) from None


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
