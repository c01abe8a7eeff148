"""Items of the sound. Pure."""

from __future__ import annotations

from media_workflows.domain.jobs.quality_thresholds import (
    AacDeviation,
    AudioNoise,
    Gap,
    HighVoice,
    LowVoice,
    NoVoice,
    OutOfPhase,
    RepeatedPackets,
)
from media_workflows.domain.sub_tasks.quality_control import NotMeasured, QualityItem
from media_workflows.media.jobs.quality.detectors import NOISE_WINDOW_S
from media_workflows.media.jobs.quality.item_rules import (
    ItemRule,
    Limit,
    Measure,
    lasting,
    moments,
    unmeasured,
    whole_source,
    why_no_audio,
    worst_of,
)
from media_workflows.media.jobs.quality.measurements import Measurements, Sample
from media_workflows.media.jobs.quality.packets import Moment
from media_workflows.media.jobs.quality.track_times import gaps, steps, usual_step_s

_FLATNESS, _LEVEL, _PHASE = (
    "lavfi.aspectralstats.1.flatness",
    "lavfi.astats.Overall.RMS_level",
    "lavfi.aphasemeter.phase",
)
_SMOOTH = 4  # windows of a quarter of a second: a consonant is noise, too, but shorter than a second


def _silent(name: str, item: NoVoice, measured: Measurements) -> QualityItem:
    return lasting(name, measured.silent, measured.audio, item.min_duration_s, why_no_audio(measured))


def _quiet(name: str, item: LowVoice, measured: Measurements) -> QualityItem:
    lufs, reason = measured.integrated_lufs, why_no_audio(measured) or _if_mixed(measured)
    if lufs is None or reason:
        return unmeasured(name, reason or "too_short", "LUFS", item.min_lufs)
    return whole_source(name, measured, lufs < item.min_lufs, Measure(lufs, "LUFS", item.min_lufs))


def _overdriven(name: str, item: HighVoice, measured: Measurements) -> QualityItem:
    """Digital silence has no level, so no value, and is no hit."""
    if reason := why_no_audio(measured) or _if_mixed(measured):
        return unmeasured(name, reason, "dBTP", item.max_dbtp)
    peak = measured.true_peak_dbtp
    is_loud = peak is not None and peak > item.max_dbtp
    return whole_source(name, measured, is_loud, Measure(peak, "dBTP", item.max_dbtp))


def _if_mixed(measured: Measurements) -> NotMeasured | None:
    """ffmpeg rebuilds its filters where the format of the sound changes, and what they measured before is lost."""
    return "format_changes" if measured.packets.rates or measured.packets.channels else None


def _noisy(name: str, item: AudioNoise, measured: Measurements) -> QualityItem:
    """Flatness, averaged over a second, of windows that are loud enough."""
    if measured.audio is None:
        return unmeasured(name, why_no_audio(measured))
    values = [
        (sample.time_s, sample.values[_FLATNESS] if _is_loud(sample, item.level_db) else 0.0)
        for sample in measured.samples["sound_noise"]
        if _FLATNESS in sample.values
    ]
    smooth = [
        (at, round(sum(value for _, value in values[begin : begin + _SMOOTH]) / _SMOOTH, 4))
        for begin, (at, _) in enumerate(values[: len(values) - _SMOOTH + 1])
    ]
    limit = Limit(item.min_flatness, "share", _SMOOTH * NOISE_WINDOW_S / 2, item.min_duration_s)
    return worst_of(name, smooth, measured.audio, limit)


def _is_loud(sample: Sample, level_db: float) -> bool:
    return sample.values.get(_LEVEL, -200.0) >= level_db


def _cancelling(name: str, item: OutOfPhase, measured: Measurements) -> QualityItem:
    audio = measured.info.main_audio
    if measured.audio is None or audio is None:
        return unmeasured(name, why_no_audio(measured))
    if audio.channels != 2:
        return unmeasured(name, "not_stereo")
    values = [(one.time_s, one.values[_PHASE]) for one in measured.samples["phase"] if _PHASE in one.values]
    limit = Limit(item.min_correlation, "", NOISE_WINDOW_S, item.min_duration_s, is_above=False)
    return worst_of(name, values, measured.audio, limit)


def _repeated(name: str, item: RepeatedPackets, measured: Measurements) -> QualityItem:
    """Equal frames; in silence they are right."""
    track = measured.packets.audio
    if track is None:
        return unmeasured(name, why_no_audio(measured))
    silent = measured.silent
    loud = [
        (at, count) for at, count in track.repeats if not any(span.start_s - 0.1 <= at <= span.end_s for span in silent)
    ]
    found = [Moment(at, f"{count}") for at, count in loud if count > item.max_repeats]
    most = max((count for _, count in loud), default=0)
    return moments(name, measured, found, most, of=item.max_repeats)


def _dropping(name: str, item: Gap, measured: Measurements) -> QualityItem:
    track = measured.packets.audio
    if track is None or measured.audio is None:
        return unmeasured(name, why_no_audio(measured))
    if not track.has_times:
        return unmeasured(name, "no_timestamps", "s", item.max_gap_s)
    return lasting(name, gaps(track), measured.audio, item.max_gap_s, None)


def _aac_spacing(name: str, item: AacDeviation, measured: Measurements) -> QualityItem:
    track, audio = measured.packets.audio, measured.info.main_audio
    if track is None or audio is None or measured.audio is None:
        return unmeasured(name, why_no_audio(measured))
    if audio.codec != "aac":
        return unmeasured(name, "other_codec", "s", item.max_deviation_s)
    usual_s = usual_step_s(track)
    if not track.has_times or usual_s is None:
        return unmeasured(name, "no_timestamps", "s", item.max_deviation_s)
    values = [(at, abs(step - usual_s)) for at, step in steps(track.shown_s)]
    return worst_of(name, values, measured.audio, Limit(item.max_deviation_s, "s", usual_s))


SOUND_ITEMS: dict[str, ItemRule] = {
    "no_voice": _silent,
    "low_voice": _quiet,
    "high_voice": _overdriven,
    "audio_noise": _noisy,
    "audio_out_of_phase": _cancelling,
    "audio_duplicated_frame": _repeated,
    "audio_dropping_frames": _dropping,
    "aac_duration_deviation": _aac_spacing,
}
