"""The results of the items of media jobs: a task for each kind, with the request as input and the files as output."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from media_workflows.vendor_mps.event_models.values import (
    AudioStreamData,
    Count,
    ErrorNumber,
    Key,
    Md5Hex,
    NumberFormat,
    Objects,
    Offset,
    Percent,
    Seconds,
    StoragePlace,
    TaskStatus,
    TemplateId,
    Time,
    VideoStreamData,
)


class Task(TypedDict):
    Status: TaskStatus
    ErrCode: ErrorNumber
    Message: Annotated[str, Field(description="Why it failed")]


class CodedTask(Task):
    ErrCodeExt: Annotated[str, Field(description="Empty unless it failed; the codes are in errors.md")]


class TimedTask(CodedTask):
    BeginProcessTime: Time
    FinishTime: Time


class Input(TypedDict):
    """The request, in the vendor's fields: see vendor-parameters.md."""

    Definition: TemplateId
    OutputStorage: Annotated[StoragePlace | None, Field(description="Null without output")]
    OutputObjectPath: Annotated[
        str,
        Field(
            description="The path of the first main file; without output the pattern, empty for the default one",
        ),
    ]


class TranscodeInput(Input):
    """The request, in the vendor's fields: see vendor-parameters.md."""

    RawParameter: Annotated[dict[str, Any] | None, Field(description="Without a template")]
    OverrideParameter: Annotated[dict[str, Any] | None, Field(description="What differs from the template")]
    WatermarkSet: Annotated[Objects, Field(description="Without the content of images")]
    MosaicSet: Objects
    StartTimeOffset: Offset
    EndTimeOffset: Offset
    SegmentObjectName: Annotated[str, Field(description="Beside the manifest; numbers are variables")]
    ObjectNumberFormat: NumberFormat
    HeadTailParameter: Annotated[dict[str, Any] | None, Field(description="Null without clips before and after")]


class FileData(TypedDict):
    Path: Annotated[Key, Field(description="Of HLS the playlist")]
    Definition: TemplateId
    Bitrate: Annotated[Count, Field(description="Bits per second, of HLS the mean of all its files")]
    Height: Count
    Width: Count
    Size: Annotated[Count, Field(description="Bytes of all its files")]
    Container: str
    Md5: Md5Hex


class TranscodeOutput(FileData):
    OutputStorage: StoragePlace
    Duration: Seconds
    VideoStreamSet: list[VideoStreamData]
    AudioStreamSet: list[AudioStreamData]


class TranscodeTask(CodedTask):
    """The result of a transcode. It has progress instead of times."""

    Input: TranscodeInput
    Output: Annotated[TranscodeOutput | None, Field(description="Null without output")]
    Progress: Percent


class AnimatedGraphicInput(Input):
    """The request, in the vendor's fields: see vendor-parameters.md."""

    StartTimeOffset: Offset
    EndTimeOffset: Offset


class AnimatedGraphicOutput(FileData):
    Storage: StoragePlace
    StartTimeOffset: Offset
    EndTimeOffset: Offset


class AnimatedGraphicTask(TimedTask):
    """The result of an animation."""

    Input: AnimatedGraphicInput
    Output: Annotated[AnimatedGraphicOutput | None, Field(description="Null without output")]


class SnapshotByTimeOffsetInput(Input):
    """The request, in the vendor's fields: see vendor-parameters.md."""

    ExtTimeOffsetSet: list[Annotated[str, Field(pattern="^[0-9.]+[s%]$")]]
    TimeOffsetSet: Annotated[None, Field(description="An old form of ExtTimeOffsetSet")]
    WatermarkSet: Objects
    ObjectNumberFormat: NumberFormat


class PictureData(TypedDict):
    TimeOffset: Seconds
    Path: Key
    WaterMarkDefinition: list[TemplateId]


class SnapshotByTimeOffsetOutput(TypedDict):
    Storage: StoragePlace
    Definition: TemplateId
    PicInfoSet: list[PictureData]


class SnapshotByTimeOffsetTask(TimedTask):
    """The result of snapshots at given times."""

    Input: SnapshotByTimeOffsetInput
    Output: Annotated[SnapshotByTimeOffsetOutput | None, Field(description="Null without output")]


class SampleSnapshotInput(Input):
    """The request, in the vendor's fields: see vendor-parameters.md."""

    WatermarkSet: Objects
    ObjectNumberFormat: NumberFormat


class SampleSnapshotOutput(TypedDict):
    Storage: StoragePlace
    Definition: TemplateId
    SampleType: Literal["Percent", "Time"]
    Interval: Annotated[int, Field(ge=1, description="Per cent or seconds, rounded")]
    ImagePathSet: list[Key]
    WaterMarkDefinition: list[TemplateId]


class SampleSnapshotTask(TimedTask):
    """The result of snapshots at an interval."""

    Input: SampleSnapshotInput
    Output: Annotated[SampleSnapshotOutput | None, Field(description="Null without output")]


class ImageSpriteInput(Input):
    """The request, in the vendor's fields: see vendor-parameters.md."""

    WebVttObjectName: Annotated[str, Field(description="Beside the sheets")]
    ObjectNumberFormat: NumberFormat


class ImageSpriteOutput(TypedDict):
    Storage: StoragePlace
    Definition: TemplateId
    Height: Annotated[Count, Field(description="Of one small picture")]
    Width: Annotated[Count, Field(description="Of one small picture")]
    TotalCount: Annotated[Count, Field(description="Small pictures on all sheets")]
    ImagePathSet: Annotated[list[Key], Field(description="The sheets")]
    WebVttPath: Key


class ImageSpriteTask(TimedTask):
    """The result of a sprite."""

    Input: ImageSpriteInput
    Output: Annotated[ImageSpriteOutput | None, Field(description="Null without output")]


class AdaptiveInput(Input):
    """The request, in the vendor's fields: see vendor-parameters.md."""

    WatermarkSet: Annotated[Objects, Field(description="Without the content of images")]
    SubStreamObjectName: Annotated[str, Field(description="Beside the manifest; numbers are variables")]
    SegmentObjectName: Annotated[str, Field(description="Beside the manifest; numbers are variables")]
    AddOnSubtitles: Objects
    AddOnAudios: Objects
    SubtitleTemplate: Annotated[dict[str, Any] | None, Field(description="Null without subtitles that are burned in")]
    KeyPTSList: Annotated[list[Count], Field(description="Milliseconds")]


class AdaptiveOutput(TypedDict):
    Storage: StoragePlace
    Definition: TemplateId
    Package: Literal["HLS", "MPEG-DASH"]
    Path: Annotated[Key, Field(description="The manifest")]


class AdaptiveDynamicStreamingTask(TimedTask):
    """The result of a ladder."""

    Input: AdaptiveInput
    Output: Annotated[AdaptiveOutput | None, Field(description="Null without output")]
