"""All events as types, also those that the commercial service lacks; `docs/event.schema.json` is generated from these.

See `vendor_mps.event_models` about `TypedDict`. Pure.
"""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, WithJsonSchema, with_config
from typing_extensions import TypeAliasType, TypedDict

from media_workflows.domain.conditions.outcomes import Status
from media_workflows.domain.result import Role
from media_workflows.vendor_mps.event_models.run_event import (
    SIGNED,
    BackfillId,
    EventId,
    RequestId,
    RunNames,
    ScheduleTaskEvent,
    Signature,
    Tags,
    WorkflowTaskEvent,
)
from media_workflows.vendor_mps.event_models.values import Moment

BudgetState = Literal["waiting", "approved", "refused", "not_answered"]


class ObjectFields(TypedDict):
    """An uploaded object."""

    Bucket: str
    Key: str
    Size: Annotated[int, Field(description="Bytes")]
    ETag: str


class OutputFields(TypedDict):
    """A file that was made."""

    Bucket: str
    Key: str
    Size: Annotated[int, Field(description="Bytes")]
    Md5: str


class StepBefore(TypedDict):
    """A step, and what it made."""

    StepId: str
    Kind: Annotated[str, Field(description="Of its job or action")]
    Status: Status | None
    Answer: Annotated[str | dict[str, str] | None, Field(description="Of a step without media")]
    Outputs: Annotated[list[OutputFields], Field(description="Files and manifests")]


class StepContent(TypedDict):
    StepId: Annotated[str, Field(description="The notify step")]
    Source: ObjectFields
    Steps: Annotated[list[StepBefore], Field(description="All steps before it, in the order of the definition")]


class Session(Signature):
    SessionId: NotRequired[Annotated[str, Field(description="`context.id`, where the run has a context")]]
    SessionContext: NotRequired[Annotated[str, Field(description="`context.text`, where the run has a context")]]


class TaggedRun(RunNames):
    """The run that the event is about."""

    Tags: NotRequired[Tags]


class StepRun(TaggedRun):
    """The run that the event is about."""

    BackfillId: NotRequired[BackfillId]
    RequestId: NotRequired[RequestId]
    Shortened: NotRequired[
        Annotated[Literal[True], Field(description="The outputs were left out, as queues accept no larger messages")]
    ]


@with_config(SIGNED)
class StepEvent(Session):
    """The event of a `notify` step."""

    EventType: Literal["WorkflowStep"]
    WorkflowStepEvent: StepContent
    MediaWorkflows: StepRun


class ReviewedFindingFields(TypedDict):
    """A finding with its decision."""

    StepId: str
    Type: Annotated[str, Field(description="The check, such as prohibited.ocr")]
    StartTimeOffset: Annotated[float, Field(description="Seconds")]
    EndTimeOffset: Annotated[float, Field(description="Seconds")]
    Label: str
    Text: Annotated[str, Field(description="The words, or the name of the person")]
    Verdict: Literal["pass", "block"]
    Note: str
    DecidedBy: Annotated[str, Field(description="The name of the user in Airflow")]
    DecidedAt: Moment


class ReviewContent(TypedDict):
    Source: ObjectFields | None
    Suggestion: Annotated[Literal["pass", "review", "block"] | None, Field(description="The verdict of the checks")]
    Verdict: Literal["pass", "block"]
    Note: str
    DecidedBy: Annotated[str, Field(description="The name of the user in Airflow")]
    DecidedAt: Moment
    Findings: Annotated[
        list[ReviewedFindingFields], Field(description="The findings that have a decision, in the order of time")
    ]


@with_config(SIGNED)
class ReviewEvent(Session):
    """The event of a person's decision on a run that did not wait for it."""

    EventType: Literal["WorkflowReview"]
    WorkflowReviewEvent: ReviewContent
    MediaWorkflows: TaggedRun


class BudgetContent(TypedDict):
    Source: ObjectFields
    State: BudgetState
    Message: Annotated[str, Field(description="While it waits: what it would use, and the budget")]
    AnswerUntil: Annotated[Moment | None, Field(description="While it waits: when it is refused without an answer")]
    Who: Annotated[
        list[str],
        Field(
            description="While it waits: ids of the Airflow users who may answer; empty = all who may answer required "
            "actions"
        ),
    ]
    DecidedBy: Annotated[str, Field(description="The name of the user in Airflow; empty without an answer")]


@with_config(SIGNED)
class BudgetEvent(Session):
    """The event of a run that waits for a person because of its budget, and of the decision."""

    EventType: Literal["WorkflowBudget"]
    WorkflowBudgetEvent: BudgetContent
    MediaWorkflows: TaggedRun


class AddOnFields(ObjectFields):
    """The uploaded add-on."""

    UploadedAt: Moment | None


class WrittenFile(OutputFields):
    """A file of a ladder."""

    Role: Annotated[Role, WithJsonSchema({"enum": ["segment", "playlist", "manifest"], "type": "string"})]


class TrackContent(TypedDict):
    StepId: Annotated[str, Field(description="The step that made the ladder")]
    Source: ObjectFields
    AddOn: AddOnFields
    Type: Literal["audio", "subtitle"]
    Language: Annotated[str, Field(description="BCP 47; empty = unknown")]
    Name: Annotated[str, Field(description="The label in players")]
    Replaces: Annotated[bool, Field(description="Whether the ladder had an earlier version of the track")]
    Outputs: Annotated[list[WrittenFile], Field(description="The objects that were written, the manifest last")]


@with_config(SIGNED)
class TrackEvent(Signature):
    """The event of an add-on that joined a published ladder."""

    EventType: Literal["WorkflowTrack"]
    WorkflowTrackEvent: TrackContent
    MediaWorkflows: RunNames


class AddOnPlace(TypedDict):
    """The uploaded object that could not join."""

    Bucket: str
    Key: str


class TrackFailedContent(TypedDict):
    Source: ObjectFields
    AddOn: AddOnPlace
    ErrCodeExt: Annotated[str, Field(min_length=1, description="See errors.md")]
    Message: Annotated[str, Field(min_length=1)]
    JoinRunId: Annotated[str, Field(description="The run of media_sidecars that failed")]


@with_config(SIGNED)
class TrackFailedEvent(Signature):
    """The event of an add-on that could not join the published ladders of a run."""

    EventType: Literal["WorkflowTrackFailed"]
    WorkflowTrackFailedEvent: TrackFailedContent
    MediaWorkflows: RunNames


EventBody = TypeAliasType(
    "EventBody",
    Annotated[
        WorkflowTaskEvent | ScheduleTaskEvent | StepEvent | TrackEvent | TrackFailedEvent | ReviewEvent | BudgetEvent,
        Field(discriminator="EventType"),
    ],
)


class CloudEvent(TypedDict):
    """The body in its CloudEvents 1.0 envelope, for targets of format cloud_event."""

    specversion: Literal["1.0"]
    id: EventId
    source: Annotated[str, Field(pattern="^/media-workflows/workflows/", json_schema_extra={"format": "uri-reference"})]
    type: Literal[
        "org.media-workflows.workflow-task.finish",
        "org.media-workflows.workflow-task.change",
        "org.media-workflows.schedule-task.finish",
        "org.media-workflows.schedule-task.change",
        "org.media-workflows.workflow-step",
        "org.media-workflows.workflow-track",
        "org.media-workflows.workflow-track-failed",
        "org.media-workflows.workflow-review",
        "org.media-workflows.workflow-budget",
    ]
    subject: Annotated[str, Field(pattern="^runs/.")]
    time: Moment
    datacontenttype: Literal["application/json"]
    data: EventBody
