"""Items of the clocks of streams, decided from the times of packets. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from media_workflows.domain.features import Span
from media_workflows.domain.jobs.quality_thresholds import Deviation, Gap, Interleave, RateDeviation, WithoutThreshold
from media_workflows.domain.sub_tasks.quality_control import QualityItem
from media_workflows.media.jobs.quality.item_rules import (
    MOMENT_S,
    ItemRule,
    Limit,
    lasting,
    length_s,
    moments,
    unmeasured,
    why_no_audio,
    why_no_video,
    worst_of,
)
from media_workflows.media.jobs.quality.measurements import Measurements
from media_workflows.media.jobs.quality.packets import Track
from media_workflows.media.jobs.quality.track_times import gaps, known, steps, usual_step_s


def _with_video(rule: Callable[[str, Any, Measurements, Track, Span], QualityItem]) -> ItemRule:
    """The item from the packets of the video track; not measured without one, or without times."""

    def item_of(name: str, item: Any, measured: Measurements) -> QualityItem:
        track = measured.packets.video
        if track is None or measured.video is None:
            return unmeasured(name, why_no_video(measured))
        if not track.has_times:
            return unmeasured(name, "no_timestamps")
        return rule(name, item, measured, track, measured.video)

    return item_of


def _steps_back(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    tracks = [track for track in (measured.packets.video, measured.packets.audio) if track]
    found = sorted((one for track in tracks for one in track.steps_back), key=lambda one: one.time_s)
    return moments(name, measured, found)


def _shown_early(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    tracks = [track for track in (measured.packets.video, measured.packets.audio) if track]
    found = sorted((one for track in tracks for one in track.early), key=lambda one: one.time_s)
    return moments(name, measured, found)


def _jitter(times: str) -> ItemRule:
    def rule(name: str, item: Deviation, measured: Measurements, track: Track, video: Span) -> QualityItem:
        usual_s = usual_step_s(track) or 0.0
        found = [(at, round(abs(step - usual_s), 4)) for at, step in steps(getattr(track, times))]
        return worst_of(name, found, video, Limit(item.max_deviation_s, "s", usual_s))

    return _with_video(rule)


def _unsteady(name: str, item: RateDeviation, measured: Measurements, track: Track, video: Span) -> QualityItem:
    """Frames of each whole second against the median of all."""
    times = known(track.shown_s)
    counts: dict[int, int] = {}
    for at in times:
        counts[int(at - video.start_s)] = counts.get(int(at - video.start_s), 0) + 1
    whole = [counts.get(second, 0) for second in range(int(length_s(video)))]
    if len(whole) < 2:
        return unmeasured(name, "too_short", "share", item.max_deviation)
    usual = sorted(whole)[len(whole) // 2] or 1
    found = [(round(video.start_s + second, 3), round(abs(n - usual) / usual, 3)) for second, n in enumerate(whole)]
    return worst_of(name, found, video, Limit(item.max_deviation, "share", 1.0))


def _dropping(name: str, item: Gap, _measured: Measurements, track: Track, video: Span) -> QualityItem:
    return lasting(name, gaps(track), video, item.max_gap_s, None)


def _interleave(name: str, item: Interleave, measured: Measurements) -> QualityItem:
    video, audio = measured.packets.video, measured.packets.audio
    if video is None or audio is None or measured.video is None:
        return unmeasured(name, why_no_video(measured) or why_no_audio(measured), "s", item.max_difference_s)
    lags = [
        (round(at, 3), round(lag, 3))
        for track in (video, audio)
        for at, lag in zip(track.decoded_s, track.lag_s, strict=True)
        if lag == lag
    ]
    limit = Limit(item.max_difference_s, "s", MOMENT_S)
    return worst_of(name, sorted(lags), measured.video, limit)


CLOCK_ITEMS: dict[str, ItemRule] = {
    "timestamp_fallback": _steps_back,
    "dts_jitter": _jitter("decoded_s"),
    "pts_jitter": _jitter("shown_s"),
    "pts_less_than_dts": _shown_early,
    "fps_jitter": _with_video(_unsteady),
    "video_dropping_frames": _with_video(_dropping),
    "av_timestamp_interleave": _interleave,
}
