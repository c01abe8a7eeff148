"""Values that occur in several places of an event, places of objects, and the properties of media files."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypeAliasType, TypedDict

Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]
Percent = Annotated[int, Field(ge=0, le=100, description="Per cent")]
Md5Hex = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Objects = list[dict[str, Any]]
TaskStatus = Literal["PROCESSING", "SUCCESS", "FAIL"]
Offset = TypeAliasType(
    "Offset", Annotated[float, Field(description="Seconds; 0 = the start or the end, -n = n before the end")]
)
TemplateId = TypeAliasType("TemplateId", Annotated[int, Field(ge=0, description="Template id; 0 = raw parameters")])
Key = TypeAliasType(
    "Key",
    Annotated[
        str,
        Field(
            min_length=1,
            description="Object key, without a leading slash of ours; with `storage_form: cos` after a '/'",
        ),
    ],
)
ErrorNumber = TypeAliasType(
    "ErrorNumber",
    Annotated[Literal[0, 40000, 60000, 70000], Field(description="0 = no error; the start of ErrCodeExt decides")],
)
Time = TypeAliasType(
    "Time",
    Annotated[
        str,
        Field(
            pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
            description="UTC; 0000-00-00T00:00:00Z = not yet",
        ),
    ],
)
NumberFormat = TypeAliasType(
    "NumberFormat", Annotated[dict[str, Any] | None, Field(description="Null for plain numbers from 0")]
)


class S3Input(TypedDict):
    S3Bucket: str
    S3Region: Annotated[str, Field(description="As the workflow names it, else as found when it was enabled")]
    S3Object: Key


class CosInput(TypedDict):
    Bucket: str
    Region: str
    Object: Annotated[str, Field(pattern="^/", description="Object key after a '/'")]


class UrlInput(TypedDict):
    Url: str


class InputOnS3(TypedDict):
    """An object on S3."""

    Type: Literal["AWS-S3"]
    S3InputInfo: S3Input


class InputOnCos(TypedDict):
    """An object, with `storage_form: cos`."""

    Type: Literal["COS"]
    CosInputInfo: CosInput


class InputAtUrl(TypedDict):
    """The URL of a request for ad-hoc processing, without its query, where its file was not fetched."""

    Type: Literal["URL"]
    UrlInputInfo: UrlInput


InputInfo = InputOnS3 | InputOnCos | InputAtUrl
AnyInput = TypeAliasType("AnyInput", Annotated[InputInfo, Field(discriminator="Type")])


class S3Place(TypedDict):
    S3Bucket: str
    S3Region: str


class CosPlace(TypedDict):
    Bucket: str
    Region: str


class StorageOnS3(TypedDict):
    """A bucket on S3."""

    Type: Literal["AWS-S3"]
    S3OutputStorage: S3Place


class StorageOnCos(TypedDict):
    """A bucket, with `storage_form: cos`."""

    Type: Literal["COS"]
    CosOutputStorage: CosPlace


StoragePlace = TypeAliasType("StoragePlace", Annotated[StorageOnS3 | StorageOnCos, Field(discriminator="Type")])


class VideoStreamData(TypedDict):
    """A video stream."""

    Bitrate: Annotated[Count, Field(description="Bits per second; 0 if the file does not state it")]
    Height: Count
    Width: Count
    Codec: str
    Fps: Annotated[Count, Field(description="Rounded; the fraction below is exact")]
    ColorPrimaries: Annotated[str, Field(description="Empty if the file does not state it, as the next two")]
    ColorSpace: str
    ColorTransfer: str
    HdrType: Literal["", "HDR10", "HLG", "DolbyVision"]
    Codecs: Annotated[str, Field(description="RFC 6381, for example avc1.64001e; empty where it has none")]
    FpsNumerator: Count
    FpsDenominator: Annotated[int, Field(ge=1)]


class AudioStreamData(TypedDict):
    """An audio stream."""

    Bitrate: Annotated[Count, Field(description="Bits per second; 0 if the file does not state it")]
    SamplingRate: Annotated[Count, Field(description="Hz")]
    Codec: str
    Channel: Annotated[Count, Field(description="Number of channels")]
    Codecs: Annotated[str, Field(description="RFC 6381; empty where it has none")]


class MetaData(TypedDict):
    """The properties of a file."""

    Size: Annotated[Count, Field(description="Bytes")]
    Container: Annotated[str, Field(description="One word, such as mp4")]
    Bitrate: Annotated[Count, Field(description="Bits per second")]
    Height: Annotated[Count, Field(description="Coded pixels; 0 without video")]
    Width: Annotated[Count, Field(description="Coded pixels; 0 without video")]
    Duration: Seconds
    Rotate: Annotated[int, Field(description="Degrees by which players rotate the video")]
    VideoStreamSet: list[VideoStreamData]
    AudioStreamSet: list[AudioStreamData]
    VideoDuration: Seconds
    AudioDuration: Seconds
