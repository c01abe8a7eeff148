"""Comparison of each audio track of an output with the file that it comes from.

Half-second windows at the start, in the middle and at the end are decoded from both files. The source's windows are
mixed to the output's channels by swresample, as ffmpeg does it, and the level of each channel is compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from av.audio.layout import AudioLayout
from av.error import FFmpegError

from media_workflows.errors import OutputRejectedError
from media_workflows.media.filters.loudness import Normalised
from media_workflows.media.plan.expected_sound import SoundExpectation
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.media.source.sound_segment import SoundSegment
from media_workflows.media.verify.sound_length import require_sound_length
from media_workflows.media.verify.sound_windows import SLOT_S, Window, read_windows, slot_powers

_WINDOW_S = 0.5
_SHORTEST_S = 0.2  # shorter sound is not compared
# Shift between source and output: encoder delay, rounding of containers, silence inserted for gaps.
_SHIFT_S = 0.2
# Below this, and this far below the loudest channel, a level is noise: codecs may change it.
_FLOOR_DB = -50.0
_RANGE_DB = 30.0
_LOW_RATE_RANGE_DB = 15.0  # at low bitrates codecs let channels leak into each other
_LOW_RATE_FLOOR_DB = -35.0  # and starve quiet channels beside loud treble, which is not measured
_LOW_RATE_TOLERANCE_DB = 8.0
# Lossy codecs may remove everything above 120 Hz from the LFE.
_NOT_COMPARED = frozenset({"LFE"})
_DEFAULT_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
# swresample scales a mix down so that it cannot clip where samples are integers, and not where they are floats.
# Encoders take either, so a mix may have either level.
_SAMPLE_FORMATS = ("fltp", "s16p")

_Levels = list[float]  # dB of each channel


@dataclass(frozen=True)
class _Place:
    """A window by its position in the source and in the output, and its name in errors."""

    name: str
    source_s: float
    output_s: float
    length_s: float


@dataclass
class SoundVerifier:
    """Verifies the sound of a job's outputs; each window of a source is decoded once."""

    _windows: dict[tuple[Path, int, tuple[tuple[float, float], ...]], list[Window]] = field(default_factory=dict)

    def require_sound(self, file: PlannedFile) -> None:
        """Raises OutputRejectedError when an audio track is not what it must be."""
        if any(not expects.is_copy for expects in file.expects.sounds):
            try:
                require_sound_length(file.path)
            except FFmpegError as error:
                raise OutputRejectedError(
                    "the audio of the output cannot be read: {cause}; run the job again, and report it with the source "
                    "if it persists",
                    cause=error,
                ) from error
        for number, expects in enumerate(file.expects.sounds):
            for segment in expects.segments:
                self._require_segment(file.path, number, expects, segment)

    def _require_segment(self, path: Path, number: int, expects: SoundExpectation, segment: SoundSegment) -> None:
        places = _places(segment)
        if not places:
            return
        shift_s = _SHIFT_S + segment.slack_s
        spans = tuple((max(0.0, p.source_s - shift_s), p.source_s + p.length_s + shift_s) for p in places)
        try:
            sources = self._source(segment.path, segment.track.index, spans)
            outputs = read_windows(path, number, 0, [(p.output_s, p.output_s + p.length_s) for p in places])
        except (FFmpegError, IndexError) as error:
            raise OutputRejectedError(
                "audio track {track} of the output cannot be decoded: {cause}; run the job again, and report it with "
                "the source if it persists",
                track=number,
                cause=error,
            ) from error
        layout = _require_format(number, expects, outputs)
        if expects.is_mixed:
            return
        for place, source, output in zip(places, sources, outputs, strict=True):
            _require_levels(_Comparison(number, place, expects, layout, shift_s), source, output)

    def _source(self, path: Path, index: int, spans: tuple[tuple[float, float], ...]) -> list[Window]:
        key = (path, index, spans)
        if key not in self._windows:
            self._windows[key] = read_windows(path, None, index, spans)
        return self._windows[key]


def _places(segment: SoundSegment) -> list[_Place]:
    """The windows to compare: two in the first second, one in the middle, two in the last; fewer of short sound."""
    begin_s = max(segment.source_s, segment.track.start_s)
    end_s = segment.source_s + segment.length_s
    if segment.track.duration_s:
        end_s = min(end_s, segment.track.start_s + segment.track.duration_s)
    if end_s - begin_s < _SHORTEST_S:
        return []
    length_s = min(_WINDOW_S, end_s - begin_s)
    starts = [("at its middle", (begin_s + end_s - length_s) / 2)]
    if segment.checks_start:
        starts += [("at its start", begin_s), ("in its first second", begin_s + length_s)]
    if segment.checks_end:
        starts += [("in its last second", end_s - 2 * length_s), ("at its end", end_s - length_s)]
    found: list[_Place] = []
    for name, start_s in sorted(starts, key=lambda one: one[1]):
        is_inside = begin_s <= start_s <= end_s - length_s
        if is_inside and (not found or start_s >= found[-1].source_s + length_s / 2):
            found.append(_Place(name, start_s, segment.output_s + start_s - segment.source_s, length_s))
    return found


def _require_format(number: int, expects: SoundExpectation, windows: Sequence[Window]) -> str:
    """The channel layout to compare by; '' = unknown. Raises OutputRejectedError for a wrong format."""
    frame = next((frame for window in windows for _, frame in window.frames), None)
    if frame is None:
        return ""
    channels, name = frame.layout.nb_channels, frame.layout.name
    if expects.channels and channels != expects.channels:
        raise OutputRejectedError(
            "audio track {track} of the output has {found} channels, not {expected}; run the job again, and report it "
            "with the source if it persists",
            track=number,
            found=channels,
            expected=expects.channels,
        )
    if expects.sample_rate_hz and frame.sample_rate != expects.sample_rate_hz:
        raise OutputRejectedError(
            "audio track {track} of the output has {found} Hz, not {expected}; run the job again, and report it with "
            "the source if it persists",
            track=number,
            found=frame.sample_rate,
            expected=expects.sample_rate_hz,
        )
    if name.endswith("channels"):  # the container states no layout
        return _DEFAULT_LAYOUTS.get(channels, "")
    if expects.layouts and name not in expects.layouts:
        raise OutputRejectedError(
            "audio track {track} of the output has the layout {found}, not {expected}; run the job again, and report "
            "it with the source if it persists",
            track=number,
            found=name,
            expected=" or ".join(sorted(expects.layouts)),
        )
    return name


@dataclass(frozen=True)
class _Comparison:
    """One window of a track."""

    track: int
    place: _Place
    expects: SoundExpectation
    layout: str
    shift_s: float


def _require_levels(comparison: _Comparison, source: Window, output: Window) -> None:
    """Raises OutputRejectedError for the worst channel when neither way of mixing explains the output's levels.

    Where the source itself has a gap or is damaged, there is nothing to compare with.
    """
    if not source.is_continuous(comparison.place.length_s / 2):
        return
    layout = comparison.layout or _DEFAULT_LAYOUTS[1]
    layouts = [one for one in (comparison.expects.premix_layout, layout) if one]
    try:
        found = _window_levels(slot_powers(output, [layout], "fltp"))
        mixes = [slot_powers(source, layouts, form) for form in _mix_formats(source, layout)]
    except (FFmpegError, ValueError):
        return  # swresample does not support this mix
    slots = round(comparison.place.length_s / SLOT_S)
    bounds = [[_bounds(channel, slots) for channel in mix] for mix in mixes if mix]
    if normalised := comparison.expects.normalised:
        bounds = [[_changed(bound, normalised) for bound in mix] for mix in bounds]
    skipped = [n for n, name in enumerate(_channel_names(layout, len(found))) if name in _NOT_COMPARED]
    worst = [_worst(mix, found, comparison.expects.tolerance_db, skipped) for mix in bounds]
    if worst and all(one is not None for one in worst):
        channel, expected_db, found_db = min((one for one in worst if one), key=lambda one: abs(one[1] - one[2]))
        raise OutputRejectedError(
            "audio track {track} of the output is wrong {place} ({time_s} s): channel {channel} has {found_db} dB, the "
            "source's {expected_db} dB; run the job again, and report it with the source if it persists",
            track=comparison.track,
            place=comparison.place.name,
            time_s=f"{comparison.place.output_s:.1f}",
            channel=_channel_names(layout, channel + 1)[channel],
            found_db=f"{found_db:.0f}",
            expected_db=f"{expected_db:.0f}",
        )


def _mix_formats(source: Window, layout: str) -> Sequence[str]:
    """The sample formats to mix in: both where channels are mixed."""
    names = {frame.layout.name for _, frame in source.frames}
    return _SAMPLE_FORMATS[:1] if names <= {layout} else _SAMPLE_FORMATS


def _channel_names(layout: str, count: int) -> list[str]:
    names = [channel.name for channel in AudioLayout(layout).channels]
    return [*names, *(str(number) for number in range(len(names), count))]


def _window_levels(channels: Sequence[Sequence[float]]) -> _Levels:
    return [_db(sum(slots) / len(slots)) if slots else -math.inf for slots in channels]


def _bounds(slots: Sequence[float], length: int) -> tuple[float, float]:
    """The lowest and the highest level (dB) of a window of `length` slots anywhere in a longer one."""
    levels = list(_sliding(slots, length))
    return _db(min(levels)), _db(max(levels))


def _changed(bounds: tuple[float, float], normalised: Normalised) -> tuple[float, float]:
    """The levels after a change of the loudness: a limiter lowers the loud ones, a compressor raises the quiet ones."""
    low_db, high_db = bounds[0] + normalised.gain_db, bounds[1] + normalised.gain_db
    return low_db - normalised.reduction_db, high_db + normalised.rise_db


def _sliding(slots: Sequence[float], length: int) -> Iterator[float]:
    length = min(length, len(slots))
    for begin in range(len(slots) - length + 1):
        yield sum(slots[begin : begin + length]) / length


def _worst(
    bounds: Sequence[tuple[float, float]], found: _Levels, tolerance_db: float, skipped: Sequence[int] = ()
) -> tuple[int, float, float] | None:
    """Channel, expected and found dB of the largest difference beyond the tolerance; None = all agree."""
    is_low = tolerance_db >= _LOW_RATE_TOLERANCE_DB
    range_db, least_db = (_LOW_RATE_RANGE_DB, _LOW_RATE_FLOOR_DB) if is_low else (_RANGE_DB, _FLOOR_DB)
    floor_db = max(least_db, max((high for _, high in bounds), default=least_db) - range_db)
    levels = found or [-math.inf] * len(bounds)
    worst: tuple[int, float, float] | None = None
    for channel, ((low, high), level) in enumerate(zip(bounds, levels, strict=False)):
        expected_db = min(max(level, low), high)
        excess_db = abs(max(expected_db, floor_db) - max(level, floor_db))
        if (
            channel not in skipped
            and excess_db > tolerance_db
            and (worst is None or excess_db > abs(worst[1] - worst[2]))
        ):
            worst = (channel, expected_db, level)
    return worst


def _db(power: float) -> float:
    return 10 * math.log10(power) if power > 0 else -math.inf
