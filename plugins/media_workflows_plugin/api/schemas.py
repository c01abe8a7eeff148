"""Request and answer bodies that are specific to the API."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from media_workflows.domain.availability import Unavailable
from media_workflows.domain.base import invalid
from media_workflows.domain.candidates import UploadDecision
from media_workflows.domain.plain_data import MAX_INTEGER
from media_workflows.domain.result import JobResult
from media_workflows.domain.templates import Template
from media_workflows.domain.templates.template import Standing
from media_workflows.services import availability
from media_workflows.services.run_list import RunRow
from media_workflows.services.workflows import WorkflowStatus
from media_workflows.store.counts import DeliveryCounts, UploadCounts
from media_workflows.store.drafts import Draft
from media_workflows.store.run_history import DagRunSummary, RunCounts
from media_workflows.store.tables.base import STEP_ID_LENGTH
from media_workflows.store.templates import TemplateUser

Offset = Annotated[int, Query(ge=0, le=MAX_INTEGER)]
Limit = Annotated[int, Query(ge=1, le=1000)]
Number = Annotated[int, Path(ge=0, le=MAX_INTEGER)]  # of what a path names


def _in_utc(moment: datetime) -> datetime:
    """PostgreSQL refuses offsets of 16 hours and more. A time without an offset is in UTC."""
    try:
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        raise invalid("must be between the years 1 and 9999 in UTC") from None


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class WorkflowAnswer(BaseModel):
    """A workflow; send `revision` back with a PUT. `region` is null while the storage has not named it."""

    id: str
    enabled: bool
    revision: int
    created_at: datetime
    updated_at: datetime
    region: str | None
    last_run: DagRunSummary | None
    failures_24h: int
    definition: dict[str, Any]

    @classmethod
    def of(cls, status: WorkflowStatus) -> WorkflowAnswer:
        stored = status.workflow
        return cls(
            id=stored.id,
            enabled=status.enabled,
            revision=stored.revision,
            created_at=stored.created_at,
            updated_at=stored.updated_at,
            region=status.region,
            last_run=status.last_run,
            failures_24h=status.failures_24h,
            definition=stored.definition.model_dump(mode="json"),
        )


class WorkflowDetail(WorkflowAnswer):
    """One workflow, what it requires that is not installed on the api-server, and its draft, if there is one."""

    unavailable: list[Unavailable]
    draft: Draft | None


class WorkflowsAnswer(BaseModel):
    """One page of workflows, and the trigger buckets of all that the user may see."""

    total: int
    buckets: list[str]
    items: list[WorkflowAnswer]


class WorkflowUpdate(BaseModel):
    """An edit made on top of `revision`; another edit in between is a conflict."""

    revision: int = Field(description="The revision the edit started from")
    definition: dict[str, Any]


class DraftUpdate(BaseModel):
    """An edit of a draft; another one in between is a conflict."""

    number: int = Field(0, ge=0, le=MAX_INTEGER, description="The edit it started from; 0 = there is no draft yet")
    base_revision: int = Field(
        ge=1, le=MAX_INTEGER, description="The draft's own base, or the workflow's present revision to replace"
    )
    definition: dict[str, Any]


class DraftApplication(BaseModel):
    """Which edit of the draft is applied: the one that the caller has seen."""

    number: int = Field(ge=1, le=MAX_INTEGER)


class CountersAnswer(BaseModel):
    """Counts of a workflow's runs, uploads and deliveries in the last `hours`; unfinished runs always count."""

    hours: int
    runs: RunCounts
    uploads: UploadCounts
    events: DeliveryCounts


class TemplateAnswer(BaseModel):
    """A template; send `revision` back with a PUT. Presets have no times.

    `standing`: how a preset is offered, first (recommended), as the others, or folded (old). `unavailable` is what its
    parameters require and is not installed on the api-server.
    """

    id: int
    kind: str
    name: str
    comment: str
    preset: bool
    revision: int
    created_at: datetime | None
    updated_at: datetime | None
    standing: Standing
    unavailable: list[Unavailable]
    parameters: dict[str, Any]

    @classmethod
    def of(cls, template: Template) -> TemplateAnswer:
        times = {name: getattr(template, name, None) for name in ("created_at", "updated_at")}
        shown = template.model_dump(mode="json", exclude={"created_at", "updated_at"})
        missing = availability.of_template(template.parameters)
        return cls.model_validate({**shown, **times, "unavailable": missing})


class TemplateWithUsers(TemplateAnswer):
    """One template and the workflows that use it, if the user may see them."""

    used_by: list[TemplateUser]


class TemplatesAnswer(BaseModel):
    """One page of templates, presets first."""

    total: int
    items: list[TemplateAnswer]


class TemplateUpdate(BaseModel):
    """An edit made on top of `revision`; another edit in between is a conflict."""

    revision: int = Field(description="The revision the edit started from")
    definition: dict[str, Any]


class UploadAnswer(UploadDecision):
    """A decision with the meaning of its rule."""

    meaning: str
    join_state: str | None = Field(
        description="State of the run of media_sidecars that joins an add-on into its ladders; null = no add-on, or "
        "the run was deleted"
    )


class UploadsAnswer(BaseModel):
    """One page of upload decisions, newest first; `total_is_exact` is false when more than `total` match."""

    total: int
    total_is_exact: bool
    items: list[UploadAnswer]


class RunAnswer(RunRow):
    """A run: its state in Airflow, its source and its results."""

    jobs: list[JobResult]


class RunsAnswer(BaseModel):
    """One page of runs, newest first; `total_is_exact` is false when more than `total` match."""

    total: int
    total_is_exact: bool
    items: list[RunAnswer]


class RetryRequest(BaseModel):
    """Options of a retry. `force` disables the reuse of earlier outputs; `step` is the one step to run again."""

    model_config = ConfigDict(extra="forbid")

    force: bool = False
    step: str = Field("", max_length=STEP_ID_LENGTH, description="It and what depends on it; empty = all that failed")
