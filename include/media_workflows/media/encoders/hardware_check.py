"""Whether a hardware encoder works here, found out by using it before the source is touched."""

from __future__ import annotations

import re
import tempfile
from functools import lru_cache
from pathlib import Path

import ffmpeg

from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.errors import EncodeError, HardwareUnavailableError, JobCancelledError
from media_workflows.media.encoders import hardware
from media_workflows.media.ffmpeg.run import cancelled_after, run_graph

TIMEOUT_S = 20.0
_PICTURE = "color=black:size=640x360:rate=25:duration=0.2"
_FRAMES = 2
_ADDRESS = re.compile(r"^(\[[^\]]*\] )+")  # "[h264_nvenc @ 0x55d0] "


def require_encoder(binary: str, parameters: VideoParameters) -> None:
    """Raises HardwareUnavailableError when `binary` cannot encode with the asked hardware; software always passes.

    Each encoder is tried once in the life of a process.
    """
    if parameters.encoder == "software":
        return
    if cause := _fault(binary, parameters.codec, parameters.encoder, parameters.bit_depth):
        name = hardware.encoder_name(parameters.codec, parameters.encoder)
        raise HardwareUnavailableError(
            f"the hardware encoder {name} does not work on this worker: {cause}. Set the recipe's video `encoder` to "
            "'software', or run this task on workers that have the device and its driver (setting hardware_queue)"
        )


@lru_cache
def _fault(binary: str, codec: str, encoder: str, bit_depth: int) -> str:
    """What stands in the way, in ffmpeg's words; '' = nothing."""
    asked = VideoParameters.model_validate({"codec": codec, "encoder": encoder, "bit_depth": bit_depth})
    picture = ffmpeg.input(_PICTURE, format="lavfi").filter("format", hardware.pixel_format(asked))
    options = {"c:v": hardware.encoder_name(codec, encoder), "frames:v": _FRAMES}
    graph = hardware.uploaded(picture, encoder).output("-", format="null", **options)
    if needed := hardware.global_options(encoder):
        graph = graph.global_args(*needed)
    try:
        with tempfile.TemporaryDirectory() as directory, cancelled_after(TIMEOUT_S) as cancellation:
            run_graph(graph, Path(directory), binary, 0, lambda _: None, cancellation)
    except EncodeError as error:
        return _ADDRESS.sub("", error.first_words).rstrip(".")
    except JobCancelledError:
        return f"a test of {_FRAMES} frames did not end within {TIMEOUT_S:g} s"
    return ""
