"""Options of the hardware video encoders (NVENC, Quick Sync, VA-API), from an item's parameters.

Frames are decoded, filtered and watermarked in software: these encoders take them from memory, VA-API after an upload.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.media_info import VideoStream
from media_workflows.media.encoders.video import averages, gop_frames, timing
from media_workflows.media.ffmpeg.graph import Stream

Options = dict[str, Any]

_CODECS = {"h264": "h264", "h265": "hevc", "av1": "av1", "vp9": "vp9"}  # by ffmpeg's names
_EIGHT_BITS = {"nvenc": "yuv420p", "qsv": "nv12", "vaapi": "nv12"}
_TEN_BITS = "p010le"
# The defaults of libx264, libx265, SVT-AV1 and libvpx; that of the hardware is a bitrate of 2 Mbit/s.
_QUALITY = {"h264": 23, "h265": 28, "av1": 35, "vp9": 31}
_INDEX_SCALE = 5  # VA-API counts the quality of AV1 and VP9 from 0 to 255, parameters from 0 to 51
_FORCED_IDR = {"nvenc": {"forced-idr": 1}, "qsv": {"forced_idr": 1}}
_NO_SCENE_CUT = {"nvenc": {"no-scenecut": 1}, "qsv": {"adaptive_i": 0}}  # the others detect none
_DEVICE = "gpu"


def encoder_name(codec: str, encoder: str) -> str:
    """ffmpeg's name: ('h265', 'qsv') -> 'hevc_qsv'."""
    return f"{_CODECS[codec]}_{encoder}"


def options(parameters: VideoParameters, video: VideoStream) -> Options:
    """The encoder and its options."""
    return {
        "c:v": encoder_name(parameters.codec, parameters.encoder),
        **_RATES[parameters.encoder](parameters),
        **_structure(parameters, video),
        **_constraints(parameters),
        **timing(parameters),
    }


def pixel_format(parameters: VideoParameters) -> str:
    """The pixel format of the frames that the encoder receives or that are uploaded to it."""
    return _TEN_BITS if parameters.bit_depth == 10 else _EIGHT_BITS[parameters.encoder]


def uploaded(frames: Stream, encoder: str) -> Stream:
    """The frames where the encoder reads them: for VA-API in the memory of its device."""
    return frames.filter("hwupload") if encoder == "vaapi" else frames


def global_options(encoder: str) -> tuple[str, ...]:
    """Options of the whole command: for VA-API the first device."""
    if encoder != "vaapi":
        return ()
    return ("-init_hw_device", f"vaapi={_DEVICE}", "-filter_hw_device", _DEVICE)


def _quality(parameters: VideoParameters) -> int:
    """The constant quality; 0 would mean "automatic" to all of these encoders."""
    return max(1, _QUALITY[parameters.codec] if parameters.crf is None else parameters.crf)


def _nvenc_rates(parameters: VideoParameters) -> Options:
    mode = "cbr" if parameters.rate_control == "cbr" else "vbr"
    return {"rc": mode, **(averages(parameters) or {"cq": _quality(parameters), "b:v": 0})}


def _qsv_rates(parameters: VideoParameters) -> Options:
    """Quick Sync chooses its mode by the options given: one rate, a rate and a peak, or a quality."""
    return averages(parameters) or {"global_quality:v": _quality(parameters)}


def _vaapi_rates(parameters: VideoParameters) -> Options:
    if average := averages(parameters):
        return {"rc_mode": "CBR" if parameters.rate_control == "cbr" else "VBR", **average}
    scale = _INDEX_SCALE if parameters.codec in ("av1", "vp9") else 1
    return {"rc_mode": "CQP", "global_quality:v": _quality(parameters) * scale}


_RATES: dict[str, Callable[[VideoParameters], Options]] = {
    "nvenc": _nvenc_rates,
    "qsv": _qsv_rates,
    "vaapi": _vaapi_rates,
}


def _structure(parameters: VideoParameters, video: VideoStream) -> Options:
    """GOP options. A forced key frame must be an IDR frame, where players can start; VA-API's always is."""
    chosen: Options = dict(_FORCED_IDR.get(parameters.encoder, {}))
    if gop := gop_frames(parameters, video):
        chosen["g"] = gop
    if parameters.b_frames is not None:
        chosen["bf"] = parameters.b_frames
    if parameters.no_scene_cut:
        chosen |= _NO_SCENE_CUT.get(parameters.encoder, {}) if parameters.codec != "vp9" else {}
    return chosen


def _constraints(parameters: VideoParameters) -> Options:
    """Profile and level. With ten bits the encoder chooses the profile."""
    chosen: Options = {}
    if parameters.profile != "default":
        is_vaapi_baseline = (parameters.encoder, parameters.profile) == ("vaapi", "baseline")
        chosen["profile:v"] = "constrained_baseline" if is_vaapi_baseline else parameters.profile
    if parameters.level:
        chosen["level:v"] = _level_number(parameters.level) if parameters.encoder == "qsv" else parameters.level
    return chosen


def _level_number(level: str) -> int:
    """A level in Quick Sync's numbering: '4.1' -> 41."""
    return round(float(level) * 10)
