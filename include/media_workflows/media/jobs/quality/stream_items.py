"""Items of streams and containers: clocks, changes, broken data, forms. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from media_workflows.domain.features import Span
from media_workflows.domain.jobs.quality_thresholds import (
    BitrateRange,
    DurationMismatch,
    FrameRate,
    LowResolution,
    WithoutThreshold,
)
from media_workflows.domain.media_info import VideoStream
from media_workflows.domain.sub_tasks.quality_control import QualityItem, QualitySegment
from media_workflows.media.jobs.quality.item_rules import (
    ItemRule,
    Measure,
    length_s,
    moments,
    segments,
    share_of,
    unmeasured,
    whole_source,
    why_no_audio,
    why_no_video,
)
from media_workflows.media.jobs.quality.measurements import Measurements
from media_workflows.media.jobs.quality.packets import Moment, PacketStats, Track
from media_workflows.media.source.formats import is_one_of

_TS, _MP4 = frozenset({"mpegts"}), frozenset({"mov"})
_BITRATE_WINDOW_S = 10.0
# Sample entries of ISO/IEC 14496-15 and -14, the MP4 registration authority and Dolby Vision; others are not judged.
_FOURCCS = {
    "h264": {"avc1", "avc2", "avc3", "avc4", "dva1", "dvav"},
    "hevc": {"hvc1", "hev1", "dvh1", "dvhe"},
    "vvc": {"vvc1", "vvi1"},
    "av1": {"av01"},
    "vp9": {"vp09"},
    "mpeg4": {"mp4v"},
    "aac": {"mp4a"},
    "ac3": {"ac-3"},
    "eac3": {"ec-3"},
    "opus": {"Opus"},
    "flac": {"fLaC"},
    "mp3": {"mp4a", ".mp3"},
}


def _of_video(rule: Callable[[str, Any, Measurements, VideoStream], QualityItem]) -> ItemRule:
    """The item from a property of the video track; not measured without one."""

    def item_of(name: str, item: Any, measured: Measurements) -> QualityItem:
        video = measured.info.video
        if video is None:
            return unmeasured(name, why_no_video(measured))
        return rule(name, item, measured, video)

    return item_of


def _no_video(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    return whole_source(name, measured, measured.lacks_video)


def _no_audio(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    return whole_source(name, measured, measured.lacks_audio)


def _cut(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    """Data that ends before the end in the header, or that the container marks as damaged."""
    whole, end_s = measured.info.duration_s, round(measured.end_s, 3)
    damaged = moments(name, measured, measured.packets.corrupt)
    if not measured.is_cut:
        return damaged if damaged.hit else whole_source(name, measured, False, Measure(min(end_s, whole), "s", whole))
    if end_s >= whole:
        return whole_source(name, measured, True, Measure(min(end_s, whole), "s", whole))
    missing = QualitySegment(start_s=end_s, end_s=whole)
    found = (missing, *damaged.segments)
    share = share_of(found, whole)
    return QualityItem(type=name, hit=True, value=end_s, unit="s", threshold=whole, share=share, segments=found)


def _mismatch(name: str, item: DurationMismatch, measured: Measurements) -> QualityItem:
    """Where only one of picture and sound is there, at the start and at the end."""
    video, audio, most_s = measured.video, measured.audio, item.max_difference_s
    if video is None or audio is None:
        return unmeasured(name, why_no_video(measured) or why_no_audio(measured), "s", most_s)
    # The priming of an encoder lies before 0 and is not played.
    starts = sorted(max(0.0, stream.start_s) for stream in (video, audio))
    ends = sorted((video.end_s, audio.end_s))
    missing = [Span(start_s=round(first, 3), end_s=round(last, 3)) for first, last in (starts, ends)]
    found = [gap for gap in missing if length_s(gap) > most_s]
    return QualityItem(
        type=name,
        hit=bool(found),
        value=max(map(length_s, missing)),
        unit="s",
        threshold=most_s,
        share=share_of(found, ends[1] - starts[0]),
        segments=segments(found),
    )


def _small(name: str, item: LowResolution, measured: Measurements, video: VideoStream) -> QualityItem:
    edge = min(video.display_width, video.display_height)
    return whole_source(name, measured, edge < item.min_short_edge, Measure(edge, "px", item.min_short_edge))


def _odd(name: str, _item: WithoutThreshold, measured: Measurements, video: VideoStream) -> QualityItem:
    return whole_source(name, measured, bool(video.width % 2 or video.height % 2))


def _shape(name: str, _item: WithoutThreshold, measured: Measurements, video: VideoStream) -> QualityItem:
    return whole_source(name, measured, bool(video.ignored_shape))


def _rate(name: str, item: FrameRate, measured: Measurements, video: VideoStream) -> QualityItem:
    """The threshold is the limit that is nearer to the average rate."""
    fps = round(video.fps, 3)
    if not fps:
        return unmeasured(name, "unknown_frame_rate", "fps")
    nearer = min((item.min_fps, item.max_fps), key=lambda limit: abs(limit - fps))
    return whole_source(name, measured, not item.min_fps <= fps <= item.max_fps, Measure(fps, "fps", nearer))


def _changes(
    of: Callable[[PacketStats], Sequence[Moment]], can_tell: Callable[[PacketStats], bool], sound: bool
) -> ItemRule:
    """The moments where a property of a stream changes, as far as its packets state it."""

    def rule(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
        reason = why_no_audio(measured) if sound else why_no_video(measured)
        packets = measured.packets
        if reason or not (can_tell(packets) or of(packets)):
            return unmeasured(name, reason or "other_codec", "count")
        return moments(name, measured, of(packets))

    return rule


def _unopened(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    """Streams of picture or sound in the header that nothing can decode."""
    closed = [stream.type for stream in measured.info.other if stream.type in ("video", "audio")]
    closed += ["audio" for track in measured.info.audio if not track.is_decodable]
    return whole_source(name, measured, bool(closed), Measure(len(closed), "count"), ", ".join(closed))


def _bad_units(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    if reason := why_no_video(measured):
        return unmeasured(name, reason)
    if not measured.packets.nal_codec:
        return unmeasured(name, "other_codec")
    return moments(name, measured, measured.packets.nal_errors)


def _video_failed(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    if reason := why_no_video(measured):
        return unmeasured(name, reason)
    return moments(name, measured, measured.damage.video)


def _audio_failed(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    if reason := why_no_audio(measured):
        return unmeasured(name, reason)
    return moments(name, measured, measured.damage.audio)


def _not_idr(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    first = measured.packets.first_is_idr
    if first is None or measured.video is None:
        return unmeasured(name, why_no_video(measured) or "other_codec")
    return moments(name, measured, [] if first else [Moment(round(max(0.0, measured.video.start_s), 3), "")])


def _no_delimiters(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    if reason := why_no_video(measured):
        return unmeasured(name, reason)
    if not is_one_of(measured.info.container, _TS):
        return unmeasured(name, "other_container")
    if not measured.packets.nal_codec:
        return unmeasured(name, "other_codec")
    return moments(name, measured, measured.packets.without_delimiter)


def _programs(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    if not is_one_of(measured.info.container, _TS):
        return unmeasured(name, "other_container", "count")
    return whole_source(name, measured, measured.packets.programs > 1, Measure(measured.packets.programs, "count", 1))


def _bitrate(of: str) -> ItemRule:
    """The bitrate of each ten seconds; the value is the one that is farthest out of range, else the average."""

    def rule(name: str, item: BitrateRange, measured: Measurements) -> QualityItem:
        track, span = getattr(measured.packets, of), getattr(measured, of)
        if track is None or span is None:
            return unmeasured(name, why_no_video(measured) if of == "video" else why_no_audio(measured))
        windows = _windows(track, span)
        mean = round(sum(track.sizes) * 8 / 1000 / length_s(span), 1) if length_s(span) else 0.0
        bad = [(one, kbps) for one, kbps in windows if not item.min_kbps <= kbps <= item.max_kbps]
        worst = max((kbps for _, kbps in bad), key=lambda kbps: abs(kbps - mean), default=mean)
        nearer = min((item.min_kbps, item.max_kbps), key=lambda limit: abs(limit - worst))
        found = [one for one, _ in bad]
        return QualityItem(
            type=name,
            hit=bool(bad),
            value=worst,
            unit="kbps",
            threshold=nearer,
            share=share_of(found, length_s(span)),
            segments=segments(found),
        )

    return rule


def _windows(track: Track, span: Span) -> list[tuple[Span, float]]:
    """(window, kbit/s), the rest of the time being in the last one."""
    count = max(1, int(length_s(span) / _BITRATE_WINDOW_S))
    width_s = length_s(span) / count
    if not width_s:
        return []
    sizes = [0] * count
    for at, size in zip(track.shown_s, track.sizes, strict=True):
        place = int((at - span.start_s) / width_s) if at == at else 0
        sizes[min(max(place, 0), count - 1)] += size
    edges = [round(max(0.0, span.start_s + number * width_s), 3) for number in range(count + 1)]
    return [
        (Span(start_s=edges[at], end_s=edges[at + 1]), round(size * 8 / 1000 / width_s, 1))
        for at, size in enumerate(sizes)
    ]


def _fourcc(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    info = measured.info
    if not is_one_of(info.container, _MP4):
        return unmeasured(name, "other_container")
    streams = [stream for stream in (info.video, info.main_audio) if stream]
    tags = [(stream.codec, measured.packets.tags.get(stream.index, "")) for stream in streams]
    bad = [f"{codec}: {tag or '–'}" for codec, tag in tags if codec in _FOURCCS and tag not in _FOURCCS[codec]]
    return whole_source(name, measured, bool(bad), Measure(len(bad), "count"), ", ".join(bad))


def _timecode(name: str, _item: WithoutThreshold, measured: Measurements) -> QualityItem:
    found = measured.packets.timecode
    return whole_source(name, measured, bool(found), text=found)


STREAM_ITEMS: dict[str, ItemRule] = {
    "video_stream_lack": _no_video,
    "audio_stream_lack": _no_audio,
    "stream_parse_failed": _cut,
    "duration_mismatch": _mismatch,
    "low_resolution": _of_video(_small),
    "odd_resolution": _of_video(_odd),
    "dar_or_sar_invalid": _of_video(_shape),
    "frame_rate": _of_video(_rate),
    "video_resolution_changed": _changes(lambda one: one.sizes, lambda one: one.sizes_known, sound=False),
    "audio_sample_rate_changed": _changes(lambda one: one.rates, lambda one: one.format_known, sound=True),
    "audio_channels_changed": _changes(lambda one: one.channels, lambda one: one.format_known, sound=True),
    "parameter_sets_changed": _changes(lambda one: one.parameter_sets, lambda one: one.nal_codec, sound=False),
    "stream_open_failed": _unopened,
    "stream_nalu_error": _bad_units,
    "video_decode_failed": _video_failed,
    "audio_decode_failed": _audio_failed,
    "video_first_frame_not_idr": _not_idr,
    "ts_stream_no_aud": _no_delimiters,
    "ts_multi_programs": _programs,
    "video_bitrate_out_of_range": _bitrate("video"),
    "audio_bitrate_out_of_range": _bitrate("audio"),
    "mp4_invalid_codec_fourcc": _fourcc,
    "timecode_track_exist": _timecode,
}
