"""The event of a run that waits for a person because of its budget, and of the decision. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from media_workflows.domain.result import SourceObject
from media_workflows.domain.run import Run
from media_workflows.notifications.event_models import BudgetContent, BudgetState
from media_workflows.notifications.own_event import object_fields, own_event
from media_workflows.vendor_mps.event_shapes import Json

BUDGET_EVENT = "WorkflowBudgetEvent"

WAITING: Literal["waiting"] = "waiting"


@dataclass(frozen=True)
class BudgetApproval:
    """The question whether a run may exceed its budget, or its answer, `decided_by` a person.

    While it waits, `message` says by how much the run is over its budget, and until `answer_until` one of `who` may
    answer, ids of Airflow users; empty = all who may answer required actions.
    """

    state: BudgetState
    message: str = ""
    answer_until: datetime | None = None
    who: Sequence[str] = ()
    decided_by: str = ""


def budget_event(run: Run, source: SourceObject, approval: BudgetApproval) -> Json:
    """The body without the event's id."""
    until = approval.answer_until
    content: BudgetContent = {
        "Source": object_fields(source),
        "State": approval.state,
        "Message": approval.message,
        "AnswerUntil": until.isoformat(timespec="seconds") if until else None,
        "Who": list(approval.who),
        "DecidedBy": approval.decided_by,
    }
    return own_event(BUDGET_EVENT, run, content)
