"""`SourceFrames`: frames of the source near a moment, decoded by PyAV and not by the command that made the output."""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError
from av.video.frame import VideoFrame

from media_workflows.domain.media_info import MediaInfo
from media_workflows.media.plan.depiction import NEAR_S, Box
from media_workflows.media.source.clock import data_lead_s
from media_workflows.media.source.formats import GUESSING_CONTAINERS, JUMPING_CONTAINERS, is_one_of, open_options
from media_workflows.media.source.isolated import isolated
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.media.verify.thumbnails import Thumbnail, of_frame

# Frames that nothing depends on, and the smoothing of block edges, do not change a thumbnail and cost half the decode.
_CHEAP = {"skip_loop_filter": "all", "skip_frame": "noref"}
_SAMPLES = 5  # frames of a window that are compared
_MAX_FRAMES = 1500  # decoded for one moment; where a key frame lies farther back nothing is compared
_MAX_FROM_START = 15_000  # where an output differs from the frames that a seek found: ten minutes of the source
_BEFORE_S = 3.0  # a seek without an index lands anywhere: that much before


class _Unsure(Exception):
    """The decoded frames are not reliable: a seek landed late, or on a false key frame."""


class SourceFrames:
    """The frames of the source's video track, cached by moment: renditions share them."""

    def __init__(self, path: Path, info: MediaInfo, timeline: SourceTimeline) -> None:
        self._path, self._info, self._timeline = path, info, timeline
        self._found: dict[tuple[float, float, Box, bool], list[Thumbnail]] = {}

    def near(self, moment_s: float, near_s: float, box: Box, from_start: bool = False) -> list[Thumbnail]:
        """Frames on screen within `near_s` seconds of a moment; [] where the source gives no reliable answer.

        `from_start` decodes without a seek, which may land on a false key frame that the decoder does not report.
        """
        key = round(moment_s, 2), near_s, box, from_start
        if key not in self._found:
            self._found[key] = self._decoded(moment_s, near_s, box, from_start)
        return self._found[key]

    def _decoded(self, moment_s: float, near_s: float, box: Box, from_start: bool) -> list[Thumbnail]:
        container = self._info.container
        if self._info.video is None or is_one_of(container, GUESSING_CONTAINERS):
            return []
        if is_one_of(container, JUMPING_CONTAINERS) and not self._timeline.key_frames_s:
            return []  # its clock jumps
        window = (moment_s - min(near_s, NEAR_S), moment_s + min(near_s, NEAR_S))
        found = _frames(self._path, self._info, window, box, _CHEAP, from_start)
        if near_s > NEAR_S:  # a key frame may stand for the moment
            wide = moment_s - near_s, moment_s + near_s
            found = found + _frames(self._path, self._info, wide, box, {"skip_frame": "nokey"}, from_start)
        return found


@isolated
def _frames(
    path: Path, info: MediaInfo, window: tuple[float, float], box: Box, options: dict[str, str], from_start: bool
) -> list[Thumbnail]:
    """Frames decoded after a seek, else from the start where that is near enough."""
    for is_start, most in ((True, _MAX_FROM_START),) if from_start else ((False, _MAX_FRAMES), (True, _MAX_FRAMES)):
        try:
            with av.open(str(path), options=open_options(), metadata_errors="replace") as container:
                return _decoded(container, info, window, box, options, is_start, most)
        except (_Unsure, FFmpegError):
            continue
    return []


def _decoded(
    container: Any,
    info: MediaInfo,
    window: tuple[float, float],
    box: Box,
    options: dict[str, str],
    from_start: bool,
    most_frames: int,
) -> list[Thumbnail]:
    assert info.video is not None
    stream = container.streams[info.video.index]
    stream.codec_context.options = options
    origin_s = (container.start_time or 0) / av.time_base + data_lead_s(container)
    begins_s = window[0] - (_BEFORE_S if is_one_of(info.container, JUMPING_CONTAINERS) else 0)
    seeks = not from_start and begins_s > info.video.start_s + 0.1
    if seeks:
        container.seek(int((begins_s + origin_s) * av.time_base))
    kept = _Window(window, box, info.video.rotation, must_precede=seeks)
    for count, frame in enumerate(container.decode(stream)):
        if count > most_frames or frame.is_corrupt or _is_mirrored(frame):
            raise _Unsure
        if frame.time is not None and not kept.take(frame, frame.time - origin_s):
            break
    return kept.found()


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
