"""`CutRange`: one range of a cut list, in the source or in a clip beside it, and its exact frames and samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, pairwise

import ffmpeg

from media_workflows.domain.jobs.base import time_range
from media_workflows.domain.jobs.cuts import Cut
from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.domain.notice import Notice
from media_workflows.errors import InvalidOffsetError
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.cut_windows import Range, cut_windows
from media_workflows.media.filters.source_sound import source_sound
from media_workflows.media.filters.trim import Trim
from media_workflows.media.source.sound_segment import SoundSegment, start_slack_s

# Read before a cut, for the frame that is on screen when it begins: in a recording of a screen it stays for seconds.
_LEAD_FRAMES, _VARIABLE_LEAD_S = 2, 10.0
_SPARE_S = 0.1  # read after a cut: it ends by its frames and samples
_APART_S = 1e-6
_REPEATED_S = 0.5  # for which the last frame may stay on screen where a picture ends before its header says
_LATE_S = 0.001
_NOTICED_S = 0.01


@dataclass(frozen=True)
class CutRange:
    """One cut, counted from 1: `trim` in the file of `context`, which is the source or the clip `key`.

    It begins at `output_s` in the output. `window` is the range of the file that its input holds, which cuts near it
    share.
    """

    number: int
    key: str
    context: BuildContext
    trim: Trim
    output_s: float
    window: Trim

    @property
    def info(self) -> MediaInfo:
        """The file."""
        return self.context.info

    @property
    def end_s(self) -> float:
        """The end of the range in the file, in seconds."""
        return self.trim.start_s + self.trim.length_s

    def picture(self, video: VideoStream) -> Stream:
        """The video from a little before the range on, which begins at time 0."""
        source, start_s = self._source()
        stream = source[str(video.index)]
        if self.window != self.trim:  # dropped at once: frames of other cuts would wait in memory
            from_s, end_s = max(0.0, start_s - self.trim.lead_s), start_s + self.trim.length_s + self.trim.spare_s
            stream = stream.filter("trim", start=f"{from_s:.6f}", end=f"{end_s:.6f}")
        return stream.filter("setpts", f"PTS-{start_s:.6f}/TB") if start_s else stream

    def exact_picture(self, picture: Stream, video: VideoStream, frames: int) -> Stream:
        """A picture of constant rate, of so many frames: from time 0, the last one repeated where there are fewer."""
        missing_s = max(0.0, self.end_s - video.start_s - video.duration_s) if video.duration_s else 0.0
        padded = picture.filter("tpad", stop_mode="clone", stop_duration=f"{missing_s + _REPEATED_S:.6f}")
        return padded.filter("trim", end_frame=frames)

    def sound(self, track: AudioStream) -> Stream:
        """The sound of the range, from time 0."""
        source, start_s = self._source()
        stream = source[str(track.index)]
        stream = self.trim.trimmed(stream, start_s, "a") if start_s or self.window != self.trim else stream
        return source_sound(stream, track.start_s - self.trim.start_s, _LATE_S)

    def _source(self) -> tuple[Stream, float]:
        """The input of the window, and the start of the range in it."""
        source, start_s = self.window.source(self.context)
        return source, (start_s or 0.0) + self.trim.start_s - self.window.start_s

    def silence(self, rate_hz: int) -> Stream:
        """The sound of a range of a file without sound."""
        length_s = f"{self.trim.length_s + self.trim.spare_s:.6f}"
        return ffmpeg.input(f"anullsrc=r={rate_hz}:cl=stereo", format="lavfi", t=length_s)["a"]

    def sound_segment(self, track: AudioStream, is_last: bool) -> SoundSegment:
        """What its sound is verified against."""
        return SoundSegment(
            self.context.source,
            track,
            self.trim.start_s,
            self.output_s,
            self.trim.length_s,
            start_slack_s(self.info, track),
            checks_start=self.number == 1,
            checks_end=is_last,
        )


def exact_sound(sound: Stream, samples: int) -> Stream:
    """A sound of so many samples: silence after it where there are fewer."""
    padded = sound.filter("apad", whole_len=samples).filter("atrim", end_sample=samples)
    return padded.filter("asetpts", "N/SR/TB")


def counts(cuts: Sequence[CutRange], rate: Fraction) -> list[int]:
    """The frames or samples of each cut at a rate. Where a cut ends is rounded, not how long it is: nothing adds up."""
    lengths = (Fraction(round(cut.trim.length_s * 1_000_000), 1_000_000) for cut in cuts)
    return [end - start for start, end in pairwise([0, *(round(end * rate) for end in accumulate(lengths))])]


def cut_ranges(context: BuildContext, cuts: Sequence[Cut]) -> tuple[CutRange, ...]:
    """The ranges of a cut list.

    Raises MediaError for a clip that is missing, InvalidOffsetError for a range outside its file.
    """
    files = [_file(context, cut.key) for cut in cuts]
    trims = [_trim(number, cut, file) for number, (cut, file) in enumerate(zip(cuts, files, strict=True), start=1)]
    starts_s = accumulate((trim.length_s for trim in trims), initial=0.0)
    return tuple(
        CutRange(number, cut.key, file, trim, output_s, window)
        for number, (cut, file, trim, output_s, window) in enumerate(
            zip(cuts, files, trims, starts_s, _windows(cuts, files, trims), strict=False), start=1
        )
    )


def _windows(cuts: Sequence[Cut], files: Sequence[BuildContext], trims: Sequence[Trim]) -> Sequence[Trim]:
    if any(file.sample for file in files):  # each input is then as short as the sample
        return trims
    return cut_windows(
        [
            Range(cut.key, trim, file.seek_s(max(0.0, trim.start_s - trim.lead_s)) is not None)
            for cut, file, trim in zip(cuts, files, trims, strict=True)
        ]
    )


def _file(context: BuildContext, key: str) -> BuildContext:
    if not key:
        return context
    extra = context.extra_input(key)
    return replace(context, source=extra.path, info=extra.info, key_frames=tuple)


def _trim(number: int, cut: Cut, file: BuildContext) -> Trim:
    duration_s = file.info.duration_s
    try:
        start_s, end_s = time_range(cut.start_offset_s, cut.end_offset_s, duration_s)
    except ValueError:
        raise InvalidOffsetError(
            "cut {number}: the range from {start} to {end} is empty in a file of {duration_s} s; choose a range inside "
            "it",
            number=number,
            start=f"{cut.start_offset_s:g}",
            end=f"{cut.end_offset_s:g}",
            duration_s=f"{duration_s:.3f}",
        ) from None
    # Equal inputs would be one, whose frames would wait in memory for the second of two equal cuts.
    spare_s = _SPARE_S + number * _APART_S
    return Trim(start_s, end_s - start_s, whole=False, lead_s=_lead_s(file), spare_s=spare_s)


def _lead_s(file: BuildContext) -> float:
    video = file.info.video
    if video is None or file.sample:  # a sample is shorter
        return 0.0
    return max(_LEAD_FRAMES / (video.fps or 25), _VARIABLE_LEAD_S if video.is_vfr else 0.0)


def require_shown(cut: CutRange, video: VideoStream, frames: int) -> None:
    """Raises InvalidOffsetError for a cut of less than a frame, and for one of a moment without a picture."""
    if frames < 1:
        raise InvalidOffsetError(
            "cut {number} is shorter than a frame; make it longer, or leave it out", number=cut.number
        )
    picture_end_s = video.start_s + video.duration_s
    if video.duration_s and not (cut.trim.start_s < picture_end_s and cut.end_s > video.start_s):
        raise InvalidOffsetError(
            "cut {number}: its file has a picture from {start} to {end} s only; choose a range in which it has one",
            number=cut.number,
            start=f"{video.start_s:.3f}",
            end=f"{picture_end_s:.3f}",
        )


def shortened_notices(cuts: Sequence[CutRange], asked: Sequence[Cut]) -> list[Notice]:
    """A notice for each cut that asks for more than its file has."""
    return [_shortened(cut) for cut, one in zip(cuts, asked, strict=True) if _overruns(cut, one)]


def _overruns(cut: CutRange, asked: Cut) -> bool:
    duration_s = cut.info.duration_s
    return asked.end_offset_s > duration_s + _NOTICED_S or asked.start_offset_s < -duration_s - _NOTICED_S


def _shortened(cut: CutRange) -> Notice:
    start_s, end_s = round(cut.trim.start_s, 3), round(cut.end_s, 3)
    return Notice(
        code="CutShortened",
        message=f"cut {cut.number} is from {start_s:g} to {end_s:g} s: its file has only this",
        parameters={"number": cut.number, "start_s": start_s, "end_s": end_s},
    )
