"""`BlackBarMeter`: the part of a source's picture inside its black bars, measured once, in a few short samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import ffmpeg

from media_workflows.domain.media_info import VideoStream
from media_workflows.media.ffmpeg.filter_metadata import CROP, metadata_lines
from media_workflows.media.ffmpeg.graph import Stream, merged
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import WHOLE, Box
from media_workflows.media.filters.source_picture import transfer_function
from media_workflows.media.plan.planned import SEEKS_PER_PASS
from media_workflows.media.source.colour import HLG, PQ
from media_workflows.media.source.kept_readings import reading_of

SAMPLES = SEEKS_PER_PASS  # inputs of one ffmpeg process
_SAMPLE_S = 1.0
_RATE_FPS = 4
_READ_WHOLE_S = 12.0  # seeks save nothing in a shorter source
_MOST_FROM_START_S = 60.0
# The brightest black, as a share of the range: ffmpeg's default; PQ and HLG have more values for dark colours.
_BLACK, _BLACK_HDR = 24 / 255, 0.12
_LEAST_BAR = 0.01  # of a side: less is the edge of a recording
_LEAST_KEPT = 0.4  # of a side: less is a dark picture and no bars
_FILE = "black_bars.txt"


@dataclass
class BlackBarMeter:
    """Measures by ffmpeg's `cropdetect`. `run` runs a graph in the context's `work_dir`; raises what it raises."""

    context: BuildContext
    run: Callable[[Stream, Path], object]

    def __call__(self) -> Box:
        """The part of the upright picture inside its black bars. It is kept beside the source."""
        return self._inside

    @cached_property
    def _inside(self) -> Box:
        reading = reading_of(self.context.source, __name__, SAMPLES)
        kept = reading.found() if reading else None
        found: Box = kept.value if kept else self._measured()
        if reading and not kept:
            reading.keep(found)
        return found

    def _measured(self) -> Box:
        directory = self.context.work_dir
        directory.mkdir(parents=True, exist_ok=True)
        file = directory / _FILE
        file.unlink(missing_ok=True)
        # One filter sees all samples, also empty ones, and finds what no bar covers in any of them.
        frames = ffmpeg.filter([*self._samples()], "concat", n=self._count, v=1, a=0)
        limit = _BLACK_HDR if transfer_function(self._video) in (PQ, HLG) else _BLACK
        measured = frames.filter("cropdetect", limit=f"{limit:.4f}", round=2, skip=0, reset=0)
        printed = measured.filter("metadata", mode="print", file=_FILE)
        self.run(merged([printed.output("-", format="null")]), directory)
        return self._found(dict(metadata_lines(file)))

    @property
    def _video(self) -> VideoStream:
        """The source's video track. Only for a source that has one."""
        assert self.context.info.video is not None
        return self.context.info.video

    @cached_property
    def _seeks_s(self) -> list[tuple[float, float]]:
        """Start and length of each sample; one from the start of short sources, and where no seek is possible."""
        duration_s = self._video.duration_s or self.context.info.duration_s
        if duration_s <= _READ_WHOLE_S or self.context.seek_s(duration_s / 2) is None:
            return [(0.0, _MOST_FROM_START_S)]
        moments_s = [(duration_s - _SAMPLE_S) * (number + 0.5) / SAMPLES for number in range(SAMPLES)]
        seeks_s = [(moment_s, self.context.seek_s(moment_s) or 0.0) for moment_s in moments_s]
        return [(seek_s, moment_s - seek_s + _SAMPLE_S) for moment_s, seek_s in seeks_s]

    @property
    def _count(self) -> int:
        return len(self._seeks_s)

    def _samples(self) -> Iterator[Stream]:
        for start_s, length_s in self._seeks_s:
            source = self.context.source_input(ss=f"{start_s:.6f}", t=f"{length_s:.6f}")
            yield source[str(self._video.index)].filter("fps", fps=_RATE_FPS)

    def _found(self, last: Mapping[str, str]) -> Box:
        """The part inside the bars; all of a picture that is black, or whose dark sides are no bars."""
        names = [f"{CROP}.{name}" for name in ("x", "y", "w", "h")]
        x, y, across, down = (int(last.get(name, "0")) for name in names)
        if across <= 0 or down <= 0:
            return WHOLE
        video = self._video
        width, height = (video.height, video.width) if video.rotation % 180 else (video.width, video.height)
        (left, right), (top, bottom) = _span(x, across, width), _span(y, down, height)
        return Box(left, top, right, bottom)


def _span(start_px: int, length_px: int, side_px: int) -> tuple[float, float]:
    """What is kept of a side, in shares of it; all of it where the cut is too small or too large for bars."""
    start, end = start_px / side_px, (start_px + length_px) / side_px
    start, end = 0.0 if start < _LEAST_BAR else start, 1.0 if end > 1 - _LEAST_BAR else end
    return (start, end) if end - start >= _LEAST_KEPT else (0.0, 1.0)
