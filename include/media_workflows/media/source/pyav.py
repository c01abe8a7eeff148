"""Workarounds for PyAV with real files: numeric tags, unknown side data, streams that appear late.

All readers of files use these: PyAV (18.1) itself raises UnicodeDecodeError, ValueError and IndexError.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av.logging
from av.codec.context import CodecContext
from av.container import InputContainer
from av.packet import Packet
from av.sidedata.sidedata import Type
from av.stream import Stream
from av.video.frame import VideoFrame

# av_dump_format's line: '  Stream #0:1[0x101](eng): Audio: dts (dca) ([130][0][0][0] / 0x0082), 44100 Hz ...'
_STREAM_LINE = re.compile(r"^  Stream #0:(\d+)(?:\[\w+\])?(?:\((\w+)\))?: (\w+): (\w+)", re.MULTILINE)
_LOG_LEVEL = threading.Lock()  # libav's log level is global to the process
_TAG = re.compile(r"\(([^()]{4}) / 0x[0-9A-F]{8}\)")


@dataclass(frozen=True)
class StreamLine:
    """A stream as libavformat prints it: '' for missing values. `type` is 'video', 'audio', 'subtitle', 'data'."""

    index: int
    type: str
    codec: str
    tag: str
    language: str


def codec_tag(context: CodecContext) -> str:
    """The four characters of a codec tag; '' where it is a number (MPEG-TS stream types, RIFF format tags)."""
    try:
        return str(context.codec_tag)
    except UnicodeDecodeError:
        return ""


def side_data_kinds(frame: VideoFrame) -> frozenset[str]:
    """The kinds of side data of a frame that PyAV has a name for."""
    side_data: Any = frame.side_data
    return frozenset(side_data[number].type.name for number in range(len(side_data)))


def packets(container: InputContainer, *streams: Stream) -> Iterator[Packet[Any]]:
    """The packets of these streams (by default all) that existed when the file was opened.

    Raises FFmpegError.
    """
    demuxed = iter(container.demux(*streams))
    while True:
        try:
            packet = next(demuxed)
        except (StopIteration, IndexError):  # IndexError: the flush at the end, of a stream that appeared meanwhile
            return
        yield packet


def format_text(container: InputContainer) -> str:
    """libavformat's own description of a file: its programs and streams, also those that PyAV does not list."""
    with _LOG_LEVEL:
        level = av.logging.get_level()
        av.logging.set_level(av.logging.INFO)  # below this nothing is captured
        try:
            return str(container.dumps_format())  # type: ignore[attr-defined]  # its stub lacks it
        finally:
            av.logging.set_level(level)


def stream_lines(container: InputContainer) -> dict[int, StreamLine]:
    """Streams by their index, also those without a decoder and those that appeared after the opening.

    PyAV has neither codec nor tag of such a stream; libavformat's own description has.
    """
    text = format_text(container)
    lines = {}
    for found in _STREAM_LINE.finditer(text):
        index, language, type_, codec = found.groups()
        tag = _TAG.search(text, found.end(), text.find("\n", found.end()))
        lines[int(index)] = StreamLine(
            index=int(index),
            type=type_.lower(),
            codec="" if codec == "none" else codec,
            tag=tag[1] if tag else "",
            language="" if language in (None, "und") else language,
        )
    return lines


def _name_unknown_side_data() -> None:
    """Name kinds of side data that PyAV does not know: one of them would hide all others of its frame."""

    def unknown(cls: Any, value: object) -> Any:
        member = object.__new__(cls)
        member._name_, member._value_ = f"UNKNOWN_{value}", value
        return member

    Type._missing_ = classmethod(unknown)  # type: ignore[assignment]


_name_unknown_side_data()
