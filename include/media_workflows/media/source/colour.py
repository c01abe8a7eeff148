"""Colour: the codes of ITU-T H.273 by ffmpeg's names, and HDR."""

from __future__ import annotations

import math

from av.video.frame import VideoFrame

from media_workflows.domain.media_info import Hdr
from media_workflows.media.source.pyav import side_data_kinds

_WHITE_NITS, _SDR_GAMMA = 203, 2.4
_PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "film",
    9: "bt2020",
    10: "smpte428",
    11: "smpte431",
    12: "smpte432",
    22: "jedec-p22",
}
_TRANSFERS = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    11: "iec61966-2-4",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    17: "smpte428",
    18: "arib-std-b67",
}
_MATRICES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    10: "bt2020c",
    14: "ictcp",
}
_RANGES = {1: "tv", 2: "pc"}

PQ, HLG = "smpte2084", "arib-std-b67"
_DOLBY_VISION_TAGS = frozenset({"dvh1", "dvhe", "dvav", "dva1", "dav1"})
_DOLBY_VISION_DATA = frozenset({"DOVI_RPU_BUFFER", "DOVI_METADATA"})


def primaries_name(code: int) -> str:
    return _PRIMARIES.get(code, "")


def transfer_name(code: int) -> str:
    return _TRANSFERS.get(code, "")


def matrix_name(code: int) -> str:
    return _MATRICES.get(code, "")


def range_name(code: int) -> str:
    return _RANGES.get(code, "")


def hdr_kind(frame: VideoFrame, codec_tag: str) -> Hdr:
    """The kind of HDR of a decoded frame; '' = SDR. A Dolby Vision base layer has its own metadata."""
    if codec_tag in _DOLBY_VISION_TAGS or side_data_kinds(frame) & _DOLBY_VISION_DATA:
        return "DolbyVision"
    transfer = transfer_name(frame.color_trc)
    return "HDR10" if transfer == PQ else "HLG" if transfer == HLG else ""


def graphics_level(level: float, transfer: str) -> float:
    """The level at which an SDR signal (0 to 1) is drawn into a picture of this transfer function.

    White in HDR is 203 nits (BT.2408); a signal of 1 would be the display's maximum.
    """
    nits = _WHITE_NITS * level**_SDR_GAMMA
    if transfer == PQ:
        power = (nits / 10_000) ** (2610 / 16384)
        return float(((3424 / 4096 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32))
    if transfer == HLG:
        scene = 12 * (nits / 1000) ** (1 / 1.2)  # on a screen of 1000 nits
        return float(math.sqrt(scene) / 2 if scene <= 1 else 0.17883277 * math.log(scene - 0.28466892) + 0.55991073)
    return level
