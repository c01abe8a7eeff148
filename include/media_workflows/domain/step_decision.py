"""`StepDecision`: why a step of a graph ran or did not, as it is stored and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.conditions.variables import Value

SkipReason = Literal["condition", "no_input", "rejected"]


class StepDecision(Model):
    """Whether a step ran, with its condition ('' = none) and the values that decided it; None = unknown.

    `skipped` is why it did not: its condition was false, the step `input` made nothing that it could read, or the
    approval `rejected` was answered so; `rejected_by` is the user, '' = there was no answer in time.
    """

    step_id: str
    skipped: SkipReason | None = None
    condition: str = ""
    values: dict[str, Value | None] = Field(default_factory=dict)
    input: str = ""
    rejected: str = ""
    rejected_by: str = ""
    decided_at: datetime

    @property
    def message(self) -> str:
        """In one line, for logs and Airflow."""
        return reason_of("skipped" if self.skipped else None, self)


# The sentences of the pages: their texts "run.…".
SENTENCES = {
    "skipped_condition": "Skipped, as its condition is false: {condition}",
    "ran_condition": "Runs, as its condition is true: {condition}",
    "skipped_no_input": "Skipped, as step “{id}” made nothing that it could read.",
    "skipped_rejected_by": "Skipped, as {name} rejected “{id}”.",
    "skipped_rejected": "Skipped, as “{id}” was not answered in time and counts as rejected.",
    "skipped_before": "Skipped, as all steps before it were skipped.",
}


def reason_of(state: str | None, decision: StepDecision | None, *, is_cancelled: bool = False) -> str:
    """Why a step ran or was skipped, as its page says it; '' = there is nothing to say. `state` is that of its task."""
    if decision is None:
        return SENTENCES["skipped_before"] if state == "skipped" and not is_cancelled else ""
    if decision.skipped == "no_input":
        return SENTENCES["skipped_no_input"].format(id=decision.input)
    if decision.skipped == "rejected":
        sentence = SENTENCES["skipped_rejected_by" if decision.rejected_by else "skipped_rejected"]
        return sentence.format(id=decision.rejected, name=decision.rejected_by)
    if not decision.condition:
        return ""
    sentence = SENTENCES["skipped_condition" if decision.skipped else "ran_condition"]
    values = ", ".join(f"{name} = {shown_value(value)}" for name, value in decision.values.items())
    return sentence.format(condition=decision.condition) + (f" ({values})" if values else "")


def shown_value(value: Value | None) -> str:
    """A value as in a condition; an unknown one as 'unknown'."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.6g}" if isinstance(value, float) else repr(value)
