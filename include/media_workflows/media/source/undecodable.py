"""Streams of a source that cannot be decoded here, for notices and errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from media_workflows.domain.media_info import MediaInfo, OtherStream
from media_workflows.domain.notice import Notice
from media_workflows.errors import UndecodableError

_KINDS_WITH_SOUND = frozenset({"transcode", "adaptive_dynamic_streaming"})
_WHY = {
    "NoDecoder": "cannot be decoded here: there is no decoder for it",
    "NotDecoding": "cannot be decoded: its data is damaged or not what it claims to be",
    "AppearsLate": "starts too late in the file to be detected",
}
_KNOWN_CODECS = {"video": "H.264", "audio": "AAC", "subtitle": "SRT"}
_REMEDY = {
    "NoDecoder": "convert it to {codec} and upload it again",
    "NotDecoding": "upload it again",
    "AppearsLate": "remux the file so that its streams begin together, and upload it again",
}


def left_out(info: MediaInfo) -> tuple[OtherStream, ...]:
    """The video, audio and subtitle streams that no job can read, in the order of the file."""
    silent = tuple(
        OtherStream(index=one.index, type="audio", codec=one.codec, language=one.language, reason="NotDecoding")
        for one in info.audio
        if not one.is_decodable
    )
    return tuple(sorted((*info.other, *silent), key=lambda one: one.index))


def notices(info: MediaInfo, kind: str) -> tuple[Notice, ...]:
    """A notice for each stream that a job of this kind would use. Kinds that make pictures use no sound."""
    return tuple(_notice(one) for one in left_out(info) if one.type == "video" or kind in _KINDS_WITH_SOUND)


def why_none(type_: Literal["video", "audio"], info: MediaInfo) -> str:
    """The reason why no stream of this type can be read, and what to do; '' when the source has none."""
    return explained([one for one in left_out(info) if one.type == type_])


def explained(streams: Sequence[OtherStream]) -> str:
    """The streams, why they cannot be read, and what to do; '' for none."""
    causes = [f"{stream_name(one)} {_WHY[one.reason]}" for one in streams]
    if not streams:
        return ""
    remedy = _REMEDY[streams[0].reason].format(codec=_KNOWN_CODECS[streams[0].type])
    return "; ".join([*causes, remedy])


def require_decodable(type_: Literal["video", "audio"], info: MediaInfo, file: str = "the source") -> None:
    """Raises UndecodableError when a file without a usable stream of this type has one that cannot be decoded."""
    if streams := why_none(type_, info):
        raise UndecodableError(
            "{file} has no {type} that can be decoded: {streams}", file=file, type=type_, streams=streams
        )


def stream_name(stream: OtherStream) -> str:
    """For example 'audio stream 1 (ac4, eng)'."""
    about = [stream.codec or stream.tag or "unknown codec", stream.language]
    return f"{stream.type} stream {stream.index} ({', '.join(filter(None, about))})"


def _notice(stream: OtherStream) -> Notice:
    return Notice(
        code="TrackLeftOut" if stream.reason == "AppearsLate" else "StreamUndecodable",
        message=f"{stream_name(stream)} {_WHY[stream.reason]}; it is left out",
        parameters={
            "index": stream.index,
            "type": stream.type,
            "codec": stream.codec or stream.tag,
            "language": stream.language,
            "reason": stream.reason,
        },
    )
