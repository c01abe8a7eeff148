"""The event of a run that waits for a person because of its budget, and of the decision. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from media_workflows.domain.result import SourceObject
from media_workflows.vendor_mps.event_shapes import Json

BUDGET_EVENT = "WorkflowBudgetEvent"

WAITING: Literal["waiting"] = "waiting"
BudgetState = Literal["waiting", "approved", "refused", "not_answered"]


def budget_event(
    *,
    workflow_id: str,
    workflow_name: str,
    revision: int,
    run_id: str,
    source: SourceObject,
    state: BudgetState,
    message: str = "",
    answer_until: datetime | None = None,
    who: list[str] | None = None,
    decided_by: str = "",
) -> Json:
    """The body without the event's id. While it waits, `message` says by how much the run is over its budget.

    Until `answer_until` one of `who` may answer, ids of Airflow users; empty = all who may answer required actions.
    """
    return {
        "EventType": "WorkflowBudget",
        BUDGET_EVENT: {
            "Source": {"Bucket": source.bucket, "Key": source.key, "Size": source.size_bytes, "ETag": source.etag},
            "State": state,
            "Message": message,
            "AnswerUntil": answer_until.isoformat(timespec="seconds") if answer_until else None,
            "Who": who or [],
            "DecidedBy": decided_by,
        },
        "MediaWorkflows": {
            "WorkflowId": workflow_id,
            "WorkflowName": workflow_name,
            "Revision": revision,
            "RunId": run_id,
        },
    }
