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
        if self.skipped == "no_input":
            return f"skipped: the step '{self.input}' made nothing that this one could read"
        if self.skipped == "rejected":
            by = f"by {self.rejected_by}" if self.rejected_by else "as there was no answer in time"
            return f"skipped: the approval '{self.rejected}' was rejected {by}"
        outcome = "skipped, as its condition is false" if self.skipped else "runs, as its condition is true"
        values = ", ".join(f"{name} = {shown_value(value)}" for name, value in self.values.items())
        return f"{outcome}: {self.condition}" + (f" ({values})" if values else "")


def shown_value(value: Value | None) -> str:
    """A value as in a condition; an unknown one as 'unknown'."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.6g}" if isinstance(value, float) else repr(value)
