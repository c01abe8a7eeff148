"""The event of a run, in the commercial service's two shapes, and what `MediaWorkflows` adds to them."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import ConfigDict, Field, JsonValue, with_config
from typing_extensions import TypeAliasType, TypedDict

from media_workflows.vendor_mps.event_models.checks import (
    Analysis,
    ExecRuleTask,
    OwnReview,
    QualityControlTask,
    QualityReport,
    Recognition,
    Review,
    ScheduleAnalysisTask,
    ScheduleRecognitionTask,
    ScheduleReviewTask,
)
from media_workflows.vendor_mps.event_models.media_tasks import (
    AdaptiveDynamicStreamingTask,
    AnimatedGraphicTask,
    ImageSpriteTask,
    SampleSnapshotTask,
    SnapshotByTimeOffsetTask,
    TranscodeTask,
)
from media_workflows.vendor_mps.event_models.values import AnyInput, ErrorNumber, MetaData, Time

EventId = TypeAliasType(
    "EventId", Annotated[str, Field(pattern="^evt_", description="The same for each attempt to send the event")]
)
Tags = TypeAliasType("Tags", Annotated[dict[str, str], Field(description="`context.tags` of the request or backfill")])
BackfillId = Annotated[str, Field(description="The backfill that started the run")]
RequestId = Annotated[str, Field(description="The request for ad-hoc processing that the run belongs to")]
RunStatus = Annotated[
    Literal["PROCESSING", "FINISH"], Field(description="FINISH also if items or steps failed: see each result")
]
TaskMessage = Annotated[str, Field(description="With ErrCode: the code and the cause, else empty")]
SourceInput = Annotated[
    AnyInput | None,
    Field(description="The source, or what a request names; null where the run of a workflow ended before it had one"),
]
SourceData = Annotated[MetaData | None, Field(description="Of the source; null until a job has opened it")]
MediaType = Literal[
    "Transcode",
    "AnimatedGraphics",
    "SnapshotByTimeOffset",
    "SampleSnapshot",
    "ImageSprites",
    "AdaptiveDynamicStreaming",
]
# The task key that holds the result, by its type.
RESULT_KEYS = {
    "Transcode": "TranscodeTask",
    "AnimatedGraphics": "AnimatedGraphicTask",
    "SnapshotByTimeOffset": "SnapshotByTimeOffsetTask",
    "SampleSnapshot": "SampleSnapshotTask",
    "ImageSprites": "ImageSpriteTask",
    "AdaptiveDynamicStreaming": "AdaptiveDynamicStreamingTask",
}
_BY_TYPE: list[JsonValue] = [
    {"properties": {"Type": {"const": type_}, key: {"type": "object"}}} for type_, key in RESULT_KEYS.items()
]
SIGNED = ConfigDict(json_schema_extra={"dependentRequired": {"Sign": ["Timestamp"], "Timestamp": ["Sign"]}})


class MediaTasks(TypedDict):
    TranscodeTask: TranscodeTask | None
    AnimatedGraphicTask: AnimatedGraphicTask | None
    SnapshotByTimeOffsetTask: SnapshotByTimeOffsetTask | None
    SampleSnapshotTask: SampleSnapshotTask | None
    ImageSpriteTask: ImageSpriteTask | None
    AdaptiveDynamicStreamingTask: AdaptiveDynamicStreamingTask | None


@with_config(ConfigDict(json_schema_extra={"oneOf": _BY_TYPE}))
class Result(MediaTasks):
    """The result of one item. The task key of its type holds it, the other task keys are null."""

    Type: MediaType


class WorkflowTask(TypedDict):
    """A run of a workflow."""

    TaskId: Annotated[str, Field(pattern="^.*-WorkflowTask-.+t0$")]
    Status: RunStatus
    ErrCode: Annotated[
        ErrorNumber,
        Field(description="Not 0: a job failed by its source, or the run ended before any job opened it"),
    ]
    Message: TaskMessage
    InputInfo: SourceInput
    MetaData: SourceData
    MediaProcessResultSet: Annotated[list[Result], Field(description="One for each item of each job")]
    AiContentReviewResultSet: Annotated[list[Review], Field(description="One for each check of a review")]
    AiAnalysisResultSet: Annotated[list[Analysis], Field(description="One for each check of an analysis")]
    AiRecognitionResultSet: Annotated[list[Recognition], Field(description="One for each check of a recognition")]
    AiQualityControlTaskResult: Annotated[
        QualityControlTask | None,
        Field(description="Null unless there is a quality control, or an analysis of quality"),
    ]
    SmartSubtitlesTaskResult: None
    SmartEraseTaskResult: None
    AiDubbingTaskResult: None


class ActivityResItem(MediaTasks):
    """The task key of the type holds the result, the other task keys are null."""

    RecognitionTask: ScheduleRecognitionTask | None
    ReviewTask: ScheduleReviewTask | None
    AnalysisTask: ScheduleAnalysisTask | None
    QualityControlTask: QualityControlTask | None
    ExecRuleTask: ExecRuleTask | None
    SmartSubtitlesTask: None
    SmartEraseTask: None
    AIDubbingTask: None


class Activity(TypedDict):
    """The result of one item of a step."""

    ActivityType: Literal[
        MediaType,
        "AiContentReview",
        "AIRecognition",
        "AIAnalysis",
        "AiQualityControl",
        "ExecRule",
    ]
    ActivityResItem: ActivityResItem


class ScheduleTask(TypedDict):
    """A run of a workflow with steps."""

    TaskId: Annotated[str, Field(pattern="^.*-ScheduleTask-.+t0$")]
    Status: RunStatus
    ErrCode: ErrorNumber
    Message: TaskMessage
    InputInfo: SourceInput
    MetaData: SourceData
    ActivityResultSet: Annotated[
        list[Activity],
        Field(description="One for each item of each step, in the order of steps; none of a step that was skipped"),
    ]


class NoticeData(TypedDict):
    """What was left out, converted or repaired."""

    Code: Annotated[str, Field(pattern="^[A-Z][A-Za-z]+$")]
    Message: Annotated[str, Field(min_length=1)]
    Parameters: dict[str, str | float]


class Times(TypedDict):
    BeginProcessTime: Time
    FinishTime: Time


class RunNames(TypedDict):
    """The run that the event is about."""

    EventId: EventId
    WorkflowId: str
    WorkflowName: str
    Revision: Annotated[int, Field(ge=0, description="Of the workflow's definition; 0 in a test event")]
    RunId: Annotated[str, Field(description="The DAG run in Airflow; in the event of an add-on, that of the ladder")]


class MediaWorkflows(RunNames):
    """What the commercial service's events lack; left out by `format: vendor`."""

    FinishTime: Time
    SourceMetadata: NotRequired[
        Annotated[dict[str, str], Field(description="The user metadata of the source object, where it has any")]
    ]
    ReusedRunIds: Annotated[
        list[str | None],
        Field(
            description="For each entry of MediaProcessResultSet or ActivityResultSet: the run that produced the "
            "reused outputs; null = this one, or not ended"
        ),
    ]
    Notices: Annotated[
        list[list[NoticeData]],
        Field(description="For each of the same results: what was left out, converted or repaired"),
    ]
    Times: Annotated[
        list[Times | None], Field(description="For each of the same results; null = not ended, or no item")
    ]
    Reviews: list[OwnReview]
    QualityReports: Annotated[
        list[QualityReport], Field(description="For each quality control and analysis of quality that ended")
    ]
    BackfillId: NotRequired[BackfillId]
    RequestId: NotRequired[RequestId]
    Tags: NotRequired[Tags]
    Shortened: NotRequired[
        Annotated[
            Literal[True], Field(description="Lists of pictures are left out: the event was too long for a queue")
        ]
    ]
    Test: NotRequired[Annotated[Literal[True], Field(description="A test event: there was no such run")]]


class Signature(TypedDict):
    Timestamp: NotRequired[
        Annotated[int, Field(description="With a NotifyKey: when the signature expires, Unix seconds")]
    ]
    Sign: NotRequired[
        Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="With a NotifyKey: MD5(Timestamp + NotifyKey)")]
    ]


class RunEvent(Signature):
    SessionId: Annotated[str, Field(description="`context.id` of the request or backfill; else empty")]
    SessionContext: Annotated[str, Field(description="`context.text` of the request or backfill; else empty")]
    MediaWorkflows: NotRequired[MediaWorkflows]


@with_config(SIGNED)
class WorkflowTaskEvent(RunEvent):
    """The event of a run, as a WorkflowTask."""

    EventType: Literal["WorkflowTask"]
    WorkflowTaskEvent: WorkflowTask


@with_config(SIGNED)
class ScheduleTaskEvent(RunEvent):
    """The event of a run, as a ScheduleTask."""

    EventType: Literal["ScheduleTask"]
    ScheduleTaskEvent: ScheduleTask
