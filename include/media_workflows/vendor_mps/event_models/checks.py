"""The results of reviews, recognitions, analyses and quality controls: an entry for each check."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from media_workflows.vendor_mps.event_models.media_tasks import CodedTask, Task, TimedTask
from media_workflows.vendor_mps.event_models.values import Count, Percent, Seconds, TaskStatus, TemplateId


class CheckInput(TypedDict):
    """The request."""

    Definition: TemplateId


class ReviewFindings(TypedDict):
    """What a check of a review found."""

    Confidence: Annotated[float, Field(ge=0, le=100)]
    Suggestion: Literal["pass", "review", "block"]
    Label: NotRequired[str]
    SegmentSet: list[dict[str, Any]]


class ReviewTask(CodedTask):
    """The result of a check of a review."""

    Input: CheckInput
    Output: ReviewFindings | None


class Review(TypedDict):
    """A check of a review. The task key of its type holds the result, the other task keys are null."""

    Type: Annotated[str, Field(pattern="^(Porn|Terrorism|Political|Prohibited)([.](Asr|Ocr))?$")]
    SampleRate: Annotated[float, Field(description="Frames per second; 0 = sound")]
    Duration: Seconds
    PornTask: ReviewTask | None
    TerrorismTask: ReviewTask | None
    PoliticalTask: ReviewTask | None
    PornAsrTask: ReviewTask | None
    PornOcrTask: ReviewTask | None
    PoliticalAsrTask: ReviewTask | None
    PoliticalOcrTask: ReviewTask | None
    TerrorismOcrTask: ReviewTask | None
    ProhibitedAsrTask: ReviewTask | None
    ProhibitedOcrTask: ReviewTask | None


class OwnReview(TypedDict):
    """A check of a review with all that was found, also what the commercial service's types lack."""

    Type: Annotated[
        str,
        Field(pattern="^((Porn|Terrorism|Political|Prohibited)([.](Asr|Ocr))?|UserDefine[.](Asr|Ocr|Face))$"),
    ]
    Status: TaskStatus
    ErrCodeExt: str
    Message: str
    Input: CheckInput
    Output: ReviewFindings | None


class SubTask(Task):
    """The result of a check. The fields of Output are in intelligence.md."""

    ErrCodeExt: NotRequired[Annotated[str, Field(description="Empty unless it failed; the codes are in errors.md")]]
    Input: CheckInput
    Output: dict[str, Any] | None


class Recognition(TypedDict):
    """A check of a recognition. The task key of its type holds the result, the other task keys are null."""

    Type: Literal[
        "FaceRecognition",
        "AsrWordsRecognition",
        "OcrWordsRecognition",
        "AsrFullTextRecognition",
        "OcrFullTextRecognition",
    ]
    FaceTask: SubTask | None
    AsrWordsTask: SubTask | None
    OcrWordsTask: SubTask | None
    AsrFullTextTask: SubTask | None
    OcrFullTextTask: SubTask | None
    TransTextTask: None
    ObjectTask: None


class Analysis(TypedDict):
    """A check of an analysis. The task key of its type holds the result, the other task keys are null."""

    Type: Literal["Classification", "Cover", "Tag", "FrameTag", "Highlight", "Description"]
    ClassificationTask: SubTask | None
    CoverTask: SubTask | None
    TagTask: SubTask | None
    FrameTagTask: SubTask | None
    HighlightTask: SubTask | None
    DescriptionTask: SubTask | None
    DeLogoTask: None
    SegmentTask: None
    HeadTailTask: None


class QualityControlTask(CodedTask):
    """The result of a quality control, or of an analysis of quality."""

    Input: CheckInput
    Output: dict[str, Any] | None
    Progress: Percent


class QualityReport(TypedDict, total=False):
    """`Measurements` of a quality control, `Loudness` of an analysis of quality."""

    Measurements: list[dict[str, Any]]
    Loudness: dict[str, Any]


class ScheduleReviewTask(TimedTask):
    """The result of a review."""

    Input: CheckInput
    Output: Annotated[list[Review], Field(description="One for each check")]


class ScheduleRecognitionTask(TimedTask):
    """The result of a recognition."""

    Input: CheckInput
    Output: Annotated[list[Recognition], Field(description="One for each check")]


class ScheduleAnalysisTask(TimedTask):
    """The result of an analysis."""

    Input: CheckInput
    Output: Annotated[list[Analysis], Field(description="One for each check")]


class ChosenNodes(TypedDict):
    RearDriveIndex: Annotated[
        list[Count], Field(description="The nodes that were chosen, by their index in the schedule")
    ]


class ExecRuleTask(TypedDict):
    """A node of rules of an imported schedule."""

    Status: TaskStatus
    ErrCodeExt: str
    Message: str
    Input: Annotated[dict[str, Any], Field(description="The node's ExecRulesTask, as it was imported")]
    Output: ChosenNodes | None
