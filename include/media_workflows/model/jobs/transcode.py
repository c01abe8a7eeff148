"""`transcode`: a file into another container, codec or size; one rendition per item."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from media_workflows.model.base import Model
from media_workflows.model.jobs.base import FrameSize, JobItem
from media_workflows.model.jobs.watermark import MAX_WATERMARKS, Watermark

Container = Literal["mp4", "mov", "mkv", "ts", "flv", "hls", "m4a", "mp3"]
VideoCodec = Literal["h264", "h265", "copy"]
AudioCodec = Literal["aac", "mp3", "copy"]

AUDIO_CONTAINERS = {"m4a": {"aac", "copy"}, "mp3": {"mp3", "copy"}}
VIDEO_CODECS_BY_CONTAINER = {"flv": {"h264", "copy"}}
FILE_FORMATS = {"hls": "m3u8"}  # {format} when it is not the container's own name


class VideoParameters(FrameSize):
    """Reference 3.3 VideoTemplateInfo; 0 means "as the source" for fps, "the encoder's choice" for bitrate and GOP."""

    codec: VideoCodec = "h264"
    fps: float = Field(0, ge=0, le=120)
    bitrate_kbps: int = Field(0, ge=0, le=100_000)
    crf: int | None = Field(None, ge=0, le=51, description="Constant quality instead of a bitrate")
    gop_frames: int = Field(0, ge=0, le=100_000)
    profile: Literal["default", "baseline", "main", "high"] = "default"

    @field_validator("bitrate_kbps")
    @classmethod
    def _bitrate(cls, value: int) -> int:
        if 0 < value < 128:
            raise ValueError("wants 0 (the encoder's choice) or 128 to 100000 kbps")
        return value

    @model_validator(mode="after")
    def _one_rate_control(self) -> VideoParameters:
        if self.crf is not None and self.bitrate_kbps:
            raise ValueError("wants bitrate_kbps or crf, not both")
        if self.codec == "copy" and (
            self.width or self.height or self.fps or self.bitrate_kbps or self.crf is not None
        ):
            raise ValueError("codec 'copy' keeps the stream as it is: leave out size, fps, bitrate and crf")
        return self


class AudioParameters(Model):
    """Reference 3.3 AudioTemplateInfo; 0 means "as the source", for the bitrate "the encoder's choice"."""

    codec: AudioCodec = "aac"
    bitrate_kbps: int = Field(0, ge=0, le=320)
    sample_rate_hz: int = Field(0, ge=0, le=96_000)
    channels: Literal[0, 1, 2, 6] = 2


class TranscodeParameters(Model):
    """A rendition: container plus video and audio settings; None removes that stream."""

    container: Container
    video: VideoParameters | None = None
    audio: AudioParameters | None = None

    @model_validator(mode="after")
    def _streams_fit_container(self) -> TranscodeParameters:
        if self.video is None and self.audio is None:
            raise ValueError("wants video, audio or both; with neither nothing would be left")
        allowed_audio = AUDIO_CONTAINERS.get(self.container)
        if allowed_audio and self.video is not None:
            raise ValueError(f"container '{self.container}' is audio only: leave out `video`")
        if allowed_audio and self.audio is not None and self.audio.codec not in allowed_audio:
            raise ValueError(
                f"container '{self.container}' takes audio codec {sorted(allowed_audio)}, got '{self.audio.codec}'"
            )
        allowed_video = VIDEO_CODECS_BY_CONTAINER.get(self.container)
        if allowed_video and self.video is not None and self.video.codec not in allowed_video:
            raise ValueError(
                f"container '{self.container}' takes video codec {sorted(allowed_video)}, got '{self.video.codec}'"
            )
        return self

    @property
    def copies_video(self) -> bool:
        return self.video is not None and self.video.codec == "copy"

    @property
    def file_format(self) -> str:
        return FILE_FORMATS.get(self.container, self.container)


class TranscodeItem(JobItem[TranscodeParameters]):
    """One rendition of the source."""

    kind: ClassVar[str] = "transcode"
    default_output_path: ClassVar[str] = "{inputName}_transcode_{definition}.{format}"
    default_segment_path: ClassVar[str] = "{inputName}_transcode_{definition}_{number}.{format}"

    watermarks: list[Watermark] = Field(default_factory=list, max_length=MAX_WATERMARKS)

    @model_validator(mode="after")
    def _copy_keeps_the_picture(self) -> TranscodeItem:
        if self.watermarks and self.parameters and self.parameters.copies_video:
            raise ValueError("codec 'copy' keeps the picture as it is: leave out the watermarks, or encode")
        return self
