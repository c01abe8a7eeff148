"""The cues of a subtitle track, read in a child process: text, times, styles and positions."""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.subtitles.stream import SubtitleStream as AvSubtitleStream

from media_workflows.errors import MediaError
from media_workflows.media.source.formats import DEMUXERS, PICTURE_SUBTITLES, SUBTITLE_DEMUXERS, open_options
from media_workflows.media.source.isolated import isolated
from media_workflows.media.source.pyav import packets
from media_workflows.media.source.subtitles.cue_times import WrittenTimes, written_times
from media_workflows.media.source.subtitles.text_files import SubtitleText, subtitle_text
from media_workflows.media.source.subtitles.webvtt_ass import ass_of

_DEFAULT_S = 5.0  # duration of a cue that states none, or that ends before it begins
_A_TRACK = "the subtitle track"
_STYLED_CODECS = frozenset({"ass", "ssa"})
_WEBVTT = "webvtt"
CEA608 = "eia_608"  # closed captions of the picture, by ffmpeg's name
_BLOCK = re.compile(r"^(?:STYLE|REGION)\b.*?(?=\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Cue:
    """Seconds from the file's start, and the fields of an ASS event: its layer, and all from the style on.

    A WebVTT cue also has its original `markup`, `settings` and `identifier`.
    """

    start_s: float
    end_s: float
    layer: str
    rest: str
    markup: str = ""
    settings: str = ""
    identifier: str = ""


@dataclass(frozen=True)
class Cues:
    """All cues of a track. `header` holds the styles of an ASS script, '' for plain text; `blocks` the STYLE and
    REGION blocks of a WebVTT file.

    `repaired_s` are the starts of cues that ended before they began; `negative_s` and `empty_s` are as in
    `WrittenTimes`, `unread` as in `TtmlRepairs`. `encoding` is the character encoding of the file, '' for UTF-8; `lost`
    are the features that its conversion to WebVTT has lost.
    """

    header: str
    cues: tuple[Cue, ...]
    codec: str = ""
    blocks: str = ""
    repaired_s: tuple[float, ...] = ()
    encoding: str = ""
    negative_s: tuple[float, ...] = ()
    empty_s: tuple[float, ...] = ()
    lost: frozenset[str] = frozenset()
    unread: tuple[str, ...] = ()


def with_track_name(error: MediaError, name: str) -> MediaError:
    """The same error about a track that has a name. Readers of files do not have the item's name of it."""
    return type(error)(error.template, **{**error.parameters, "track": name})


def read_cues(path: Path, index: int) -> Cues:
    """The text track `index` of a file. Raises MediaError when it cannot be opened, or its encoding is unclear."""
    return cues_of(read_tracks(path), index)


def cues_of(tracks: Mapping[int, Cues | MediaError], index: int) -> Cues:
    """The cues of track `index`. Raises the MediaError of a track that cannot be read."""
    found = tracks[index]
    if isinstance(found, MediaError):
        raise found
    return found


@isolated
def read_tracks(path: Path, language: str = "") -> dict[int, Cues | MediaError]:
    """All text tracks of a file, in one pass. Raises MediaError as `read_cues`. `language` is as in `subtitle_text`."""
    text = subtitle_text(path, language)
    if text and not text.encoding:
        raise _unclear_encoding(text)
    options = open_options((*SUBTITLE_DEMUXERS, *DEMUXERS))
    times = written_times(_lines(text)) if text else WrittenTimes("")
    if text and times.negative_s:
        text = replace(text, content=times.lines.encode())
    source = text.opened(path) if text else str(path)
    try:
        with av.open(source, mode="r", options=options, metadata_errors="replace") as container:
            found = _Reader(container).tracks()
    except FFmpegError as error:
        raise MediaError(
            "{track} cannot be read ({cause}): upload it again", track=_A_TRACK, cause=error.strerror
        ) from None
    return {index: _completed(one, text, times) for index, one in found.items()}


def _unclear_encoding(text: SubtitleText) -> MediaError:
    if not text.candidates:
        return MediaError(
            "{track} is not UTF-8, and its encoding is unclear: save it as UTF-8 and upload it again", track=_A_TRACK
        )
    return MediaError(
        "{track} is not UTF-8, and its encoding is unclear ({candidates}): save it as UTF-8 and upload it again",
        track=_A_TRACK,
        candidates=" or ".join(text.candidates),
    )


def _completed(cues: Cues | MediaError, text: SubtitleText | None, times: WrittenTimes) -> Cues | MediaError:
    if isinstance(cues, MediaError):
        return cues
    repaired = _repaired(_with_text(cues, text) if text else cues, times.backwards_ms)
    if text and text.unread:
        repaired = replace(repaired, unread=text.unread)
    repaired_s = (*repaired.repaired_s, *(text.repaired_s if text else ()))
    return replace(repaired, repaired_s=tuple(sorted(repaired_s)), negative_s=times.negative_s, empty_s=times.empty_s)


def _with_text(cues: Cues, text: SubtitleText) -> Cues:
    """The cues with the encoding and the STYLE and REGION blocks of the file, which the demuxer skips."""
    encoding = "" if text.encoding in ("utf-8", "utf-8-sig") else text.encoding
    blocks = _BLOCK.findall(_lines(text)) if cues.codec == _WEBVTT else []
    shown = "\n\n".join(block.strip() for block in blocks)
    return replace(cues, encoding=encoding, blocks=shown, codec=text.codec or cues.codec, lost=text.lost)


def _lines(text: SubtitleText) -> str:
    return text.content.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def _repaired(cues: Cues, backwards_ms: frozenset[int]) -> Cues:
    """The cues, with one that ends before it begins shown until the next one begins, 5 s at most."""
    starts_s = sorted(cue.start_s for cue in cues.cues)
    found, repaired_s = [], []
    for cue in cues.cues:
        if cue.end_s > cue.start_s and round(cue.start_s * 1000) not in backwards_ms:
            found.append(cue)
            continue
        following = bisect_right(starts_s, cue.start_s)
        latest_s = starts_s[following] if following < len(starts_s) else cue.start_s + _DEFAULT_S
        found.append(replace(cue, end_s=min(latest_s, cue.start_s + _DEFAULT_S)))
        repaired_s.append(cue.start_s)
    return replace(cues, cues=tuple(found), repaired_s=tuple(repaired_s))


class _Reader:
    """The text tracks of an open file."""

    def __init__(self, container: InputContainer) -> None:
        self._container = container
        streams = [one for one in container.streams.subtitles if one.codec_context]
        self._codecs = {one.index: str(one.codec_context.codec.canonical_name) for one in streams}
        self._streams = [one for one in streams if self._codecs[one.index] not in PICTURE_SUBTITLES]
        self._origin_s = (container.start_time or 0) / av.time_base

    def tracks(self) -> dict[int, Cues | MediaError]:
        """The cues by stream index; the error of a track that cannot be read."""
        cues: dict[int, list[Cue]] = {one.index: [] for one in self._streams}
        errors: dict[int, MediaError] = {}
        for packet in self._packets():
            index = packet.stream.index
            try:
                cues[index] += self._cues(packet)
            except MediaError as error:
                errors.setdefault(index, error)
        return {one.index: errors.get(one.index) or self._made(one, cues[one.index]) for one in self._streams}

    def _packets(self) -> Iterator[Packet[Any]]:
        with contextlib.suppress(FFmpegError):  # the file counts as ended where the demuxer stops
            yield from packets(self._container, *self._streams) if self._streams else ()

    def _cues(self, packet: Packet[AvSubtitleStream]) -> list[Cue]:
        if packet.pts is None or packet.time_base is None:
            return []
        start_s = float(packet.pts * packet.time_base) - self._origin_s
        end_s = start_s + (float(packet.duration * packet.time_base) if packet.duration else _DEFAULT_S)
        if self._codecs[packet.stream.index] == _WEBVTT:
            return _webvtt_cues(packet, start_s, end_s)
        events = (event.split(",", 2) for event in _events(packet, start_s))
        return [Cue(start_s, end_s, layer, rest) for _order, layer, rest in events]

    def _made(self, stream: AvSubtitleStream, cues: list[Cue]) -> Cues:
        codec = self._codecs[stream.index]
        # Set after the decoder has decoded a packet.
        header = bytes(stream.codec_context.subtitle_header or b"") if codec in _STYLED_CODECS else b""
        return Cues(header.decode(errors="replace"), tuple(cues), codec)


def _webvtt_cues(packet: Packet[AvSubtitleStream], start_s: float, end_s: float) -> list[Cue]:
    """The cue of a packet. Its text is parsed here: ffmpeg's decoder drops colours and positions."""
    if not packet.size:
        return []
    try:
        markup = bytes(packet).decode().strip("\n")
    except UnicodeDecodeError:
        raise _not_utf8(start_s) from None
    side_data: Mapping[str, bytes] = {one.data_type: bytes(one) for one in packet.iter_sidedata()}
    settings = side_data.get("webvtt_settings", b"").decode(errors="replace").strip()
    identifier = side_data.get("webvtt_identifier", b"").decode(errors="replace").strip()
    return [Cue(start_s, end_s, "0", f"Default,,0,0,0,,{ass_of(markup)}", markup, settings, identifier)]


def _events(packet: Packet[AvSubtitleStream], start_s: float) -> list[str]:
    """The ASS events of a packet. Raises MediaError for text that is not UTF-8, which would be lost silently."""
    try:
        texts = [rect.ass.decode(errors="replace") for rect in packet.decode() if rect.type == b"ass"]
    except FFmpegError:
        if not packet.size:
            return []
        raise _not_utf8(start_s) from None
    return [text for text in texts if text.count(",") >= 2]


def _not_utf8(start_s: float) -> MediaError:
    return MediaError(
        "{track} cannot be read at {start_s} s, where its text is not UTF-8: save it as UTF-8 and upload it again",
        track=_A_TRACK,
        start_s=f"{start_s:.1f}",
    )
