"""The rate and the size of the frames that a video encoder receives."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.media_info import VideoStream
from media_workflows.media.encoders.video import CONSTANT_RATE_CODECS
from media_workflows.media.filters.geometry import WHOLE, Fit, Size, fit
from media_workflows.media.filters.picture_edit import BlackBars, kept_part, kept_size
from media_workflows.media.filters.size_limits import require_encodable

_USUAL_RATES_FPS = (24, 25, 30, 50, 60, 100, 120, 240)
_FASTEST_FILM_FPS = 60  # up to here the nominal rate is trusted, even if frames are missing
_FASTEST_STREAM_FPS = 60  # Apple's HLS authoring specification, 1.15
_STEADY = Fraction(101, 100)  # 59.94 is 60
_SLOWEST_SEGMENTED_FPS = 10  # segments of slides at 1 fps do not start at a key frame and delay players by seconds


def encoded_shape(parameters: VideoParameters, video: VideoStream, black_bars: BlackBars = lambda: WHOLE) -> Fit:
    """The size to encode at, in stored pixels. Raises PictureSizeError for a size that the encoder does not support."""
    kept, turn = kept_part(parameters.edit, video, black_bars)
    source = kept_size(video, kept, turn)
    shape = fit(parameters, Size(max(1, round(source.width / _pixel_aspect(parameters))), source.height))
    return require_encodable(replace(shape, kept=kept, turn=turn), parameters.codec)


def shown_size(parameters: VideoParameters, shape: Fit) -> Size:
    """The size on the screen, where a pixel may be wider than high."""
    return Size(round(shape.outer.width * _pixel_aspect(parameters)), shape.outer.height)


def _pixel_aspect(parameters: VideoParameters) -> float:
    width, height = parameters.sar.split(":")
    return int(width) / int(height)


def constant_rate(parameters: VideoParameters, video: VideoStream, segmented: bool) -> str:
    """Frames per second; '' = variable. Segments require a rate: ffmpeg adds their frames up one by one."""
    if parameters.fps:
        return str(parameters.frame_rate)
    if segmented and (video_at_rate := segment_rate(video)) is not video:
        return str(video_at_rate.frame_rate)
    if not segmented and parameters.codec not in CONSTANT_RATE_CODECS:
        return ""
    return _steady_rate(video)


def joined_rate(parameters: VideoParameters, video: VideoStream, segmented: bool) -> str:
    """The constant rate at which ranges of the source and other clips are joined."""
    rate = constant_rate(parameters, video, segmented) or _steady_rate(video)
    if rate != "source_fps":
        return rate
    # The nominal rate of interlaced video may be that of its fields.
    return str(video.frame_rate if video.is_interlaced or not video.nominal_rate else video.nominal_rate)


def streaming_rate(parameters: VideoParameters, video: VideoStream) -> VideoParameters:
    """The parameters with a whole fraction of the source's rate, 60 at most, where they set none."""
    if parameters.fps or parameters.codec == "copy":
        return parameters
    steady = _steady_rate(video)
    rate = video.nominal_rate if steady == "source_fps" else Fraction(steady)
    parts = math.ceil(rate / (_FASTEST_STREAM_FPS * _STEADY))
    return parameters.model_copy(update={"fps": float(rate / parts)}) if parts > 1 else parameters


def segment_rate(video: VideoStream) -> VideoStream:
    """The source's video at the rate of segments: at a whole multiple of its own rate where that is too slow for them.

    A single frame, shown as long as its sound lasts, has a rate of 1 or less.
    """
    rate = video.frame_rate
    if not 0 < rate < _SLOWEST_SEGMENTED_FPS:
        return video
    faster = rate * math.ceil(_SLOWEST_SEGMENTED_FPS / rate)
    return video.model_copy(update={"fps": float(faster), "frame_rate": faster, "nominal_rate": faster})


def _steady_rate(video: VideoStream) -> str:
    """The source's nominal rate; where that is only a timestamp clock, the usual rate next above the average."""
    if not video.fps:
        return "25"
    if video.nominal_rate <= _FASTEST_FILM_FPS or video.nominal_rate <= video.frame_rate * _STEADY:
        return "source_fps"
    return next((str(rate) for rate in _USUAL_RATES_FPS if rate * _STEADY >= video.frame_rate), "source_fps")
