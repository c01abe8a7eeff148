"""The source's picture made ready: full frames, no transparency, known colours, and HDR brought to SDR.

Two steps, because of what they cost. `source_picture` comes right behind the input: it is the same for
every output and thus done once. `drawn` changes colours behind the frame rate, the choice of
frames and the scaling, for tone mapping is dear and its price goes by the pixel.
"""

from __future__ import annotations

from typing import Any, Literal

from media_workflows.domain.media_info import VideoStream
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.geometry import Fit, draw
from media_workflows.media.source.colour import HLG, PQ

_RGB = ("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "x2rgb", "x2bgr", "pal8")
# Pixel formats without transparency, of which ffmpeg takes the one that loses least.
_OPAQUE = "yuv420p|yuv422p|yuv444p|yuv420p10|yuv422p10|yuv444p10|yuv444p12|gbrp|gbrp10|gbrp12"
_WIDE_PRIMARIES = frozenset({"bt2020", "smpte428", "smpte431", "smpte432"})
_HD_WIDTH, _HD_HEIGHT = 1280, 720  # from here on, untold colours are BT.709's; below, BT.601's: as players guess
_HDR_BITS = 10
_LATE_S = 0.01  # a picture that begins later than this, begins late
_EARLY_END_S = 0.1
_REFERENCE_WHITE_NITS = 100  # what SDR white means to the tone curve; looked at, brighter than BT.2408's 203


def source_picture(
    stream: Stream, video: VideoStream, deinterlace: Literal["auto", "off"] = "auto", from_start: bool = True
) -> Stream:
    """The source's video stream as an input gives it, as full frames over black with every colour tag set.

    `from_start` False: the first frame of the stream is one from before the wanted moment.
    """
    if deinterlace == "auto" and video.is_interlaced and video.rotation % 180 == 0:
        stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    if video.has_alpha:
        stream = stream.filter("premultiply", inplace=1).filter("format", _OPAQUE)
    if video.pixel_format.startswith(_RGB):
        stream = stream.filter("scale", out_color_matrix="bt709", out_range="limited").filter("format", "yuv444p")
    if from_start and video.start_s > _LATE_S:  # the first frame stands in for what lies before it
        stream = stream.filter("setpts", "if(N,PTS,0)")
    tags = missing_tags(video)
    return stream.filter("setparams", **tags) if tags else stream


def held(stream: Stream, video: VideoStream, until_s: float, from_s: float = 0.0) -> Stream:
    """The last frame held until `until_s` (of the source, read from `from_s` on), should the picture end before.

    For what is cut into segments: those are counted by their picture, and sound behind it would be lost.
    """
    missing_s = until_s - max(from_s, video.start_s + video.duration_s)
    if missing_s <= _EARLY_END_S or not video.fps:
        return stream
    return stream.filter("tpad", stop_duration=f"{missing_s:.6f}", stop_mode="clone")


def drawn(
    stream: Stream, video: VideoStream, shape: Fit, hdr: Literal["sdr", "keep"] = "sdr", **draw_options: Any
) -> Stream:
    """`draw`, in the colours of the output: BT.709 for what SDR screens cannot show, else the source's own."""
    stream = _sdr(stream, video, shape) if hdr == "sdr" and not fits_sdr(video) else stream
    return draw(stream, shape, **draw_options)


def is_hdr(video: VideoStream) -> bool:
    """Whether a picture is PQ or HLG, by its transfer function or by what is guessed of it."""
    return transfer_function(video) in (PQ, HLG)


def transfer_function(video: VideoStream) -> str:
    """The source's, told or guessed, by ffmpeg's name."""
    return missing_tags(video).get("color_trc", video.color_transfer)


def missing_tags(video: VideoStream) -> dict[str, str]:
    """The colour tags that the source leaves open, by the convention that players follow."""
    if video.pixel_format.startswith(_RGB):
        return {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709"}
    matrix = video.color_matrix or _guessed_matrix(video)
    family = "bt2020" if matrix.startswith("bt2020") else matrix if matrix in ("bt709", "bt470bg") else "smpte170m"
    told = {
        "color_primaries": (video.color_primaries, family),
        "color_trc": (video.color_transfer, _guessed_transfer(family, video.bit_depth)),
        "colorspace": (video.color_matrix, matrix),
    }
    return {name: guess for name, (found, guess) in told.items() if not found}


def _guessed_transfer(family: str, bit_depth: int) -> str:
    """Ten bits of BT.2020 that do not say more are HDR of early writers; what is SDR there says so."""
    wide = PQ if bit_depth >= _HDR_BITS else "bt2020-10"
    return {"bt709": "bt709", "bt2020": wide}.get(family, "smpte170m")


def _guessed_matrix(video: VideoStream) -> str:
    if video.color_primaries == "bt2020" or video.color_transfer in (PQ, HLG):
        return "bt2020nc"
    return "bt709" if video.width >= _HD_WIDTH or video.height >= _HD_HEIGHT else "smpte170m"


def fits_sdr(video: VideoStream) -> bool:
    """Whether an SDR screen can show the colours of a picture."""
    primaries = missing_tags(video).get("color_primaries", video.color_primaries)
    return not is_hdr(video) and primaries not in _WIDE_PRIMARIES


def _sdr(stream: Stream, video: VideoStream, shape: Fit) -> Stream:
    """In BT.709. Made smaller first where that saves work; 4:4:4 because odd sides have no half."""
    inner = shape.inner
    if inner.width * inner.height < video.display_width * video.display_height:
        stream = stream.filter("scale", inner.width, inner.height)
    stream = stream.filter("format", "yuv444p10le")
    if is_hdr(video):
        linear = stream.filter("zscale", transfer="linear", npl=_REFERENCE_WHITE_NITS).filter("format", "gbrpf32le")
        stream = linear.filter("zscale", primaries="bt709").filter("tonemap", "hable", desat=0)
    stream = stream.filter("zscale", primaries="bt709", transfer="bt709", matrix="bt709", range="limited")
    # What HDR says of its light, and Dolby Vision's instructions, would be untrue of the new frames.
    return stream.filter("format", "yuv444p10le").filter("sidedata", mode="delete")
