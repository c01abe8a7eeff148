"""`SourceTimeline`: the real start and end of a source against its header."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.errors import IncompleteSourceError
from media_workflows.media.source.formats import DECLARING_CONTAINERS, EXACT_CONTAINERS, is_one_of
from media_workflows.media.source.mp3_header import has_frame_count
from media_workflows.media.source.packet_times import Span
from media_workflows.media.source.promised_bytes import flv_bytes, promised_bytes
from media_workflows.media.source.readings import (
    bytes_of_seconds,
    has_attachments,
    key_frame_before,
    key_frames_of,
    sample_table_end,
    spans_of,
    tail_end_s,
)


def tolerance_s(duration_s: float) -> float:
    """The allowed difference of two durations of the same material, in seconds.

    Half a second covers encoder delay, edit lists and the length of a last frame; 2 % covers slow
    frame rates; the cap of 5 s keeps a film that lost its last scene from passing.
    """
    return min(max(0.5, 0.02 * duration_s), 5.0)


def cut_error(end_s: float, declared_s: float) -> IncompleteSourceError:
    """The error of a source that ends before the end in its header (seconds)."""
    return IncompleteSourceError(
        "the source ends at {end_s} s of {duration_s} s: the file is incomplete; upload it again",
        end_s=f"{end_s:.1f}",
        duration_s=f"{declared_s:.1f}",
    )


_END_SLACK_S = 0.1
_PADDING_BYTES = 64  # some writers count a chunk's header or padding twice
_EXACT_S = 0.2  # where a header counts samples or frames: encoder delay and the length of a last frame


class SourceTimeline:
    """The packets of a source against its header. Everything is read once, on first use."""

    def __init__(self, path: Path, info: MediaInfo) -> None:
        self._path = path
        self._info = info

    @property
    def declared_s(self) -> float:
        """The duration by the header, in seconds."""
        return self._info.duration_s

    @cached_property
    def spans(self) -> dict[int, Span]:
        """Stream index -> span of its packets."""
        return spans_of(self._path)

    def has_attachments(self) -> bool:
        """Whether the file holds fonts, covers or other files beside its streams."""
        return has_attachments(self._path)

    @cached_property
    def key_frames_s(self) -> list[float]:
        """Times of the video track's key frames; [] without a video track."""
        if self._info.video is None:
            return []
        return key_frames_of(self._path, self._info.video.index)

    @cached_property
    def bytes_of_seconds(self) -> list[int]:
        """The bytes of the video track in each second; [] without a video track."""
        if self._info.video is None:
            return []
        return bytes_of_seconds(self._path, self._info.video.index)

    def key_frame_before(self, moment_s: float) -> float:
        """The last key frame of the video track at or before a moment (seconds); the moment itself without one."""
        if self._info.video is None:
            return moment_s
        return key_frame_before(self._path, self._info.video.index, moment_s)

    @cached_property
    def end_s(self) -> float:
        """The end of the last packet, in seconds."""
        return max((span.end_s for span in self.spans.values()), default=0.0)

    def with_packets(self, indices: Sequence[int]) -> list[int]:
        """The tracks of `indices` that hold packets."""
        return [index for index in indices if index in self.spans]

    def kept_s(self, video: bool, audio: bool, from_s: float = 0.0, further: Sequence[int] = ()) -> float:
        """Seconds after `from_s` that the streams kept by an output last (video, main audio, further ones)."""
        kept = [self._info.video.index] if video and self._info.video else []
        kept += [self._info.main_audio.index] if audio and self._info.main_audio else []
        spans = [self.spans[index] for index in (*kept, *further) if index in self.spans]
        if not spans:
            return 0.0
        # A stream may start late (after a data track): a file made of it does not hold the gap.
        begin_s = max(from_s, min(span.start_s for span in spans))
        return max(0.0, max(span.end_s for span in spans) - begin_s)

    def promised_s(self, video: bool, audio: bool) -> float:
        """The end by the header of the streams kept by an output, in seconds; 0 where the header states none."""
        kept: list[VideoStream | AudioStream] = [self._info.video] if video and self._info.video else []
        kept += [self._info.main_audio] if audio and self._info.main_audio else []
        return max((track.start_s + track.duration_s for track in kept), default=0.0)

    @cached_property
    def _lacks_bytes(self) -> bool:
        """Whether the file is shorter than its header states. ffmpeg silently shortens the duration of some to fit."""
        return self._promised_bytes > self._info.size_bytes + _PADDING_BYTES

    @cached_property
    def _promised_bytes(self) -> int:
        if not is_one_of(self._info.container, frozenset({"mov"})):
            return promised_bytes(self._path)
        return max(promised_bytes(self._path), sample_table_end(self._path))

    @cached_property
    def is_cut(self) -> bool:
        """Whether the file ends before the end in its header. False where the header states none.

        The tail is read first: with data at the stated end, the whole file need not be read.
        """
        if self._lacks_bytes:
            return True
        declared_s = self._info.duration_s
        if declared_s <= 0 or not self._declares():
            return False
        enough_s = declared_s - self._tolerance_s()
        return tail_end_s(self._path, declared_s) < enough_s and self.end_s < enough_s

    def _declares(self) -> bool:
        if is_one_of(self._info.container, frozenset({"mp3"})):
            return has_frame_count(self._path)
        return is_one_of(self._info.container, DECLARING_CONTAINERS)

    def _tolerance_s(self) -> float:
        """The part of the stated duration that a complete file may lack, in seconds."""
        is_exact = is_one_of(self._info.container, EXACT_CONTAINERS)
        is_hinted = flv_bytes(self._path) > self._info.size_bytes
        return _EXACT_S if is_exact or is_hinted else tolerance_s(self._info.duration_s)

    def ends_before(self, moment_s: float) -> bool:
        """Whether the source is cut and ends before a moment (seconds)."""
        return self.is_cut and moment_s > min(self.end_s, self.declared_s) - _END_SLACK_S

    def cut_error(self) -> IncompleteSourceError:
        """The error of this cut source; in bytes where ffmpeg shortens the duration to the existing data."""
        if not self._lacks_bytes or self.end_s < self.declared_s - _END_SLACK_S:
            return cut_error(self.end_s, self.declared_s)
        return IncompleteSourceError(
            "the source holds {size_bytes} of {promised_bytes} bytes: the file is incomplete; upload it again",
            size_bytes=self._info.size_bytes,
            promised_bytes=self._promised_bytes,
        )
