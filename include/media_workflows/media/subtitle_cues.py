"""The cues of a subtitle track, read in process: text, times, and the styles of an ASS script."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.subtitles.stream import SubtitleStream as AvSubtitleStream

from media_workflows.errors import MediaError
from media_workflows.media.formats import DEMUXERS, SUBTITLE_DEMUXERS, open_options
from media_workflows.media.pyav import packets

_UNTOLD_S = 5.0  # how long a cue is shown that does not say
_STYLED_CODECS = frozenset({"ass", "ssa"})


@dataclass(frozen=True)
class Cue:
    """Seconds from the file's start, and the fields of an ASS event: its layer, and all from the style on."""

    start_s: float
    end_s: float
    layer: str
    rest: str


@dataclass(frozen=True)
class Cues:
    """All cues of a track. `header` holds the styles of an ASS script, '' for plain text."""

    header: str
    cues: tuple[Cue, ...]


def read_cues(path: Path, index: int) -> Cues:
    """The text track `index` of a file. Raises MediaError when it cannot be opened, or holds text that is not UTF-8."""
    options = open_options((*SUBTITLE_DEMUXERS, *DEMUXERS))
    try:
        with av.open(str(path), mode="r", options=options, metadata_errors="replace") as container:
            return _read(container, index)
    except FFmpegError as error:
        raise MediaError(f"cannot be read ({error.strerror}): upload it again") from None


def _read(container: InputContainer, index: int) -> Cues:
    track = container.streams[index]
    assert isinstance(track, AvSubtitleStream)
    cues = tuple(_cues(container, track))
    if track.codec_context.name not in _STYLED_CODECS:
        return Cues("", cues)
    header = track.codec_context.subtitle_header or b""  # there once the decoder has begun
    return Cues(bytes(header).decode(errors="replace"), cues)


def _cues(container: InputContainer, track: AvSubtitleStream) -> Iterator[Cue]:
    origin_s = (container.start_time or 0) / av.time_base
    with contextlib.suppress(FFmpegError):  # the material ends where the demuxer gives up
        for packet in packets(container, track):
            if packet.pts is None or packet.time_base is None:
                continue
            start_s = float(packet.pts * packet.time_base) - origin_s
            end_s = start_s + (float(packet.duration * packet.time_base) if packet.duration else _UNTOLD_S)
            for event in _events(packet, start_s):
                _order, layer, rest = event.split(",", 2)
                yield Cue(start_s, end_s, layer, rest)


def _events(packet: Packet[AvSubtitleStream], start_s: float) -> list[str]:
    """Decoders refuse what is not UTF-8. To leave such a cue out would be a silent loss: raises MediaError."""
    try:
        texts = [rect.ass.decode(errors="replace") for rect in packet.decode() if rect.type == b"ass"]
    except FFmpegError:
        if not packet.size:
            return []
        raise MediaError(
            f"cannot be read at {start_s:.1f} s, where its text is not UTF-8: save it as UTF-8 and upload it again"
        ) from None
    return [text for text in texts if text.count(",") >= 2]
