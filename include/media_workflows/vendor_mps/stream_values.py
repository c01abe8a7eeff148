"""Values of VideoTemplateInfo and AudioTemplateInfo, which templates and the parameters of tasks share. Pure."""

from __future__ import annotations

from fractions import Fraction

VIDEO_CODECS = {
    **{"h264": "h264", "h.264": "h264", "libx264": "h264", "h265": "h265", "h.265": "h265", "libx265": "h265"},
    **{"h266": "h266", "av1": "av1", "vp8": "vp8", "vp9": "vp9", "mpeg2": "mpeg2", "dnxhd": "dnxhd", "copy": "copy"},
}
AUDIO_CODECS = {
    **{"aac": "aac", "libfdk_aac": "aac", "mp3": "mp3", "libmp3lame": "mp3", "mp2": "mp2", "ac3": "ac3"},
    **{"eac3": "eac3", "flac": "flac", "opus": "opus", "vorbis": "vorbis", "pcm16": "pcm", "copy": "copy"},
}
SEGMENT_TYPES = {0: "ts", 2: "ts-byterange", 7: "mp4", 5: "mp4-byterange"}
GOP_UNITS = {"frame": "frame", "second": "second"}
MODES = {"VBR": "vbr", "ABR": "abr", "CBR": "cbr", "VCRF": "crf", "CRF": "crf"}
_NTSC = 1001
_MAX_DENOMINATOR = 1_000_000  # a frame rate as a number keeps fractions up to it


def frame_rate(fps: float, denominator: float) -> float:
    """Our fps of the vendor's Fps and FpsDenominator. 24000/1001 is called 23.976."""
    is_ntsc = denominator == _NTSC and fps % 1000 == 0
    return round(fps / denominator, 3) if is_ntsc else fps / denominator


def fraction(fps: float) -> tuple[int, int]:
    """The vendor's Fps and FpsDenominator of our fps."""
    frames = 1000 * round(fps * _NTSC / 1000)
    if fps != int(fps) and round(frames / _NTSC, 3) == fps:
        return frames, _NTSC
    rate = Fraction(fps).limit_denominator(_MAX_DENOMINATOR)
    return rate.numerator, rate.denominator
