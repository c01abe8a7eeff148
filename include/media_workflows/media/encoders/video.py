"""Options of the software video encoders, from an item's parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.media_info import VideoStream

Options = dict[str, Any]

ENCODERS = {
    "h264": "libx264",
    "h265": "libx265",
    "h266": "libvvenc",
    "av1": "libsvtav1",
    "vp8": "libvpx",
    "vp9": "libvpx-vp9",
    "mpeg2": "mpeg2video",
    "dnxhd": "dnxhd",
    "prores": "prores_ks",
}
# Peak over average: enough for scene changes, low enough for players that buffer two seconds.
_PEAK = 1.5
BUFFER_S = 2
_PRORES_PROFILES = {"proxy": 0, "lt": 1, "standard": 2, "default": 3, "hq": 3}
_VP8_CEILING_KBPS = 50_000  # limit of VP8's constant quality: more than any picture needs


def options(parameters: VideoParameters, video: VideoStream) -> Options:
    """The encoder and its options."""
    assert parameters.crf is not None or parameters.target_vmaf is None, "the crf is found before the plan is built"
    codec = parameters.codec
    return {
        "c:v": ENCODERS[codec],
        **_RATES[codec](parameters),
        **_structure(parameters, video),
        **TUNING[codec](parameters),
        **_captions(parameters, video),
        **timing(parameters),
    }


def pixel_format(parameters: VideoParameters) -> str:
    """The pixel format of the encoder's input."""
    if parameters.codec == "dnxhd":
        return "yuv422p10le" if parameters.bit_depth == 10 else "yuv422p"
    if parameters.codec == "prores":
        return "yuv422p10le"  # of all profiles here
    if parameters.codec == "h266":
        return "yuv420p10le"  # the only format of libvvenc; 8-bit pictures lose nothing in it
    return "yuv420p10le" if parameters.bit_depth == 10 else "yuv420p"


def averages(parameters: VideoParameters) -> Options:
    """Bitrate options. vbr: an average with a bounded peak; abr: an average; cbr: one rate."""
    average = parameters.bitrate_kbps
    mode = parameters.rate_control
    if mode in (None, "crf"):
        return {}
    if mode == "abr":
        return {"b:v": f"{average}k"}
    peak = average if mode == "cbr" else round(average * _PEAK)
    bounded = {"b:v": f"{average}k", "maxrate": f"{peak}k", "bufsize": f"{average * BUFFER_S}k"}
    return {**bounded, "minrate": f"{average}k"} if mode == "cbr" else bounded


def _capped(parameters: VideoParameters) -> Options:
    """The limit of a constant quality."""
    if not parameters.max_bitrate_kbps:
        return {}
    buffer_s = BUFFER_S if parameters.buffer_s is None else parameters.buffer_s
    most = parameters.max_bitrate_kbps
    return {"maxrate": f"{most}k", "bufsize": f"{round(most * buffer_s)}k"}


def _quality_or_averages(parameters: VideoParameters) -> Options:
    return {"crf": parameters.crf, **_capped(parameters)} if parameters.crf is not None else averages(parameters)


def _average_only(parameters: VideoParameters) -> Options:
    """Quality or average bitrate: SVT-AV1 and vvenc bound peaks themselves."""
    if parameters.crf is not None and parameters.codec == "av1":
        return {"crf": max(1, parameters.crf), **_capped(parameters)}  # 0 would be the encoder's own choice, 35
    if parameters.crf is not None:
        return {"qp": parameters.crf}
    return {"b:v": f"{parameters.bitrate_kbps}k"} if parameters.bitrate_kbps else {}


def _vp9_rates(parameters: VideoParameters) -> Options:
    if parameters.crf is None:
        return averages(parameters)
    most = f"{parameters.max_bitrate_kbps}k" if parameters.max_bitrate_kbps else 0
    return {"crf": parameters.crf, "b:v": most, **_capped(parameters)}  # the quality as far as the rate allows it


def _vp8_rates(parameters: VideoParameters) -> Options:
    if parameters.rate_control in (None, "crf"):
        crf = 10 if parameters.crf is None else max(4, parameters.crf)  # below 4 it refuses
        return {"crf": crf, "b:v": f"{_VP8_CEILING_KBPS}k"}
    return averages(parameters)


def _mpeg2_rates(parameters: VideoParameters) -> Options:
    return averages(parameters) or {"q:v": 3}


def _no_options(_: VideoParameters) -> Options:
    return {}


_RATES: dict[str, Callable[[VideoParameters], Options]] = {
    "h264": _quality_or_averages,
    "h265": _quality_or_averages,
    "h266": _average_only,
    "av1": _average_only,
    "vp8": _vp8_rates,
    "vp9": _vp9_rates,
    "mpeg2": _mpeg2_rates,
    "dnxhd": _no_options,
    "prores": _no_options,
}


def _captions(parameters: VideoParameters, video: VideoStream) -> Options:
    """Closed captions: only libx265 needs an option; the other encoders that can carry them do by default."""
    return {"a53cc": 1} if parameters.codec == "h265" and video.has_closed_captions else {}


def gop_frames(parameters: VideoParameters, video: VideoStream) -> int:
    """Frames from key frame to key frame at most; 0 = the encoder's choice."""
    if parameters.gop_s:
        return max(1, round(parameters.gop_s * (parameters.frame_rate or video.fps or 25)))
    return parameters.gop_frames


def _structure(parameters: VideoParameters, video: VideoStream) -> Options:
    chosen: Options = {}
    if gop := gop_frames(parameters, video):
        chosen["g"] = gop
    if parameters.b_frames is not None and parameters.codec in ("h264", "h265", "mpeg2"):
        chosen["bf"] = parameters.b_frames
    return chosen


def _h264(parameters: VideoParameters) -> Options:
    chosen: Options = {}
    if parameters.profile != "default":
        chosen["profile:v"] = parameters.profile
    if parameters.level:
        chosen["level:v"] = parameters.level
    if parameters.no_scene_cut:
        chosen["sc_threshold"] = 0
    if parameters.rate_control == "cbr":
        chosen["x264-params"] = "nal-hrd=cbr"
    return chosen


def _h265(parameters: VideoParameters) -> Options:
    params = ["log-level=error"]  # x265 logs past ffmpeg's own log level
    if parameters.level:
        params.append(f"level-idc={parameters.level}")
    if parameters.no_scene_cut:
        params.append("scenecut=0")
    if parameters.rate_control == "cbr":
        params.append("strict-cbr=1")
    return {"x265-params": ":".join(params)}


def _h266(_: VideoParameters) -> Options:
    return {"preset": "faster", "qpa": 1}


def _av1(parameters: VideoParameters) -> Options:
    chosen: Options = {"preset": 8}
    if parameters.rate_control == "cbr":
        chosen["svtav1-params"] = "rc=2:pred-struct=1"
    elif parameters.max_bitrate_kbps:
        chosen["svtav1-params"] = "mbr-overshoot-pct=0"  # by default its limit may be exceeded by half
    return chosen


def _vpx(parameters: VideoParameters) -> Options:
    speed: Options = {"deadline": "good", "cpu-used": 4}
    return {**speed, "row-mt": 1} if parameters.codec == "vp9" else speed


def _mpeg2(parameters: VideoParameters) -> Options:
    return {"sc_threshold": 1_000_000_000} if parameters.no_scene_cut else {}


def _dnxhd(parameters: VideoParameters) -> Options:
    """DNxHR supports any size and rate; plain DNxHD only a few."""
    return {"profile:v": "dnxhr_hqx" if parameters.bit_depth == 10 else "dnxhr_hq"}


def _prores(parameters: VideoParameters) -> Options:
    """Apple's name as the writer, which some editors require."""
    return {"profile:v": _PRORES_PROFILES[parameters.profile], "vendor": "apl0"}


TUNING: dict[str, Callable[[VideoParameters], Options]] = {
    "h264": _h264,
    "h265": _h265,
    "h266": _h266,
    "av1": _av1,
    "vp8": _vpx,
    "vp9": _vpx,
    "mpeg2": _mpeg2,
    "dnxhd": _dnxhd,
    "prores": _prores,
}


CONSTANT_RATE_CODECS = ("mpeg2", "dnxhd", "h266")


def timing(parameters: VideoParameters) -> Options:
    """Frame timing options. Without a set rate, frames keep their times, as phone clips of variable rate require."""
    if parameters.fps or parameters.codec in CONSTANT_RATE_CODECS:
        return {"fps_mode": "cfr"}
    return {"fps_mode": "vfr", "enc_time_base": "filter"}
