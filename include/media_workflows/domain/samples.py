"""Samples: a few seconds of an output, made before a workflow is saved, with quality and size. Nothing is published."""

from __future__ import annotations

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.jobs.transcode import TranscodeParameters
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice

SAMPLE_S, LEAST_SAMPLE_S = 10.0, 1.0


class SampleRange(Model):
    """The requested part of the source; it is moved into the range that the output shows."""

    at_s: float | None = Field(None, ge=0, allow_inf_nan=False, description="Seconds; none = around the middle")
    length_s: float = Field(SAMPLE_S, ge=LEAST_SAMPLE_S, le=SAMPLE_S)


class OutputId(Model):
    """An output of a workflow: item `item` of a step's job, and of a ladder the sub-stream `rendition`."""

    step_id: str
    item: int = Field(ge=0)
    rendition: int | None = None


class SampleOutput(OutputId):
    """An output that can be tried, and what it is encoded to."""

    kind: str
    template: int | None
    parameters: TranscodeParameters


class SkippedOutput(Model):
    """An item that cannot be tried: the step reads the output of the step `reads`, or it would fail by `message`."""

    step_id: str
    kind: str
    reads: str = ""
    message: str = ""


class SamplePlan(Model):
    """The outputs of video and sound that can be tried with a source, and those that cannot."""

    source: MediaInfo
    outputs: tuple[SampleOutput, ...]
    skipped: tuple[SkippedOutput, ...] = ()


class Sample(Model):
    """A sample of an output, or of the source for comparison.

    `vmaf` and `ssim` compare the picture with the frames that the encoder received; None = not measured (a copied
    picture, sound alone, or this ffmpeg cannot). `projected_bytes` is the size of the whole output at the sample's
    bitrate. `content` is the file in base64; '' = it is larger than setting sample_max_bytes.
    """

    at_s: float
    length_s: float
    info: MediaInfo
    size_bytes: int
    bitrate_kbps: float
    projected_bytes: int
    vmaf: float | None = None
    ssim: float | None = None
    elapsed_s: float
    notices: tuple[Notice, ...] = ()
    content_type: str
    content: str
