"""Backfills: which existing objects they select, how fast they start runs, and their states. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, field_validator, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.plain_data import MAX_INTEGER
from media_workflows.domain.request_context import NO_CONTEXT, RequestContext
from media_workflows.domain.trigger import has_format, normal_formats
from media_workflows.errors import ConflictError

MAX_KEYS = 1000  # of one request, as of one page of a listing
Bytes = Annotated[int, Field(ge=0, le=MAX_INTEGER)]


class Selection(StrEnum):
    """Which of the objects that pass the other filters a backfill processes."""

    ALL = "all"
    NEVER_PROCESSED = "never_processed"
    OLDER_REVISION = "older_revision"
    MISSED = "missed"


class BackfillFilters(Model):
    """The objects of a backfill; all filters must match. The formats of the workflow's trigger always apply.

    `keys` names single objects instead of a prefix.
    """

    prefix: str = Field("", max_length=1024, description="Prefix of the keys; must be in the trigger's directory")
    modified_after: AwareDatetime | None = Field(None, description="Objects written at this time or later")
    modified_before: AwareDatetime | None = Field(None, description="Objects written before this time")
    min_bytes: Bytes | None = None
    max_bytes: Bytes | None = None
    formats: tuple[str, ...] = Field((), description="Extensions; empty = all formats of the trigger")
    select: Selection = Selection.ALL
    keys: tuple[str, ...] = Field((), max_length=MAX_KEYS)

    @field_validator("formats")
    @classmethod
    def _formats(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        return normal_formats(formats)

    @model_validator(mode="after")
    def _ranges(self) -> BackfillFilters:
        if self.min_bytes is not None and self.max_bytes is not None and self.min_bytes > self.max_bytes:
            raise invalid("must not be greater than max_bytes").of("min_bytes")
        if self.modified_after and self.modified_before and self.modified_after >= self.modified_before:
            raise invalid("must be earlier than modified_before").of("modified_after")
        return self

    def accept(self, key: str, size_bytes: int, last_modified: datetime) -> bool:
        """Whether an object passes all filters but `select`."""
        return (
            (not self.formats or has_format(key, self.formats))
            and (self.min_bytes is None or size_bytes >= self.min_bytes)
            and (self.max_bytes is None or size_bytes <= self.max_bytes)
            and (self.modified_after is None or last_modified >= self.modified_after)
            and (self.modified_before is None or last_modified < self.modified_before)
        )


class BackfillLimits(Model):
    """How fast a backfill starts runs."""

    max_at_once: int = Field(2, ge=1, le=1000, description="Runs of this backfill at the same time")
    per_minute: int | None = Field(None, ge=1, le=6000, description="Runs started per minute; null = no limit")


class BackfillRequest(Model):
    """A backfill to create. With `start` it begins as soon as its objects are counted."""

    workflow: str = Field(description="Id of the workflow")
    filters: BackfillFilters = BackfillFilters()
    limits: BackfillLimits = BackfillLimits()
    start: bool = False
    context: RequestContext = Field(NO_CONTEXT, description="Is in the events of the runs")


class BackfillState(StrEnum):
    """`counting` lists the bucket; `ready` awaits its start; the last two are final."""

    COUNTING = "counting"
    READY = "ready"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"


Action = Literal["start", "pause", "resume", "cancel"]
_CHANGES: dict[Action, tuple[tuple[BackfillState, ...], BackfillState]] = {
    "start": ((BackfillState.READY,), BackfillState.RUNNING),
    "pause": ((BackfillState.RUNNING,), BackfillState.PAUSED),
    "resume": ((BackfillState.PAUSED,), BackfillState.RUNNING),
    "cancel": (
        (BackfillState.COUNTING, BackfillState.READY, BackfillState.RUNNING, BackfillState.PAUSED),
        BackfillState.CANCELLED,
    ),
}


def state_after(action: Action, state: BackfillState) -> BackfillState:
    """The state that an action leads to. Raises ConflictError where the state does not allow it."""
    allowed, after = _CHANGES[action]
    if state not in allowed:
        raise ConflictError(
            "the backfill is {state}: {action} is possible only while it is {allowed}",
            state=state.value,
            action=action,
            allowed=", ".join(each.value for each in allowed),
        )
    return after


class ObjectState(StrEnum):
    """`started`: its run is queued or in progress."""

    QUEUED = "queued"
    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"
    SKIPPED = "skipped"


class SkipReason(StrEnum):
    """Why an object that was counted got no run when its turn came."""

    GONE = "gone"
    REPLACED = "replaced"
    OWN_OUTPUT = "own_output"
    OTHER_TRIGGER = "other_trigger"
    PROCESSED = "processed"


SKIP_MEANINGS: dict[SkipReason, str] = {
    SkipReason.GONE: "the object was deleted before its turn came",
    SkipReason.REPLACED: "the object was written again before its turn came: that upload has a run of its own",
    SkipReason.OWN_OUTPUT: "the object is an output of a workflow; outputs never start a workflow",
    SkipReason.OTHER_TRIGGER: "the workflow's trigger was edited and no longer accepts the object",
    SkipReason.PROCESSED: "another run processed the object before its turn came",
}
