"""What the bytes of packets say: NAL units of H.264 and HEVC, and the sizes and rates in headers of frames. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

START_CODE = b"\x00\x00\x01"
_H264_IDR, _H264_SPS, _H264_PPS, _H264_AUD = 5, 7, 8, 9
_H264_UNUSED = frozenset({0, *range(22, 32)})  # unspecified or reserved in ITU-T H.264, table 7-1
_HEVC_IDR, _HEVC_SETS, _HEVC_AUD = frozenset({19, 20}), frozenset({32, 33, 34}), 35
_HEVC_UNUSED = frozenset({*range(41, 48)})  # reserved in ITU-T H.265, table 7-1; from 48 on is in private use
_AAC_RATES_HZ = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_MPEG_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_AC3_RATES_HZ = (48000, 44100, 32000)
_AC3_CHANNELS = (2, 1, 2, 3, 3, 4, 4, 5)  # by acmod, without the low-frequency channel
_AC3_LAST_ID = 10  # bitstream ids above are E-AC-3, which has other fields


@dataclass(frozen=True)
class AccessUnit:
    """The NAL units of one packet. `sets` are its parameter sets; `error` says what is wrong, '' = nothing."""

    types: tuple[int, ...]
    sets: tuple[bytes, ...]
    error: str
    is_idr: bool
    has_delimiter: bool


def access_unit(data: bytes, codec: str, length_bytes: int) -> AccessUnit:
    """A packet of H.264 ('h264') or HEVC ('hevc'). `length_bytes` before each unit; 0 = start codes."""
    units = list(_with_start_codes(data) if length_bytes == 0 else _with_lengths(data, length_bytes))
    is_hevc = codec == "hevc"
    error, types, sets = "", [], []
    for unit in units:
        if unit is None:
            error = error or "a NAL unit is longer than its packet"
            continue
        if not unit:
            continue
        type_ = (unit[0] >> 1) & 0x3F if is_hevc else unit[0] & 0x1F
        types.append(type_)
        if unit[0] & 0x80:
            error = error or "the forbidden bit of a NAL unit is set"
        elif type_ in (_HEVC_UNUSED if is_hevc else _H264_UNUSED):
            error = error or f"a NAL unit has the reserved type {type_}"
        if type_ in (_HEVC_SETS if is_hevc else (_H264_SPS, _H264_PPS)):
            sets.append(unit.rstrip(b"\x00"))
    is_idr = any(one in _HEVC_IDR if is_hevc else one == _H264_IDR for one in types)
    return AccessUnit(tuple(types), tuple(sets), error, is_idr, (_HEVC_AUD if is_hevc else _H264_AUD) in types)


def _with_start_codes(data: bytes) -> Iterator[bytes | None]:
    begin = data.find(START_CODE)
    while begin >= 0:
        begin += len(START_CODE)
        end = data.find(START_CODE, begin)
        yield data[begin : begin + 512] if end < 0 or end - begin > 512 else data[begin:end]
        begin = end


def _with_lengths(data: bytes, length_bytes: int) -> Iterator[bytes | None]:
    """None stands for a unit that would end behind the packet."""
    at = 0
    while at + length_bytes <= len(data):
        size = int.from_bytes(data[at : at + length_bytes], "big")
        at += length_bytes
        if size > len(data) - at:
            yield None
            return
        yield data[at : at + min(size, 512)]
        at += size


def length_bytes(codec: str, extradata: bytes) -> int:
    """The bytes of the length before each NAL unit, by an avcC or hvcC record; 0 = start codes."""
    place = {"h264": 4, "hevc": 21}[codec]
    if len(extradata) <= place or extradata[0] != 1:
        return 0
    return (extradata[place] & 3) + 1


def picture_header(codec: str, data: bytes) -> bytes | None:
    """The bytes of a key frame that state the size of the picture; None = none found, or another codec."""
    if codec in ("mpeg2video", "mpeg1video"):
        at = data.find(START_CODE + b"\xb3")
        return data[at + 4 : at + 7] if at >= 0 else None
    if codec == "vp8":
        return data[3:10]
    if codec == "vp9":
        return data[:10]
    return None


def sound_format(codec: str, data: bytes) -> tuple[int, int] | None:
    """Sample rate (Hz) and channels by the header of an audio frame; None = it has none."""
    if codec == "aac":
        return _adts(data)
    if codec in ("mp1", "mp2", "mp3"):
        return _mpeg_audio(data)
    return _ac3(data) if codec == "ac3" else None


def _adts(data: bytes) -> tuple[int, int] | None:
    if len(data) < 7 or data[0] != 0xFF or data[1] & 0xF6 != 0xF0:
        return None
    rate, channels = (data[2] >> 2) & 15, (data[2] & 1) << 2 | data[3] >> 6
    return (_AAC_RATES_HZ[rate], 8 if channels == 7 else channels) if rate < len(_AAC_RATES_HZ) else None


def _mpeg_audio(data: bytes) -> tuple[int, int] | None:
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return None
    rates, rate = _MPEG_RATES_HZ.get((data[1] >> 3) & 3), (data[2] >> 2) & 3
    return (rates[rate], 1 if data[3] >> 6 == 3 else 2) if rates and rate < len(rates) else None


def _ac3(data: bytes) -> tuple[int, int] | None:
    if len(data) < 7 or data[:2] != b"\x0b\x77" or data[5] >> 3 > _AC3_LAST_ID:
        return None
    rate = data[4] >> 6
    return (_AC3_RATES_HZ[rate], _AC3_CHANNELS[data[6] >> 5]) if rate < len(_AC3_RATES_HZ) else None
