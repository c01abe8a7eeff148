"""Normalisation of loudness by EBU R 128: one gain for a whole track, and a limiter where its peaks require one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from media_workflows.domain.jobs.stream_limits import LOSSLESS_AUDIO
from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.loudness import Loudness
from media_workflows.media.ffmpeg.graph import Stream

Meter = Callable[[Stream], Loudness | None]
"""Decodes a stream of a graph and measures it; None = nothing is measured, as in estimates."""

# True peaks that the encoder (a lossy one adds noise) and the way back from the limiter's rate may add, in dB.
_LOSSY_HEADROOM_DB, _LOSSLESS_HEADROOM_DB = 1.5, 0.3
_ENCODER_GAIN_DB = {"mp3": -0.45}  # LAME multiplies its input by 0.95
_LIMITER_RATE_HZ = 192_000  # four times 48 kHz, at which ITU-R BS.1770 measures true peaks
CORRECTIONS = 5  # of the gain, for what the limiter takes from the loudness
_CLOSE_LU = 0.1
_COMPRESSIONS = 3
_CLOSE_RANGE_LU = 0.5
_NARROWEST_LU = 1.0  # of `loudnorm`
_MOST_FURTHER_DB = 12.0  # before a limiter: more would distort rather than be louder
_LEAST_EFFECT = 0.25  # of a gain before a limiter, in LU for each dB
_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
_USUAL_RATE_HZ = 48_000
_COMPRESSION_DB = 20.0  # by which `loudnorm` may change the level of quiet and loud passages


@dataclass(frozen=True)
class Normalised:
    """A track's sound at its target. A level of the source may be lower by `reduction_db`, or higher by `rise_db`,
    than its gain makes it: by the limiter, or the compressor.

    `before` is what was measured; None = nothing was, and the sound is unchanged.
    """

    stream: Stream
    target_lufs: float
    limit_dbtp: float
    range_lu: float | None = None
    before: Loudness | None = None
    gain_db: float = 0.0
    reduction_db: float = 0.0
    rise_db: float = 0.0


def normalised(sound: Stream, asked: AudioParameters, form: tuple[int, int], meter: Meter) -> Normalised | None:
    """The sound at the loudness that the parameters ask for; None = they ask for none.

    `form`: channels and sample rate (Hz) of the output, 0 = as the encoder chooses. Loudness is measured in these
    channels, as a mix changes it. Silence stays as it is. Raises what the meter raises.
    """
    if asked.loudness_lufs is None:
        return None
    channels, rate_hz = form
    layout = {"channel_layouts": _LAYOUTS[channels]} if channels in _LAYOUTS else {}
    mixed = sound.filter("aformat", sample_fmts="fltp", **layout)
    limit_dbtp, before = asked.true_peak_limit_dbtp, meter(mixed)
    unchanged = Normalised(mixed, asked.loudness_lufs, limit_dbtp, asked.loudness_range_lu, before)
    if before is None or before.integrated_lufs is None:
        return unchanged
    headroom_db = _LOSSLESS_HEADROOM_DB if asked.codec in LOSSLESS_AUDIO else _LOSSY_HEADROOM_DB
    target_lufs = asked.loudness_lufs - _ENCODER_GAIN_DB.get(asked.codec, 0.0)
    goal = _Goal(target_lufs, limit_dbtp - headroom_db, rate_hz or _USUAL_RATE_HZ, meter)
    return goal.reached(unchanged, before)


@dataclass(frozen=True)
class _Goal:
    """What the encoder has to get: the loudness, the highest true peak, and the sample rate behind a limiter."""

    target_lufs: float
    limit_dbtp: float
    rate_hz: int
    meter: Meter

    def reached(self, unchanged: Normalised, before: Loudness) -> Normalised:
        stream, now, change_db = unchanged.stream, before, 0.0
        range_lu = unchanged.range_lu
        if range_lu is not None and (before.range_lu or 0) > range_lu:
            stream, now = self._compressed(stream, before, range_lu)
            change_db = _COMPRESSION_DB
        gain_db = self.target_lufs - _lufs(now)
        over_db = (now.true_peak_dbtp or 0.0) + gain_db - self.limit_dbtp
        if over_db > 0:
            gain_db = self._gain_before_limiter_db(stream, gain_db)
            stream = self._limited(stream, gain_db)
        else:
            stream = _gained(stream, gain_db)
        return replace(
            unchanged,
            stream=stream,
            gain_db=self.target_lufs - _lufs(before) if change_db else gain_db,
            reduction_db=max(over_db, 0.0) + change_db,
            rise_db=change_db,
        )

    def _gain_before_limiter_db(self, stream: Stream, gain_db: float) -> float:
        """The gain that reaches the target through the limiter, as far as it can; by secants from a first guess."""
        most_db = gain_db + _MOST_FURTHER_DB
        known: tuple[float, float] | None = None
        for _ in range(CORRECTIONS):
            measured = self.meter(self._limited(stream, gain_db))
            if measured is None or measured.integrated_lufs is None:
                break
            missing_lu = self.target_lufs - measured.integrated_lufs
            if abs(missing_lu) <= _CLOSE_LU:
                break
            effect = 1.0
            if known and known[0] != gain_db:
                effect = (known[1] - missing_lu) / (gain_db - known[0])
            known = gain_db, missing_lu
            gain_db = min(most_db, gain_db + missing_lu / min(1.0, max(_LEAST_EFFECT, effect)))
        return gain_db

    def _limited(self, stream: Stream, gain_db: float) -> Stream:
        options = {"limit": f"{10 ** (self.limit_dbtp / 20):.5f}", "attack": 5, "release": 50, "level": 0, "latency": 1}
        loud = _gained(stream, gain_db).filter("aresample", _LIMITER_RATE_HZ)
        return loud.filter("alimiter", **options).filter("aresample", self.rate_hz)

    def _compressed(self, sound: Stream, before: Loudness, range_lu: float) -> tuple[Stream, Loudness]:
        """The sound with its range narrowed, at about the target, and its loudness. `loudnorm` makes 192 kHz.

        It misses wide ranges: then it gets a narrower one, by as much as it has missed.
        """
        measured = {
            "measured_I": before.integrated_lufs,
            "measured_LRA": before.range_lu,
            "measured_TP": before.true_peak_dbtp,
            "measured_thresh": _lufs(before) - 10,  # the relative gate of ITU-R BS.1770
        }
        asked_lu, made, now = range_lu, sound, before
        for _ in range(_COMPRESSIONS):
            options = {"I": self.target_lufs, "LRA": f"{asked_lu:.1f}", "TP": -1, "linear": "false", **measured}
            made = sound.filter("loudnorm", **options).filter("aresample", self.rate_hz)
            now = self.meter(made) or before
            over_lu = (now.range_lu or 0) - range_lu
            if over_lu <= _CLOSE_RANGE_LU:
                break
            asked_lu = max(_NARROWEST_LU, asked_lu - over_lu)
        return made, now


def _lufs(measured: Loudness) -> float:
    assert measured.integrated_lufs is not None  # silence is not normalised
    return measured.integrated_lufs


def _gained(stream: Stream, gain_db: float) -> Stream:
    return stream.filter("volume", volume=f"{gain_db:.2f}dB")
