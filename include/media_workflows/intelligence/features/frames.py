"""One decode by one ffmpeg: small frames of the whole source, large ones at an interval, and the sound.

Both sizes come through one pipe as NUT with timestamps, so only the current frame is in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import av
import cv2
import ffmpeg
import numpy as np
from av.error import FFmpegError

from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.graph import Stream, merged
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.run import OutputPipe, Running, streamed_graph
from media_workflows.media.filters.geometry import Fit, Size, display_size
from media_workflows.media.filters.source_picture import drawn, source_picture
from media_workflows.media.filters.source_sound import source_sound
from media_workflows.media.source.formats import open_options
from media_workflows.settings import get_settings

Plane: TypeAlias = np.ndarray[tuple[int, int], np.dtype[np.uint8]]
Picture: TypeAlias = np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]  # height, width, BGR

SHARED_SIDE = 960  # pixels of the longer side of the picture that OCR and classifiers share: enough for small text
SMALL_SIDE = 160  # pixels of the longer side: enough for shots, motion and black
SMALL_FPS = 15  # at most; cuts are located to 1/15 s
_CUT_SCORE = 0.3  # of ffmpeg's `scene`: a new picture is sampled at any time
_CUT_GAP_S = 0.1  # flashing light is not sampled at the full rate
_CLOCK_TOLERANCE_S = 0.001  # timestamps of containers are rounded
SOUND_RATE_HZ = 16_000  # the input rate of speech recognition
SPEECH_FILE, SOUND_FILE, PICTURE_FILE = "speech.wav", "sound.txt", "picture.txt"
_SILENCE_DB, _SILENCE_S = -50, 1.0
_BLACK_S, _FREEZE_S, _FREEZE_NOISE = 0.2, 2.0, 0.002
_PIPE_BUFFER = 1 << 20
_THUMBNAIL = (24, 14)  # width and height, without noise and grain


@dataclass(frozen=True)
class Frame:
    """A decoded frame at `time_s`: planes of 4:2:0, full range, BT.601 for every source.

    `large` frames are sampled; the small ones cover the whole source. What several consumers need of a frame is made
    once, and only if one asks for it.
    """

    time_s: float
    large: bool
    luma: Plane
    chroma: tuple[Plane, Plane]

    @cached_property
    def picture(self) -> Picture:
        """The frame in colour: height x width x BGR."""
        return _coloured(self.luma, self.chroma)

    @cached_property
    def shared_luma(self) -> Plane:
        """The luma within `SHARED_SIDE` pixels; it is never enlarged."""
        scale = min(1.0, SHARED_SIDE / max(self.luma.shape))
        return resized(self.luma, (round(self.luma.shape[1] * scale), round(self.luma.shape[0] * scale)))

    @cached_property
    def shared_picture(self) -> Picture:
        """`shared_luma` in colour: of a frame of 1080p it costs a quarter of `picture`."""
        return self.picture if self.shared_luma is self.luma else _coloured(self.shared_luma, self.chroma)

    @cached_property
    def thumbnail(self) -> Plane:
        """The luma in 24 x 14 pixels, to compare whole pictures. A copy: it outlives the frame's buffer."""
        return resized(self.shared_luma, _THUMBNAIL).copy()


def resized(plane: Plane, size: tuple[int, int]) -> Plane:
    """The plane in this width and height; itself where it has them."""
    if (plane.shape[1], plane.shape[0]) == size:
        return plane
    shrinks = size[0] < plane.shape[1]
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR))


def _coloured(luma: Plane, chroma: tuple[Plane, Plane]) -> Picture:
    u, v = (resized(plane, (luma.shape[1], luma.shape[0])) for plane in chroma)
    return np.asarray(cv2.cvtColor(cv2.merge([luma, v, u]), cv2.COLOR_YCrCb2BGR))


@dataclass(frozen=True)
class DecodePlan:
    """The frames and sound to decode. `large_side` 0 = no large frames; `interval_s` is their interval."""

    small: bool
    large_side: int
    interval_s: float
    sound: bool


class Decode:
    """The decode of `source`. After `frames` has ended, the files in `work_dir` are complete."""

    def __init__(self, source: Path, info: MediaInfo, plan: DecodePlan, work_dir: Path) -> None:
        self._info = info
        self._plan = plan
        self._work_dir = work_dir
        self._input = ffmpeg.input(f"file:{source.resolve()}", **open_options())
        self.cpu_s = 0.0

    @property
    def graph(self) -> Stream:
        """The ffmpeg command, to be run in the work directory."""
        outputs = []
        if (video := self._info.video) is not None and (streams := self._pictures(video)):
            outputs.append(ffmpeg.output(*streams, "pipe:1", format="nut", vcodec="rawvideo", fps_mode="passthrough"))
        if (audio := self._info.main_audio) is not None and self._plan.sound:
            outputs.append(self._sound(audio))
        return merged(outputs)

    def frames(self, binary: str, cancellation: CancelToken) -> Iterator[Frame]:
        """Run ffmpeg. Raises EncodeError, or JobCancelledError after `cancel`."""
        limits = ffmpeg_limits(get_settings(), self._info.duration_s)
        with streamed_graph(self.graph, self._work_dir, binary, cancellation, limits) as running:
            yield from self._read(running)
        self.cpu_s = running.cpu_s

    def _read(self, running: Running) -> Iterator[Frame]:
        video = self._info.video
        if video is None or not (self._plan.small or self._plan.large_side):
            running.stdout.read()  # the sound goes to files; the pipe ends when ffmpeg does
            return
        yield from _nut_frames(running.stdout, large_first=not self._plan.small)

    def _pictures(self, video: VideoStream) -> list[Stream]:
        frames = source_picture(self._input[str(video.index)], video)
        size = display_size(video)
        streams = []
        if self._plan.small:
            few = frames.filter(
                "select", f"isnan(prev_selected_t)+gte(t-prev_selected_t,{1 / SMALL_FPS - _CLOCK_TOLERANCE_S:.4f})"
            )
            streams.append(_with_detectors(_planes(few, video, _within(size, SMALL_SIDE), flags="area")))
        if self._plan.large_side:
            chosen = frames.filter("select", _sampled(self._plan.interval_s))
            streams.append(_planes(chosen, video, _within(size, self._plan.large_side), flags="area+accurate_rnd"))
        return streams

    def _sound(self, audio: AudioStream) -> Stream:
        stream = source_sound(self._input[str(audio.index)], audio.start_s)
        stream = stream.filter("ebur128", metadata=1, peak="true", framelog="quiet")
        # After ebur128, which splits frames again and loses their metadata.
        stream = stream.filter("silencedetect", n=f"{_SILENCE_DB}dB", d=_SILENCE_S)
        stream = stream.filter("ametadata", mode="print", file=SOUND_FILE)
        return ffmpeg.output(stream, SPEECH_FILE, ar=SOUND_RATE_HZ, ac=1, acodec="pcm_s16le")


def _sampled(interval_s: float) -> str:
    since = "(t-prev_selected_t)"
    return (
        f"isnan(prev_selected_t)+gte({since},{interval_s - _CLOCK_TOLERANCE_S:.4f})"
        f"+gt(scene,{_CUT_SCORE})*gte({since},{_CUT_GAP_S})"
    )


def _planes(stream: Stream, video: VideoStream, size: Size, flags: str) -> Stream:
    """The stream in `size` and the pixel format that `Frame` has."""
    shape = Fit(size, size)
    stream = drawn(stream, video, shape, flags=flags, out_color_matrix="bt601", out_range="full")
    return stream.filter("format", "yuvj420p")


def _with_detectors(small: Stream) -> Stream:
    """Detect black and frozen spans, written to a file."""
    small = small.filter("blackdetect", d=_BLACK_S, pix_th=0.1)
    small = small.filter("freezedetect", n=_FREEZE_NOISE, d=_FREEZE_S)
    return small.filter("metadata", mode="print", file=PICTURE_FILE)


def _within(size: Size, side: int) -> Size:
    """The size reduced to `side`, with even sides."""
    scale = min(1.0, side / max(size.width, size.height))
    return Size(*(max(2, round(length * scale / 2) * 2) for length in (size.width, size.height)))


def _nut_frames(pipe: OutputPipe, *, large_first: bool) -> Iterator[Frame]:
    try:
        with av.open(_Pipe(pipe), mode="r", format="nut", buffer_size=_PIPE_BUFFER) as container:
            for packet in container.demux():
                clock = packet.stream.time_base or Fraction(1)
                for decoded in packet.decode():
                    yield _frame(decoded, clock, large_first or packet.stream.index == 1)
    except FFmpegError:  # the pipe ended early: the exit code of ffmpeg gives the reason
        return


class _Pipe:
    """A pipe as a file object for PyAV, without seeking."""

    def __init__(self, pipe: OutputPipe) -> None:
        self.read: Callable[[int], bytes] = pipe.read


def _frame(decoded: Any, clock: Fraction, large: bool) -> Frame:
    y, u, v = (_plane(plane) for plane in decoded.planes)
    return Frame(float(decoded.pts * clock), large, y, (u, v))


def _plane(plane: Any) -> Plane:
    rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]
