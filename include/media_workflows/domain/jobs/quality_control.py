"""`quality_control` (质检): measured problems of picture, sound and streams, a JSON report and pictures of problems.

Items are named after the vendor's, in our spelling: `NoVoice` is `no_voice`.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from media_workflows.domain.base import Model
from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.quality_thresholds import (
    AacDeviation,
    AudioBitrateRange,
    AudioNoise,
    BitrateRange,
    BlackScreen,
    BlackWhiteEdge,
    Blur,
    Deviation,
    DuplicatedFrames,
    DurationMismatch,
    FrameRate,
    Gap,
    HighLighting,
    HighVoice,
    Interleave,
    Jitter,
    LowLighting,
    LowResolution,
    LowVoice,
    Mosaic,
    Noise,
    NoVoice,
    OutOfPhase,
    RateDeviation,
    RepeatedPackets,
    SolidColorScreen,
    WithoutThreshold,
)
from media_workflows.domain.sub_tasks.quality_control import QUALITY


class QualityControlParameters(Model):
    """The items of a quality control. One that is left out is off."""

    black_screen: BlackScreen | None = None
    video_duplicated_frame: DuplicatedFrames | None = None
    no_voice: NoVoice | None = None
    low_voice: LowVoice | None = None
    high_voice: HighVoice | None = None
    video_stream_lack: WithoutThreshold | None = None
    audio_stream_lack: WithoutThreshold | None = None
    stream_parse_failed: WithoutThreshold | None = None
    duration_mismatch: DurationMismatch | None = None
    low_resolution: LowResolution | None = None
    odd_resolution: WithoutThreshold | None = None
    dar_or_sar_invalid: WithoutThreshold | None = None
    video_rotation: WithoutThreshold | None = None
    frame_rate: FrameRate | None = None
    # Picture.
    mosaic: Mosaic | None = None
    blur: Blur | None = None
    jitter: Jitter | None = None
    noise: Noise | None = None
    black_white_edge: BlackWhiteEdge | None = None
    solid_color_screen: SolidColorScreen | None = None
    low_lighting: LowLighting | None = None
    high_lighting: HighLighting | None = None
    crash_screen: WithoutThreshold | None = None
    qr_code: WithoutThreshold | None = None
    bar_code: WithoutThreshold | None = None
    # Sound.
    audio_noise: AudioNoise | None = None
    audio_out_of_phase: OutOfPhase | None = None
    audio_duplicated_frame: RepeatedPackets | None = None
    audio_dropping_frames: Gap | None = None
    aac_duration_deviation: AacDeviation | None = None
    # Streams that change on the way.
    video_resolution_changed: WithoutThreshold | None = None
    audio_sample_rate_changed: WithoutThreshold | None = None
    audio_channels_changed: WithoutThreshold | None = None
    parameter_sets_changed: WithoutThreshold | None = None
    # Clocks.
    timestamp_fallback: WithoutThreshold | None = None
    dts_jitter: Deviation | None = None
    pts_jitter: Deviation | None = None
    pts_less_than_dts: WithoutThreshold | None = None
    fps_jitter: RateDeviation | None = None
    video_dropping_frames: Gap | None = None
    av_timestamp_interleave: Interleave | None = None
    # Broken data.
    stream_open_failed: WithoutThreshold | None = None
    stream_nalu_error: WithoutThreshold | None = None
    video_decode_failed: WithoutThreshold | None = None
    audio_decode_failed: WithoutThreshold | None = None
    # Forms of streams and containers.
    video_first_frame_not_idr: WithoutThreshold | None = None
    ts_stream_no_aud: WithoutThreshold | None = None
    ts_multi_programs: WithoutThreshold | None = None
    video_bitrate_out_of_range: BitrateRange | None = None
    audio_bitrate_out_of_range: AudioBitrateRange | None = None
    mp4_invalid_codec_fourcc: WithoutThreshold | None = None
    timecode_track_exist: WithoutThreshold | None = None

    @model_validator(mode="after")
    def _something_to_check(self) -> QualityControlParameters:
        if not self.items:
            raise invalid("must have at least one item of: {items}", items=", ".join(type(self).model_fields))
        return self

    @property
    def items(self) -> tuple[str, ...]:
        """The names of the items that are on."""
        return tuple(name for name, value in self if value is not None)


class QualityControlItem(JobItem[QualityControlParameters]):
    """A quality control. Its output files are the report and pictures of problems."""

    kind: ClassVar[str] = "quality_control"
    task_name: ClassVar[str] = "Quality control"
    encodes: ClassVar[bool] = True  # a decode of the whole source
    default_output_path: ClassVar[str] = "{inputName}_qualityControl_{definition}.{format}"
    default_picture_path: ClassVar[str] = "{inputName}_qualityControl_{definition}_{number}.{format}"
    report_format: ClassVar[str] = "json"
    picture_format: ClassVar[str] = "jpg"
    companion_variables: ClassVar[frozenset[str]] = frozenset({"number"})

    picture_path: str = Field("", description="Name pattern of the pictures of problems")

    @property
    def file_format(self) -> str:
        return self.report_format

    @property
    def companion_patterns(self) -> dict[str, tuple[str, str]]:
        """The pattern of the pictures."""
        return {"picture_path": (self.picture_path or self.default_picture_path, self.picture_format)}

    @property
    def least_variables(self) -> dict[str, str]:
        """The first picture has the number 0."""
        return {"number": "0"}

    @property
    def sub_task_types(self) -> tuple[str, ...]:
        return (QUALITY,)
