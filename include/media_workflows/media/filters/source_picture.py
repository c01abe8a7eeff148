"""Preparation of the source's picture: full frames, no transparency, known colours, HDR to SDR.

Two steps, because of their cost. `source_picture` comes right after the input: it is the same for
every output and thus done once. `drawn` changes colours after the frame rate, the selection of
frames and the scaling, because the cost of tone mapping grows with the number of pixels.
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
_HD_WIDTH, _HD_HEIGHT = 1280, 720  # from here on, missing colour tags mean BT.709; below, BT.601: as players assume
_HDR_BITS = 10
# What SDR files state, and what is taken where they state nothing: colours that can be converted into each other.
_CONVERTED = frozenset({"bt709", "smpte170m", "bt470bg"})
LATE_S = 0.01  # a picture that starts later than this counts as late
_EARLY_END_S = 0.1
_REFERENCE_WHITE_NITS = 100  # SDR white for the tone curve; by eye, brighter than BT.2408's 203


def source_picture(
    stream: Stream, video: VideoStream, deinterlace: Literal["auto", "off"] = "auto", from_start: bool = True
) -> Stream:
    """The video stream of an input as full frames over black with every colour tag set.

    `from_start` False: the first frame of the stream is one before the requested moment.
    """
    if deinterlace == "auto" and video.is_interlaced and video.rotation % 180 == 0:
        stream = stream.filter("bwdif", mode="send_frame", deint="interlaced")
    if video.has_alpha:
        stream = stream.filter("premultiply", inplace=1).filter("format", _OPAQUE)
    if video.pixel_format.startswith(_RGB):
        stream = stream.filter("scale", out_color_matrix="bt709", out_range="limited").filter("format", "yuv444p")
    if from_start and video.start_s > LATE_S:  # the first frame also fills the time before it
        stream = stream.filter("setpts", "if(N,PTS,0)")
    tags = missing_tags(video)
    return stream.filter("setparams", **tags) if tags else stream


def pad_last_frame(stream: Stream, video: VideoStream, until_s: float, from_s: float = 0.0) -> Stream:
    """The stream with its last frame repeated until `until_s` of the source (read from `from_s` on).

    For segmented outputs: segments are cut by their picture, and sound after its end would be lost.
    """
    missing_s = until_s - max(from_s, video.start_s + video.duration_s)
    if missing_s <= _EARLY_END_S or not video.fps:
        return stream
    return stream.filter("tpad", stop_duration=f"{missing_s:.6f}", stop_mode="clone")


def drawn(
    stream: Stream, video: VideoStream, shape: Fit, hdr: Literal["sdr", "keep"] = "sdr", **draw_options: Any
) -> Stream:
    """`draw` in the colours of the output: BT.709 where SDR screens cannot show the source's colours, else these."""
    stream = _sdr(stream, video, shape) if hdr == "sdr" and not fits_sdr(video) else stream
    return draw(stream, shape, **draw_options)


def is_hdr(video: VideoStream) -> bool:
    """Whether a picture is PQ or HLG, by its stated or guessed transfer function."""
    return transfer_function(video) in (PQ, HLG)


def transfer_function(video: VideoStream) -> str:
    """The source's stated or guessed transfer function, by ffmpeg's name."""
    return missing_tags(video).get("color_trc", video.color_transfer)


def missing_tags(video: VideoStream) -> dict[str, str]:
    """The colour tags that the source lacks, by the convention that players follow."""
    if video.pixel_format.startswith(_RGB):
        return {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709"}
    matrix = video.color_matrix or _guessed_matrix(video)
    family = "bt2020" if matrix.startswith("bt2020") else matrix if matrix in ("bt709", "bt470bg") else "smpte170m"
    tags = {
        "color_primaries": (video.color_primaries, family),
        "color_trc": (video.color_transfer, _guessed_transfer(family, video.bit_depth)),
        "colorspace": (video.color_matrix, matrix),
    }
    return {name: guess for name, (found, guess) in tags.items() if not found}


def _guessed_transfer(family: str, bit_depth: int) -> str:
    """The transfer function by convention: untagged 10-bit BT.2020 is HDR of early writers; SDR there is tagged."""
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


def in_colours_of(stream: Stream, video: VideoStream, like: VideoStream) -> Stream:
    """The SDR picture that `drawn` made of a video, in the colours that it makes of `like`, to be joined with that.

    Unusual colours stay as they are.
    """
    own, target = _drawn_colours(video), _drawn_colours(like)
    if own == target or not {*own.values(), *target.values()} <= _CONVERTED:
        return stream
    return stream.filter("zscale", **target, range="limited")


def _drawn_colours(video: VideoStream) -> dict[str, str]:
    """Primaries, transfer function and matrix by zscale's names for them."""
    if not fits_sdr(video):
        return dict.fromkeys(("primaries", "transfer", "matrix"), "bt709")
    guessed = missing_tags(video)
    return {
        "primaries": guessed.get("color_primaries", video.color_primaries),
        "transfer": guessed.get("color_trc", video.color_transfer),
        "matrix": guessed.get("colorspace", video.color_matrix),
    }


def _sdr(stream: Stream, video: VideoStream, shape: Fit) -> Stream:
    """The stream in BT.709. Scaled down first where that saves work; 4:4:4 because odd sides have no half."""
    inner = shape.inner
    if inner.width * inner.height < video.display_width * video.display_height:
        stream = stream.filter("scale", inner.width, inner.height)
    stream = stream.filter("format", "yuv444p10le")
    if is_hdr(video):
        linear = stream.filter("zscale", transfer="linear", npl=_REFERENCE_WHITE_NITS).filter("format", "gbrpf32le")
        stream = linear.filter("zscale", primaries="bt709").filter("tonemap", "hable", desat=0)
    stream = stream.filter("zscale", primaries="bt709", transfer="bt709", matrix="bt709", range="limited")
    # HDR light levels and Dolby Vision metadata would be wrong for the new frames.
    return stream.filter("format", "yuv444p10le").filter("sidedata", mode="delete")
