"""`Trim`: the time range of the source that a rendition shows, and the streams that hold it."""

from __future__ import annotations

from dataclasses import dataclass

from media_workflows.domain.jobs.base import TimeRange, time_range
from media_workflows.domain.media_info import AudioStream, MediaInfo
from media_workflows.errors import InvalidOffsetError, MediaError
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.source.formats import BARE_VIDEO_CONTAINERS, is_one_of
from media_workflows.media.source.sound_segment import SoundSegment, start_slack_s


@dataclass(frozen=True)
class Trim:
    """The range of `length_s` seconds from `start_s` on; `whole` is all of the source, in the shared decode.

    Where the exact range is cut by filters of its own, `lead_s` and `spare_s` more are read before and after it.
    """

    start_s: float
    length_s: float
    whole: bool
    lead_s: float = 0.0
    spare_s: float = 0.0

    def seek(self, context: BuildContext) -> tuple[float, float] | None:
        """The value of `Output.seek`."""
        return None if self.whole or context.seek_s(self.start_s) is None else (self.start_s, self.length_s)

    def picture(self, context: BuildContext, index: int) -> Stream:
        """The video stream `index` for filtering."""
        source, start_s = self.source(context)
        return source[str(index)] if start_s is None else self.trimmed(source[str(index)], start_s)

    def sound(self, context: BuildContext, index: int) -> Stream:
        """The audio stream `index` for filtering or encoding."""
        source, start_s = self.source(context)
        return source[str(index)] if start_s is None else self.trimmed(source[str(index)], start_s, "a")

    def sound_segment(self, context: BuildContext, track: AudioStream) -> SoundSegment:
        """The segment of an audio track that an output holds."""
        slack_s = start_slack_s(context.info, track)
        return SoundSegment(context.source, track, self.start_s, 0.0, self.length_s, slack_s)

    def copied(self, context: BuildContext, index: int) -> Stream:
        """A stream for `codec: copy`: it begins at the key frame before the start. Raises MediaError."""
        container = context.info.container
        if is_one_of(container, BARE_VIDEO_CONTAINERS):
            raise MediaError(
                "the source is a bare video stream ({container}) without timestamps, which a copy would have to keep: "
                "encode the video",
                container=container,
            )
        if self.whole:
            return context.source_input()[str(index)]
        seek_s = context.seek_s(self.start_s)
        if seek_s is None:  # filters cannot trim a copy: from the source's start when a key frame is known there
            seek_s = 0.0 if context.key_frames() else self.start_s
        return self._from(context, seek_s)[str(index)]

    def trimmed(self, stream: Stream, start_s: float, media: str = "") -> Stream:
        """The range of a decoded stream, which starts at `start_s` of it; `media` 'a' = sound."""
        start, length = f"{start_s:.6f}", f"{self.length_s + self.spare_s:.6f}"
        kept = stream.filter(f"{media}trim", start=start, duration=length)
        return kept.filter(f"{media}setpts", f"PTS-{start}/TB")

    def source(self, context: BuildContext) -> tuple[Stream, float | None]:
        """An input, and the start of the range in it; None = the input holds no more than the range."""
        if self.whole:
            return context.source_input(), None
        seek_s = context.seek_s(max(0.0, self.start_s - self.lead_s))
        if seek_s is None:
            until = {"t": f"{self.start_s + self.length_s + self.spare_s:.6f}"} if self.spare_s else {}
            return context.source_input(**until), self.start_s
        return self._from(context, seek_s), self.start_s - seek_s or None

    def _from(self, context: BuildContext, seek_s: float) -> Stream:
        """The source from a moment before the range to the end of the range."""
        length_s = self.start_s - seek_s + self.length_s + self.spare_s
        return context.source_input(ss=f"{seek_s:.6f}", t=f"{length_s:.6f}")


def trim_of(info: MediaInfo, asked: TimeRange) -> Trim:
    """The range that an item asks for. Raises InvalidOffsetError when it lies outside the source."""
    start, end, duration_s = asked.start_offset_s, asked.end_offset_s, info.duration_s
    if not start and not end:
        return Trim(0.0, duration_s, whole=True)
    try:
        start_s, end_s = time_range(start, end, duration_s)
    except ValueError:
        raise InvalidOffsetError(
            "start_offset_s and end_offset_s: the range from {start} to {end} is empty in a video of {duration_s} s; "
            "choose a range inside the source",
            start=f"{start:g}",
            end=f"{end:g}",
            duration_s=f"{duration_s:.3f}",
        ) from None
    return Trim(start_s, end_s - start_s, whole=False)
