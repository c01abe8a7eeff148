"""Which part of the source a rendition shows, and the streams that hold it."""

from __future__ import annotations

from dataclasses import dataclass

from media_workflows.errors import InvalidOffsetError
from media_workflows.media.graph import Stream
from media_workflows.media.plan import BuildContext
from media_workflows.model.jobs.base import TimeRange, time_range
from media_workflows.model.media_info import MediaInfo


@dataclass(frozen=True)
class Part:
    """From `start_s`, `length_s` seconds long; `whole` is all of the source, read in the decode that others share."""

    start_s: float
    length_s: float
    whole: bool

    def seek(self, context: BuildContext) -> tuple[float, float] | None:
        """What `Output.seek` wants."""
        return None if self.whole or not context.seek else (self.start_s, self.length_s)

    def picture(self, context: BuildContext, index: int) -> Stream:
        """The video stream `index` for filtering."""
        return self._stream(context, index, "trim", "setpts")

    def sound(self, context: BuildContext, index: int) -> Stream:
        """The audio stream `index` for filtering or encoding."""
        return self._stream(context, index, "atrim", "asetpts")

    def copied(self, context: BuildContext, index: int) -> Stream:
        """A stream as it is: it begins at the key frame before the start."""
        return self._jump(context)[str(index)]

    def _stream(self, context: BuildContext, index: int, trim: str, set_times: str) -> Stream:
        if self.whole or context.seek:
            return self._jump(context)[str(index)]
        start, length = f"{self.start_s:.6f}", f"{self.length_s:.6f}"
        kept = context.source_input()[str(index)].filter(trim, start=start, duration=length)
        return kept.filter(set_times, f"PTS-{start}/TB")

    def _jump(self, context: BuildContext) -> Stream:
        if self.whole:
            return context.source_input()
        return context.source_input(ss=f"{self.start_s:.6f}", t=f"{self.length_s:.6f}")


def part_of(info: MediaInfo, asked: TimeRange) -> Part:
    """The part that an item asks for. Raises InvalidOffsetError when it lies outside the source."""
    if not asked.start_offset_s and not asked.end_offset_s:
        return Part(0.0, info.duration_s, whole=True)
    try:
        start_s, end_s = time_range(asked.start_offset_s, asked.end_offset_s, info.duration_s)
    except ValueError as error:
        raise InvalidOffsetError(f"start_offset_s and end_offset_s: {error}") from None
    return Part(start_s, end_s - start_s, whole=False)
