"""Check that a hardware encoder works on this worker, by a test encode before the source is processed."""

from __future__ import annotations

import re
import tempfile
from functools import lru_cache
from pathlib import Path

import ffmpeg

from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.errors import EncodeError, HardwareUnavailableError, JobCancelledError, LimitExceededError
from media_workflows.media.encoders import hardware
from media_workflows.media.ffmpeg.cancel import cancelled_after
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner
from media_workflows.settings import get_settings

TIMEOUT_S = 20.0
_PICTURE = "color=black:size=640x360:rate=25:duration=0.2"
_FRAMES = 2
_ADDRESS = re.compile(r"^(\[[^\]]*\] )+")  # "[h264_nvenc @ 0x55d0] "


def require_encoder(binary: str, parameters: VideoParameters) -> None:
    """Raises HardwareUnavailableError when `binary` cannot encode with the requested hardware; software always passes.

    Each encoder is tested once per process.
    """
    if parameters.encoder == "software":
        return
    if cause := _problem(binary, parameters.codec, parameters.encoder, parameters.bit_depth):
        name = hardware.encoder_name(parameters.codec, parameters.encoder)
        raise HardwareUnavailableError(
            "the hardware encoder {encoder} does not work on this worker: {cause}. Set `encoder` of the video "
            "parameters to 'software', or run this task on workers that have the device and its driver (setting "
            "hardware_queue)",
            encoder=name,
            cause=cause,
        )


@lru_cache
def _problem(binary: str, codec: str, encoder: str, bit_depth: int) -> str:
    """The cause why the encoder does not work, as ffmpeg reports it; '' = it works."""
    chosen = VideoParameters.model_validate({"codec": codec, "encoder": encoder, "bit_depth": bit_depth})
    picture = ffmpeg.input(_PICTURE, format="lavfi").filter("format", hardware.pixel_format(chosen))
    options = {"c:v": hardware.encoder_name(codec, encoder), "frames:v": _FRAMES}
    graph = hardware.uploaded(picture, encoder).output("-", format="null", **options)
    if needed := hardware.global_options(encoder):
        graph = graph.global_args(*needed)
    try:
        with tempfile.TemporaryDirectory() as directory, cancelled_after(TIMEOUT_S) as cancellation:
            Runner(binary, ffmpeg_limits(get_settings(), 0), cancellation).run(graph, Path(directory))
    except EncodeError as error:
        return _ADDRESS.sub("", error.first_words).rstrip(".")
    except (JobCancelledError, LimitExceededError):
        return f"a test of {_FRAMES} frames did not end within {TIMEOUT_S:g} s"
    return ""
