"""`SourceFrames`: frames of the source near a moment, decoded by PyAV and not by the command that made the output."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError
from av.video.frame import VideoFrame

from media_workflows.domain.media_info import MediaInfo
from media_workflows.media.filters.geometry import Box
from media_workflows.media.plan.depiction import NEAR_S
from media_workflows.media.source.clock import data_lead_s
from media_workflows.media.source.formats import GUESSING_CONTAINERS, JUMPING_CONTAINERS, is_one_of, open_options
from media_workflows.media.source.isolated import isolated
from media_workflows.media.source.pyav import packets
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.media.verify.thumbnails import Thumbnail, of_frame

# Frames that nothing depends on, and the smoothing of block edges, do not change a thumbnail and cost half the decode.
_CHEAP = {"skip_loop_filter": "all", "skip_frame": "noref"}
_KEY_FRAMES = {"skip_frame": "nokey"}
_SAMPLES = 5  # frames of a window that are compared
_MAX_FRAMES = 1500  # decoded for one moment; where a key frame lies farther back nothing is compared
_MAX_FROM_START = 15_000  # where an output differs from the frames that a seek found: ten minutes of the source
_BEFORE_S = 3.0  # a seek without an index lands anywhere: that much before
_MOST_WINDOWS = 8  # of one decode
_READ_ON_S = 2.0  # without an index, a decode goes on to a window that is this near
_MOST_READ_ON_S = 10.0  # an index may lack entries that are not read yet

_Span = tuple[float, float]  # seconds of the source


class _Unsure(Exception):
    """The decoded frames are not reliable: a seek landed late, or on a false key frame."""


@dataclass(frozen=True)
class _Reading:
    """What is decoded around a moment."""

    near_s: float
    box: Box
    from_start: bool
    key_frames_only: bool = False

    def window(self, moment_s: float) -> _Span:
        return moment_s - self.near_s, moment_s + self.near_s


class SourceFrames:
    """The frames of the source's video track, cached by moment: renditions share them."""

    def __init__(self, path: Path, info: MediaInfo, timeline: SourceTimeline) -> None:
        self._path, self._info, self._timeline = path, info, timeline
        self._found: dict[tuple[_Reading, float], list[Thumbnail]] = {}
        self._foreseen: dict[Box, set[float]] = {}

    def foresee(self, moments_s: Iterable[float], box: Box) -> None:
        """Moments that `near` will be called for: it finds those together that one decode passes."""
        self._foreseen.setdefault(box, set()).update(map(_rounded, moments_s))

    def near(self, moment_s: float, near_s: float, box: Box, from_start: bool = False) -> list[Thumbnail]:
        """Frames on screen within `near_s` seconds of a moment; [] where the source gives no reliable answer.

        `from_start` decodes without a seek, which may land on a false key frame that the decoder does not report.
        """
        found = self._at(_Reading(min(near_s, NEAR_S), box, from_start), moment_s)
        return found + self.key_frames_near(moment_s, near_s, box, from_start) if near_s > NEAR_S else found

    def key_frames_near(self, moment_s: float, near_s: float, box: Box, from_start: bool = False) -> list[Thumbnail]:
        """The key frames among them, which cost little to decode."""
        return self._at(_Reading(near_s, box, from_start, key_frames_only=True), moment_s)

    def _at(self, reading: _Reading, moment_s: float) -> list[Thumbnail]:
        moment_s = _rounded(moment_s)
        if (reading, moment_s) not in self._found:
            for passed_s, thumbnails in self._decoded(reading, moment_s):
                self._found[reading, passed_s] = thumbnails
        return self._found[reading, moment_s]

    def _decoded(self, reading: _Reading, moment_s: float) -> Iterable[tuple[float, list[Thumbnail]]]:
        """The frames of the moment, and of those foreseen after it that the same decode passes."""
        container = self._info.container
        if self._info.video is None or is_one_of(container, GUESSING_CONTAINERS):
            return [(moment_s, [])]
        if is_one_of(container, JUMPING_CONTAINERS) and not self._timeline.key_frames_s:
            return [(moment_s, [])]  # its clock jumps
        further = () if reading.from_start else self._foreseen.get(reading.box, ())
        later = sorted(one for one in further if one > moment_s and (reading, one) not in self._found)
        moments_s = [moment_s, *later[: _MOST_WINDOWS - 1]]
        windows = [reading.window(one) for one in moments_s]
        found = _frames(self._path, self._info, windows, reading)
        return zip(moments_s, found, strict=False)


def _rounded(moment_s: float) -> float:
    return round(moment_s, 2)


@isolated
def _frames(path: Path, info: MediaInfo, windows: Sequence[_Span], reading: _Reading) -> list[list[Thumbnail]]:
    """Frames of the first window, and of those after it that the same decode passes.

    They are decoded after a seek, else the first window from the start where that is near enough.
    """
    alone = windows[:1]
    ways: list[tuple[Sequence[_Span], bool, int]] = [(alone, False, _MAX_FRAMES), (alone, True, _MAX_FRAMES)]
    if reading.from_start:
        ways = [(alone, True, _MAX_FROM_START)]
    elif len(windows) > 1:
        ways = [(windows, False, _MAX_FRAMES), *ways]
    for wanted, is_start, most in ways:
        try:
            with av.open(str(path), options=open_options(), metadata_errors="replace") as container:
                return _decoded(container, info, wanted, reading, is_start, most)
        except (_Unsure, FFmpegError):
            continue
    return [[]]


def _decoded(
    container: Any,
    info: MediaInfo,
    windows: Sequence[_Span],
    reading: _Reading,
    from_start: bool,
    most_frames: int,
) -> list[list[Thumbnail]]:
    assert info.video is not None
    stream = container.streams[info.video.index]
    stream.codec_context.options = _KEY_FRAMES if reading.key_frames_only else _CHEAP
    origin_s = (container.start_time or 0) / av.time_base + data_lead_s(container)
    begins_s = windows[0][0] - (_BEFORE_S if is_one_of(info.container, JUMPING_CONTAINERS) else 0)
    seeks = not from_start and begins_s > info.video.start_s + 0.1
    passed = _passed(stream, windows, origin_s)
    if seeks:
        container.seek(int((begins_s + origin_s) * av.time_base))
    kept = [_Window(window, reading.box, info.video.rotation, must_precede=seeks) for window in passed]
    waiting = kept
    frames = (frame for packet in packets(container, stream) for frame in packet.decode())
    for count, frame in enumerate(frames):
        if count > most_frames or frame.is_corrupt or _is_mirrored(frame):
            raise _Unsure
        if frame.time is not None:
            time_s = frame.time - origin_s
            waiting = [window for window in waiting if window.take(frame, time_s)]
        if not waiting:
            break
    return [window.found() for window in kept]


def _passed(stream: Any, windows: Sequence[_Span], origin_s: float) -> Sequence[_Span]:
    """The first windows, up to the first one before which a seek saves frames."""
    count = 1
    while count < len(windows) and not _saves(stream, windows[count - 1][1], windows[count][0], origin_s):
        count += 1
    return windows[:count]


def _saves(stream: Any, from_s: float, to_s: float, origin_s: float) -> bool:
    """Whether a seek to a moment saves frames from another one on: there is a key frame between, or much time."""
    if to_s - from_s > _MOST_READ_ON_S:
        return True
    entries, time_base = stream.index_entries, float(stream.time_base)
    at = entries.search_timestamp(int((to_s + origin_s) / time_base)) if len(entries) else -1
    if at < 0:
        return to_s - from_s > _READ_ON_S
    return bool(entries[at].timestamp * time_base - origin_s > from_s)


class _Window:
    """Thumbnails of a time range: of the frame on screen at its start, and of a few that begin in it."""

    def __init__(self, window: tuple[float, float], box: Box, rotation: int, must_precede: bool) -> None:
        self._from_s, self._to_s = window
        self._box, self._rotation, self._must_precede = box, rotation, must_precede
        self._latest: VideoFrame | None = None  # no thumbnail made yet
        self._sampled_s = -math.inf
        self._found: list[Thumbnail] = []

    def take(self, frame: VideoFrame, time_s: float) -> bool:
        """False after the end of the window. Raises _Unsure when the first frame after a seek lies behind its start."""
        is_first = self._latest is None and not self._found
        if time_s > self._from_s and is_first and self._must_precede:
            raise _Unsure
        if time_s > self._to_s and not is_first:
            return False
        if time_s > self._from_s and self._sampled_s == -math.inf and self._latest is not None:
            self._add_thumbnail(self._from_s)
        middle_s = (self._from_s + self._to_s) / 2
        if self._sampled_s <= middle_s < time_s and self._latest is not None:
            self._add_thumbnail(middle_s)  # on screen at the moment itself
        self._latest = frame
        if time_s > self._from_s and time_s - self._sampled_s >= (self._to_s - self._from_s) / _SAMPLES:
            self._add_thumbnail(time_s)
        return True

    def found(self) -> list[Thumbnail]:
        """All thumbnails, with that of the last frame."""
        if self._latest is not None:
            self._add_thumbnail(self._to_s)
        return self._found

    def _add_thumbnail(self, time_s: float) -> None:
        assert self._latest is not None
        self._found.append(of_frame(self._latest, self._box, self._rotation))
        self._latest, self._sampled_s = None, time_s


def _is_mirrored(frame: VideoFrame) -> bool:
    """Whether the display matrix mirrors the picture: PyAV's `rotation` ignores that."""
    matrix: Any = frame.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return False
    a, b, _, c, d = struct.unpack("=5i", bytes(matrix)[:20])
    return bool(a * d - b * c < 0)
