"""The `codecs` string of a stream, as manifests and players require it ('avc1.64001f', 'mp4a.40.2').

RFC 6381 defines the form; the part after the first dot is specific to the codec: ISO/IEC 14496-15 annex E
(H.264, H.265), the AV1 and VP9 ISO media bindings, ISO/IEC 14496-3 (AAC object types).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from av.audio.stream import AudioStream as AvAudioStream
from av.video.stream import VideoStream as AvVideoStream

from media_workflows.media.source.pyav import codec_tag


class Coding(NamedTuple):
    """The properties that a codec string is made of. `level` is the codec's own number, -99 where it is unknown."""

    codec: str
    tag: str
    extradata: bytes
    profile: str = ""
    level: int = -99
    bit_depth: int = 8
    width: int = 0
    height: int = 0
    fps: float = 0.0


def codec_string(stream: AvVideoStream | AvAudioStream) -> str:
    """The codec string of an opened stream; '' for a codec without one, or when the stream lacks the properties."""
    return described(coding_of(stream))


def coding_of(stream: AvVideoStream | AvAudioStream) -> Coding:
    """The properties of a stream, from PyAV."""
    context = stream.codec_context
    common = Coding(
        codec=context.codec.canonical_name,
        tag=codec_tag(context),
        extradata=context.extradata or b"",
        profile=context.profile or "",
    )
    if isinstance(stream, AvAudioStream):
        return common
    return common._replace(
        level=stream.codec_context.level,
        bit_depth=stream.codec_context.format.components[0].bits if stream.codec_context.format else 8,
        width=stream.width,
        height=stream.height,
        fps=float(stream.average_rate or 0),
    )


def described(coding: Coding) -> str:
    """The codec string of these properties. Pure."""
    build = _BUILDERS.get(coding.codec)
    try:
        return build(coding) if build else ""
    except (IndexError, StopIteration):
        return ""  # the parameter sets are missing or cut short: no string is better than a wrong one


def _h264(coding: Coding) -> str:
    """avc1.PPCCLL: profile, constraint flags and level from the configuration or the SPS."""
    data = coding.extradata
    head = data[1:4] if data[:1] == b"\x01" else next(n for n in _annex_b(data) if n[0] & 0x1F == 7)[1:4]
    name = coding.tag if coding.tag in ("avc1", "avc3") else "avc1"
    return f"{name}.{head[0]:02x}{head[1]:02x}{head[2]:02x}"


def _h265(coding: Coding) -> str:
    """hvc1.<space+profile>.<compatibility, reversed>.<tier+level>.<constraints without trailing zeros>."""
    head = _profile_tier_level(coding.extradata)
    space, tier, profile = ("", "A", "B", "C")[head[0] >> 6], "LH"[head[0] >> 5 & 1], head[0] & 31
    compatibility = int(f"{int.from_bytes(head[1:5], 'big'):032b}"[::-1], 2)
    constraints = "".join(f".{byte:X}" for byte in head[5:11].rstrip(b"\0"))
    name = coding.tag if coding.tag in ("hvc1", "hev1") else "hvc1"
    return f"{name}.{space}{profile}.{compatibility:X}.{tier}{head[11]}{constraints}"


def _profile_tier_level(extradata: bytes) -> bytes:
    """The 12 bytes of H.265's profile_tier_level, from hvcC or from the SPS (after its first 3 bytes)."""
    if extradata[:1] == b"\x01":
        return extradata[1:13]
    sps = next(nal for nal in _annex_b(extradata) if nal[0] >> 1 & 63 == 33)
    return sps[3:15]


def _annex_b(data: bytes) -> list[bytes]:
    """The NAL units between start codes, without the emulation prevention bytes."""
    units = data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")[1:]
    return [unit.replace(b"\0\0\3", b"\0\0") for unit in units if unit]


def _av1(coding: Coding) -> str:
    """av01.P.LLT.DD: profile, level index, tier and bit depth, from av1C where there is one."""
    data = coding.extradata
    if data[:1] == b"\x81":
        profile, level, tier = data[1] >> 5, data[1] & 31, "MH"[data[2] >> 7]
        depth = (12 if data[2] & 0x20 else 10) if data[2] & 0x40 else 8
        return f"av01.{profile}.{level:02d}{tier}.{depth:02d}"
    if coding.level < 0:
        return ""
    profile = {"Main": 0, "High": 1, "Professional": 2}.get(coding.profile, 0)
    return f"av01.{profile}.{coding.level:02d}M.{coding.bit_depth:02d}"


# VP9 levels x 10, with the most luma samples per second and per picture (VP9 bitstream specification, annex A).
_VP9_LEVELS = (
    (10, 829_440, 36_864),
    (11, 2_764_800, 73_728),
    (20, 4_608_000, 122_880),
    (21, 9_216_000, 245_760),
    (30, 20_736_000, 552_960),
    (31, 36_864_000, 983_040),
    (40, 83_558_400, 2_228_224),
    (41, 160_432_128, 2_228_224),
    (50, 311_951_360, 8_912_896),
    (51, 588_251_136, 8_912_896),
    (52, 1_176_502_272, 8_912_896),
    (60, 1_176_502_272, 35_651_584),
    (61, 2_353_004_544, 35_651_584),
)


def _vp9(coding: Coding) -> str:
    """vp09.PP.LL.DD. WebM states no level, so it follows from the picture."""
    picture = coding.width * coding.height
    rate = picture * coding.fps
    fitting = next((level for level, per_s, size in _VP9_LEVELS if rate <= per_s and picture <= size), 62)
    profile = int(coding.profile.removeprefix("Profile ") or 0)
    level = coding.level if coding.level > 0 else fitting
    return f"vp09.{profile:02d}.{level:02d}.{coding.bit_depth:02d}"


_AAC_PROFILES = {"Main": 1, "LC": 2, "SSR": 3, "LTP": 4, "HE-AAC": 5, "HE-AACv2": 29, "xHE-AAC": 42}


def _aac(coding: Coding) -> str:
    """mp4a.40.<audio object type>: 5 bits at the head of the configuration, 31 = 6 more bits follow."""
    if len(coding.extradata) < 2:
        return f"mp4a.40.{_AAC_PROFILES.get(coding.profile, 2)}"
    head = int.from_bytes(coding.extradata[:2], "big")
    object_type = head >> 11
    return f"mp4a.40.{32 + (head >> 5 & 63) if object_type == 31 else object_type}"


def _named(name: str) -> Callable[[Coding], str]:
    return lambda coding: name


_BUILDERS: dict[str, Callable[[Coding], str]] = {
    "h264": _h264,
    "hevc": _h265,
    "av1": _av1,
    "vp9": _vp9,
    "vp8": _named("vp8"),
    "aac": _aac,
    "mp3": _named("mp4a.40.34"),
    "mp2": _named("mp4a.40.33"),
    "ac3": _named("ac-3"),
    "eac3": _named("ec-3"),
    "opus": _named("opus"),
    "flac": _named("fLaC"),
    "alac": _named("alac"),
    "vorbis": _named("vorbis"),
}
