"""What changes of workflows and of schedules share: the rights of the user, and how a definition is replaced."""

from __future__ import annotations

from media_workflows.domain.workflow import Workflow
from media_workflows.services import workflows
from media_workflows.services.places import require_present_places
from media_workflows.vendor_mps.ids import workflow_id_of
from media_workflows_plugin.api.access import may, require
from media_workflows_plugin.api.audit import note_workflows
from media_workflows_plugin.mps.action import Caller


def permitted(caller: Caller, method: str, number: int) -> str:
    """The workflow or schedule of this number, if the user may change it so."""
    id_ = workflow_id_of(number)
    require(caller.user, method, id_)
    note_workflows(caller.request, [id_])
    return id_


def replace_definition(caller: Caller, id_: str, definition: Workflow, revision: int) -> None:
    """Make this the definition after `revision`; who edits this one workflow alone gives it no other places."""
    if not may(caller.user, "PUT"):
        require_present_places(id_, definition)
    workflows.update_workflow(id_, definition, revision, caller.name)
