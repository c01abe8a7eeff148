"""`transcode`: a file into another container, codec or size; one rendition per item."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from media_workflows.model.base import Model
from media_workflows.model.jobs.base import JobItem, TimeRange
from media_workflows.model.jobs.containers import Container, codec_fault, file_format
from media_workflows.model.jobs.mosaic import MAX_MOSAICS, Mosaic
from media_workflows.model.jobs.streams import AudioParameters, VideoParameters
from media_workflows.model.jobs.watermark import MAX_WATERMARKS, Watermark

SegmentType = Literal["ts", "ts-byterange", "mp4", "mp4-byterange"]
MAX_JOINED = 10  # clips before and after


class TranscodeParameters(Model):
    """A rendition: container plus video and audio settings; None removes that stream."""

    container: Container
    video: VideoParameters | None = None
    audio: AudioParameters | None = None
    segment_type: SegmentType = Field("ts", description="HLS: what the segments are")
    segment_s: float = Field(10, gt=0, le=10, description="HLS: seconds of a segment")

    @model_validator(mode="after")
    def _streams_fit_container(self) -> TranscodeParameters:
        if self.video is None and self.audio is None:
            raise ValueError("wants video, audio or both; with neither nothing would be left")
        if fault := codec_fault(self.container, self.video, self.audio):
            raise ValueError(fault)
        if self.container != "hls" and self.model_fields_set & {"segment_type", "segment_s"}:
            default = TranscodeParameters.model_fields
            if any(getattr(self, name) != default[name].default for name in ("segment_type", "segment_s")):
                raise ValueError("segment_type and segment_s belong to container 'hls': leave them out")
        return self

    @property
    def copies_video(self) -> bool:
        return self.video is not None and self.video.codec == "copy"

    @property
    def needs_hardware(self) -> bool:
        return self.video is not None and self.video.encoder != "software"

    @property
    def file_format(self) -> str:
        return file_format(self.container)


class TranscodeItem(JobItem[TranscodeParameters], TimeRange):
    """One rendition of the source, or of a part of it.

    `start_offset_s` and `end_offset_s` choose the part: 0 = the source's start and end, n = n seconds
    from the start, -n = n seconds before the end. `head` and `tail` are object keys in the trigger
    bucket, played before and after it.
    """

    kind: ClassVar[str] = "transcode"
    default_output_path: ClassVar[str] = "{inputName}_transcode_{definition}.{format}"
    default_segment_path: ClassVar[str] = "{inputName}_transcode_{definition}_{number}.{format}"

    override: dict[str, Any] | None = Field(None, description="Parameters that differ from the template's")
    watermarks: list[Watermark] = Field(default_factory=list, max_length=MAX_WATERMARKS)
    mosaics: list[Mosaic] = Field(default_factory=list, max_length=MAX_MOSAICS)
    head: list[str] = Field(default_factory=list, max_length=MAX_JOINED, description="Keys of clips before")
    tail: list[str] = Field(default_factory=list, max_length=MAX_JOINED, description="Keys of clips after")
    segment_path: str = Field("", description="HLS: name pattern of the segments, beside the manifest")

    @property
    def extra_keys(self) -> tuple[str, ...]:
        return (*self.head, *self.tail)

    @model_validator(mode="after")
    def _override_has_a_template(self) -> TranscodeItem:
        if self.override is not None and self.template is None:
            raise ValueError("override changes a template: give `template`, or write all into `parameters`")
        return self

    @model_validator(mode="after")
    def _parts_fit(self) -> TranscodeItem:
        if self.parameters and (fault := recipe_fault(self, self.parameters)):
            raise ValueError(fault)
        return self


def recipe_fault(item: TranscodeItem, parameters: TranscodeParameters) -> str:
    """What an item asks that its recipe cannot give; '' = nothing."""
    joins = bool(item.head or item.tail)
    if joins and parameters.video and parameters.video.hdr == "keep":
        return "clips of different light cannot be joined in HDR: leave out head and tail, or hdr 'keep'"
    if not parameters.copies_video:
        return ""
    if item.watermarks or item.mosaics:
        return "codec 'copy' keeps the picture as it is: leave out watermarks and mosaics, or encode"
    if joins:
        return "codec 'copy' cannot join clips: leave out head and tail, or encode"
    return ""
