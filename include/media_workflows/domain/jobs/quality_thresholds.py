"""The thresholds of the items of a quality control. The sources of the defaults are in docs/quality-control.md."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from media_workflows.domain.base import Model
from media_workflows.domain.invalid import invalid

Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Decibels = Annotated[float, Field(ge=-120, le=20, allow_inf_nan=False)]
FramesPerSecond = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)]
Kbps = Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)]
Strength = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
_SHORTER = "Shorter ones are no problem; seconds"


class BlackScreen(Model):
    """Black pictures."""

    min_duration_s: Seconds = Field(2.0, description=_SHORTER)
    pixel_level: Share = Field(0.1, description="Luminance up to which a pixel is black")
    picture_share: Share = Field(0.98, description="Share of black pixels that makes a picture black")


class DuplicatedFrames(Model):
    """A picture that stands still."""

    min_duration_s: Seconds = Field(2.0, description=_SHORTER)
    difference: Share = Field(0.001, description="Mean difference of two pictures that count as equal")


class NoVoice(Model):
    """Silence."""

    min_duration_s: Seconds = Field(2.0, description=_SHORTER)
    level_db: Decibels = Field(-60.0, description="Level up to which sound is silence; dBFS")


class LowVoice(Model):
    """Sound that is too quiet as a whole."""

    min_lufs: Decibels = Field(-31.0, description="Lowest integrated loudness by EBU R 128; LUFS")


class HighVoice(Model):
    """Sound that is overdriven."""

    max_dbtp: Decibels = Field(-1.0, description="Highest true peak; dBTP")


class LowResolution(Model):
    """A picture with too few pixels."""

    min_short_edge: int = Field(360, ge=1, le=16_384, description="Pixels of the short edge, as shown")


class FrameRate(Model):
    """An average frame rate out of range."""

    min_fps: FramesPerSecond = Field(23.9, description="Lowest average frame rate")
    max_fps: FramesPerSecond = Field(120.0, description="Highest average frame rate")

    @model_validator(mode="after")
    def _in_order(self) -> FrameRate:
        if self.min_fps > self.max_fps:
            raise invalid("min_fps must be at most max_fps")
        return self


class DurationMismatch(Model):
    """Picture and sound that do not begin or end together."""

    max_difference_s: Seconds = Field(0.5, description="Largest difference of their starts or ends; seconds")


class WithoutThreshold(Model):
    """An item without a threshold."""


class Lasting(Model):
    """A problem that counts only if it lasts."""

    min_duration_s: Seconds = Field(1.0, description=_SHORTER)


class Mosaic(Lasting):
    """Visible edges of coding blocks."""

    max_blockiness: Strength = Field(
        4.0, description="Greatest step on a regular grid, as multiple of the usual step between pixels"
    )


class Blur(Lasting):
    """A picture without sharp edges."""

    max_blur: Strength = Field(20.0, description="Greatest width of edges, by ffmpeg's blurdetect")


class Jitter(Lasting):
    """A picture that shakes."""

    max_shift: Share = Field(0.01, description="Largest mean shift back and forth, as share of the width")


class Noise(Lasting):
    """Grain and noise in the picture."""

    max_sigma: Strength = Field(6.0, description="Highest standard deviation where the picture is calm, of 255 levels")


class BlackWhiteEdge(Lasting):
    """Black or white bars around the picture."""

    max_edge: Share = Field(0.04, description="Widest bar, as share of the picture's height or width")


class SolidColorScreen(Lasting):
    """A picture of one colour."""

    max_range: Share = Field(0.06, description="Largest difference of luminance or colour in such a picture")


class LowLighting(Lasting):
    """Pictures that are too dark."""

    min_luminance: Share = Field(0.08, description="Lowest mean luminance")


class HighLighting(Lasting):
    """Pictures that are too bright."""

    max_luminance: Share = Field(0.9, description="Highest mean luminance")


class AudioNoise(Lasting):
    """Noise in place of other sound."""

    min_duration_s: Seconds = Field(3.0, description=_SHORTER)
    min_flatness: Share = Field(0.4, description="Spectral flatness from which sound is noise")
    level_db: Decibels = Field(-50.0, description="Quieter noise is no problem; dBFS")


class OutOfPhase(Lasting):
    """Left and right channels that cancel each other."""

    min_correlation: float = Field(-0.6, ge=-1, le=1, description="Lowest correlation of left and right")


class RepeatedPackets(Model):
    """Equal audio frames one after another."""

    max_repeats: int = Field(2, ge=1, le=100_000, description="Most equal frames that may follow a frame")


class Gap(Model):
    """Frames that are missing between others."""

    max_gap_s: Seconds = Field(0.2, description="Longest time without a frame; seconds")


class Deviation(Model):
    """Times of frames that are not regular."""

    max_deviation_s: Seconds = Field(0.1, description="Largest difference from the usual distance; seconds")


class AacDeviation(Deviation):
    """Distances of AAC frames that are not the duration of a frame."""

    max_deviation_s: Seconds = Field(0.01, description="Largest difference from the usual distance; seconds")


class RateDeviation(Model):
    """A frame rate that changes."""

    max_deviation: Share = Field(0.5, description="Largest deviation of a second from the average, as share of it")


class Interleave(Model):
    """Picture and sound of one moment that lie far apart in the file."""

    max_difference_s: Seconds = Field(2.0, description="Largest distance; seconds of media")


class BitrateRange(Model):
    """A bitrate out of range."""

    min_kbps: Kbps = Field(1.0, description="Lowest bitrate; kbit/s")
    max_kbps: Kbps = Field(100_000.0, description="Highest bitrate; kbit/s")

    @model_validator(mode="after")
    def _in_order(self) -> BitrateRange:
        if self.min_kbps > self.max_kbps:
            raise invalid("min_kbps must be at most max_kbps")
        return self


class AudioBitrateRange(BitrateRange):
    """A bitrate out of range."""

    min_kbps: Kbps = Field(0.1, description="Lowest bitrate; kbit/s")
    max_kbps: Kbps = Field(20_000.0, description="Highest bitrate; kbit/s")
