"""`Retention`: how long a workflow's outputs and reports are kept, and the outcome for old outputs. Pure."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.notice import Notice

HOUSEKEEPING_DAG = "media_housekeeping"  # deletes old outputs, once a day
MAX_DAYS = 36_500  # a hundred years: a longer period is a typing error

# The outcome for an old output: it is deleted; it is gone already; it stays, as it was written again since, or a run of
# the same source that is not old names it, too, or it is that source.
OutputOutcome = Literal["delete", "gone", "changed", "in_use", "source"]
KEPT: tuple[OutputOutcome, ...] = ("changed", "in_use", "source")


class Retention(Model):
    """Days that a workflow's outputs and reports are kept after a run last wrote them."""

    outputs_days: int | None = Field(
        None,
        ge=1,
        le=MAX_DAYS,
        description="Days after which the files that a run has made are deleted, unless they were changed since; "
        "None = never",
    )
    reports_days: int | None = Field(
        None,
        ge=1,
        le=MAX_DAYS,
        description="Days after which the reports of its runs are deleted; None = the setting keep_runs_days",
    )

    @model_validator(mode="after")
    def _possible(self) -> Retention:
        if self.outputs_days is None and self.reports_days is None:
            raise invalid("must have outputs_days, reports_days or both")
        if self.outputs_days and self.reports_days and self.reports_days < self.outputs_days:
            raise invalid(
                "reports_days is {reports_days} and outputs_days {outputs_days}: outputs are deleted by their report, "
                "so give reports as many days, or more",
                reports_days=self.reports_days,
                outputs_days=self.outputs_days,
            )
        return self


class OldOutput(Model):
    """An output whose days are over."""

    bucket: str
    key: str
    etag: str
    size_bytes: int
    outcome: OutputOutcome


class DecidedOutputs(Model):
    """What was decided about the old outputs of a run: the record that stays when its report is gone."""

    workflow_id: str
    run_id: str
    days: int
    outputs: tuple[OldOutput, ...]


def together(outputs: list[OldOutput]) -> list[OldOutput]:
    """The outputs of one item. When one of them stays, the others do: a ladder without its segments plays nothing."""
    stays = next((output.outcome for output in outputs if output.outcome in KEPT), None)
    if stays is None:
        return outputs
    return [one if one.outcome != "delete" else one.model_copy(update={"outcome": stays}) for one in outputs]


def notice_of(outputs: list[OldOutput], days: int) -> Notice:
    """What the report of the item says from then on."""
    parameters: dict[str, str | int | float] = {"count": len(outputs), "days": days}
    if kept := next((output for output in outputs if output.outcome in KEPT), None):
        return Notice(
            code="OutputsKept",
            message=f"its {len(outputs)} outputs stay after the {days} days of the workflow's retention, as {kept.key} "
            "was changed since, or belongs to a later run",
            parameters=parameters | {"key": kept.key},
        )
    return Notice(
        code="OutputsDeleted",
        message=f"its {len(outputs)} outputs were deleted after the {days} days of the workflow's retention",
        parameters=parameters,
    )
