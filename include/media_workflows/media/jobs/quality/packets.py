"""What the packets of a source say, from one pass over the file without decoding."""

from __future__ import annotations

import contextlib
import re
from array import array
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from typing import Any

import av
from av.codec.context import CodecContext
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet

from media_workflows.media.jobs.quality.bitstream import access_unit, length_bytes, picture_header, sound_format
from media_workflows.media.source.clock import Clock
from media_workflows.media.source.formats import is_one_of, open_options
from media_workflows.media.source.frame_rates import MOST_FRAMES
from media_workflows.media.source.isolated import isolated
from media_workflows.media.source.pyav import format_text, packets, stream_lines

MOST_MOMENTS = 1000  # of one kind that are listed
_MOST_SIZES = 32  # key frames that are decoded because their header is new
_ROUNDED_S = 0.02  # what libavformat rounds times of frames by that share a packet of the container
_NAL_CODECS = ("h264", "hevc")
_PROGRAM = re.compile(r"^  Program \d+", re.MULTILINE)


@dataclass(frozen=True)
class Moment:
    """Something at a time of the source (seconds), in words or as a value."""

    time_s: float
    text: str


@dataclass
class Track:
    """The packets of one stream in the order of the file, in seconds; NaN = no time. `lag_s`: how much later than
    the other stream's packets of that time it lies in the file. `steps_back` are moments where decoding times fall.
    """

    shown_s: array[float] = field(default_factory=lambda: array("d"))
    decoded_s: array[float] = field(default_factory=lambda: array("d"))
    duration_s: array[float] = field(default_factory=lambda: array("d"))
    lag_s: array[float] = field(default_factory=lambda: array("d"))
    sizes: array[int] = field(default_factory=lambda: array("L"))
    steps_back: list[Moment] = field(default_factory=list)
    early: list[Moment] = field(default_factory=list)  # shown before they are decoded
    repeats: list[tuple[float, int]] = field(default_factory=list)  # equal packets: where, how many follow the first

    @property
    def has_times(self) -> bool:
        """Whether at least two packets have times of their own."""
        return sum(1 for one in self.shown_s[:3] if one == one) > 1


@dataclass
class PacketStats:
    """The stats of a source. `video` and `audio`: its main tracks; None = it has none."""

    video: Track | None = None
    audio: Track | None = None
    nal_codec: bool = False
    sizes_known: bool = False
    format_known: bool = False
    sizes: list[Moment] = field(default_factory=list)
    rates: list[Moment] = field(default_factory=list)
    channels: list[Moment] = field(default_factory=list)
    parameter_sets: list[Moment] = field(default_factory=list)
    nal_errors: list[Moment] = field(default_factory=list)
    corrupt: list[Moment] = field(default_factory=list)
    without_delimiter: list[Moment] = field(default_factory=list)
    first_is_idr: bool | None = None
    programs: int = 0
    tags: dict[int, str] = field(default_factory=dict)
    timecode: str = ""
    read_error: str = ""


@isolated
def packet_stats(path: Path, video: int | None, audio: int | None) -> PacketStats:
    """The stats of the streams with these indices; up to MOST_FRAMES packets of each."""
    with av.open(str(path), mode="r", options=open_options(), metadata_errors="replace") as container:
        return _Reader(container, video, audio).stats()


class _Reader:
    def __init__(self, container: InputContainer, video: int | None, audio: int | None) -> None:
        self._container, self._video, self._audio = container, video, audio
        self._stats = PacketStats(video=None if video is None else Track(), audio=None if audio is None else Track())
        self._clock = Clock(container)
        self._last_dts: dict[int, int] = {}
        self._latest_s: dict[int, float] = {}
        self._sets: tuple[bytes, ...] | None = None
        self._headers: set[bytes] = set()
        self._size = ""
        self._sound: tuple[int, int] | None = None
        self._sound_bytes, self._repeats, self._repeat_s = b"", 0, 0.0
        if video is not None:
            context: Any = container.streams[video].codec_context
            self._codec = context.name if context.name in _NAL_CODECS else container.streams[video].codec.canonical_name
            self._stats.nal_codec = self._codec in _NAL_CODECS
            extradata = bytes(context.extradata or b"")
            self._length = length_bytes(self._codec, extradata) if self._stats.nal_codec else 0
            self._stats.sizes_known = self._stats.nal_codec or self._codec in ("mpeg1video", "mpeg2video", "vp8", "vp9")
            self._extradata, self._size = extradata, f"{context.width}x{context.height}"

    def stats(self) -> PacketStats:
        stats = self._stats
        try:
            for packet in packets(self._container):
                if packet.size:
                    self._read(packet)
        except FFmpegError as error:
            stats.read_error = str(error)
        self._end_repeats()
        lines = stream_lines(self._container)
        stats.tags = {index: line.tag for index, line in lines.items()}
        stats.timecode = self._timecode()
        if is_one_of(self._container.format.name, frozenset({"mpegts"})):
            stats.programs = len(_PROGRAM.findall(format_text(self._container)))
        return stats

    def _timecode(self) -> str:
        """The timecode of the file: of a track of its own, or a tag."""
        found = [self._container.metadata, *(stream.metadata for stream in self._container.streams)]
        return next((tags["timecode"] for tags in found if tags.get("timecode")), "")

    def _read(self, packet: Packet[Any]) -> None:
        index = packet.stream.index
        track = self._stats.video if index == self._video else self._stats.audio if index == self._audio else None
        time_s = self._clock.time_s(packet)
        if track is None or len(track.sizes) >= MOST_FRAMES:
            return
        shown_s = nan if packet.pts is None or time_s is None else time_s
        self._times(track, packet, shown_s, time_s)
        at_s = self._latest_s.get(index, 0.0) if time_s is None else time_s
        if packet.is_corrupt:
            _add(self._stats.corrupt, at_s, "the container marks data as damaged")
        if index == self._video:
            self._picture(packet, at_s)
        else:
            self._sound_packet(packet, at_s)

    def _times(self, track: Track, packet: Packet[Any], shown_s: float, time_s: float | None) -> None:
        index, decoded_s = packet.stream.index, nan
        if packet.dts is not None and time_s is not None:
            later = 0 if packet.pts is None else packet.pts - packet.dts
            decoded_s = time_s - float(later * packet.time_base)
            last = self._last_dts.get(index)
            back_s = 0.0 if last is None else float((last - packet.dts) * packet.time_base)
            if back_s > _ROUNDED_S:
                _add(track.steps_back, time_s, f"-{back_s:.3f} s")
            self._last_dts[index] = packet.dts
            if later < 0:
                _add(track.early, time_s, f"{float(later * packet.time_base):.3f} s")
        other = self._audio if index == self._video else self._video
        lag_s = self._latest_s.get(-1 if other is None else other, nan) - decoded_s
        track.shown_s.append(shown_s)
        track.decoded_s.append(decoded_s)
        track.duration_s.append(float((packet.duration or 0) * packet.time_base))
        track.lag_s.append(lag_s)
        track.sizes.append(packet.size)
        if decoded_s == decoded_s:
            self._latest_s[index] = decoded_s

    def _picture(self, packet: Packet[Any], at_s: float) -> None:
        stats, is_first = self._stats, len(self._stats.video.sizes) == 1 if self._stats.video else False
        new_extradata = packet.has_sidedata("new_extradata")
        header: bytes | None = None
        if stats.nal_codec:
            unit = access_unit(data := bytes(packet), self._codec, self._length)
            if unit.error:
                _add(stats.nal_errors, at_s, unit.error)
            if not unit.has_delimiter:
                _add(stats.without_delimiter, at_s, "")
            if is_first:
                stats.first_is_idr = unit.is_idr
            # Sets of a picture that is no key frame may be a part of them only.
            if unit.sets and (packet.is_keyframe or unit.is_idr):
                if self._sets not in (None, unit.sets):
                    _add(stats.parameter_sets, at_s, "")
                self._sets, header = unit.sets, b"".join(unit.sets)
        else:
            data = bytes(packet) if packet.is_keyframe else b""
            header = picture_header(self._codec, data) if data else None
            if is_first:
                stats.first_is_idr = packet.is_keyframe
        if new_extradata:
            header = self._extradata = bytes(packet.get_sidedata("new_extradata"))
            if not is_first and stats.nal_codec:
                _add(stats.parameter_sets, at_s, "")
        if header is not None:
            self._new_size(header, packet, at_s, is_first)

    def _new_size(self, header: bytes, packet: Packet[Any], at_s: float, is_first: bool) -> None:
        """Note the size of a key frame whose header is another one than before."""
        is_known = header in self._headers or len(self._headers) >= _MOST_SIZES
        self._headers.add(header)
        if is_first or (is_known and len(self._headers) == 1):
            return
        size = decoded_size(self._codec, self._extradata, packet)
        if size and size != self._size:
            _add(self._stats.sizes, at_s, f"{self._size} → {size}")
            self._size = size

    def _sound_packet(self, packet: Packet[Any], at_s: float) -> None:
        stats, data = self._stats, bytes(packet)
        codec = packet.stream.codec_context.codec.canonical_name
        found = sound_format(codec, data)
        if found:
            stats.format_known = True
            for moments, old, new in zip((stats.rates, stats.channels), self._sound or found, found, strict=True):
                if old != new:
                    _add(moments, at_s, f"{old} → {new}")
            self._sound = found
        if data == self._sound_bytes and data.strip(data[:1]):  # a frame of one value is silence
            self._repeat_s = self._repeat_s if self._repeats else at_s
            self._repeats += 1
        else:
            self._end_repeats()
            self._sound_bytes = data

    def _end_repeats(self) -> None:
        track = self._stats.audio
        if self._repeats and track and len(track.repeats) < MOST_MOMENTS:
            track.repeats.append((round(self._repeat_s, 3), self._repeats))
        self._repeats = 0


def decoded_size(codec: str, extradata: bytes, packet: Packet[Any]) -> str:
    """The size of a key frame, decoded alone: 'width x height'; '' = it cannot be."""
    context: Any = CodecContext.create(codec, "r")
    context.thread_count = 1
    if extradata:
        context.extradata = extradata
    with contextlib.suppress(FFmpegError):
        frames: list[Any] = [*context.decode(packet), *context.decode(None)]
        if frames:
            return f"{frames[0].width}x{frames[0].height}"
    return ""


def _add(moments: list[Moment], time_s: float, text: str) -> None:
    if len(moments) < MOST_MOMENTS:
        moments.append(Moment(round(time_s, 3), text))
