"""Check for damaged timestamps: one wrong byte may move them by hours, and the output would be as long."""

from __future__ import annotations

from collections.abc import Mapping

from media_workflows.domain.media_info import MediaInfo
from media_workflows.errors import IncompleteSourceError, SourceClockError
from media_workflows.media.source.clock import JUMP_S
from media_workflows.media.source.formats import JUMPING_CONTAINERS, is_one_of
from media_workflows.media.source.packet_times import Span
from media_workflows.media.source.timeline import SourceTimeline, tolerance_s
from media_workflows.settings import get_settings

CHECKED_BYTES = 256 * 1024**2  # reading all packets of a file of this size takes about a second
_HEADERS_BYTES = 50_000  # in a smaller file, headers and index may be the larger part
_DENSE_PACKETS = 25  # fewer are a slide show, whose pictures may be hours apart
_CREDIBLE_SHARE = 10  # a header may state this many times as much as the file holds: an upload that was cut early
_CREDIBLE_S = 600.0  # and this much in any case: a short job, which ends with the error of a cut source
_ABSURD_SHARE = 10  # a gap that is this many times as long as the rest of the stream


def require_sane_clock(info: MediaInfo, timeline: SourceTimeline) -> None:
    """Raises SourceClockError for damaged timestamps, IncompleteSourceError for an absurd duration or much damage.

    In containers whose clock may jump, jumps are corrected.
    """
    require_credible_duration(info, timeline)
    if info.size_bytes > CHECKED_BYTES or is_one_of(info.container, JUMPING_CONTAINERS):
        return
    require_readable(info, timeline)
    kept = {track.index for track in info.audio} | ({info.video.index} if info.video else set())
    check_gaps({index: span for index, span in timeline.spans.items() if index in kept}, info.duration_s)


def require_credible_duration(info: MediaInfo, timeline: SourceTimeline) -> None:
    """Raises SourceClockError for a duration beyond the limit, IncompleteSourceError for one far beyond the data.

    A job of an hour is planned for a header that states an hour, so this comes before any decode. The timestamps of
    the packets decide, not the bitrate: a day of slides, or of speech at 8 kbit/s, is as small as it is genuine.
    """
    limit_s = get_settings().source_max_duration_s
    if info.duration_s > limit_s:
        raise SourceClockError(
            "the source lasts {duration_s} s by its header, and at most {limit_s} s are processed (setting "
            "source_max_duration_s): if the header is damaged, remux the file; else split it, or raise the setting",
            duration_s=f"{info.duration_s:.0f}",
            limit_s=f"{limit_s:.0f}",
        )
    if info.duration_s > _CREDIBLE_S and timeline.is_cut and info.duration_s > _CREDIBLE_SHARE * timeline.end_s:
        raise IncompleteSourceError(
            "the source lasts {duration_s} s by its header, and its data ends at {end_s} s: the header is damaged, or "
            "most of the file is missing; upload it again, or remux it",
            duration_s=f"{info.duration_s:.1f}",
            end_s=f"{timeline.end_s:.1f}",
        )


def require_readable(info: MediaInfo, timeline: SourceTimeline) -> None:
    """Raises IncompleteSourceError for a Matroska file that is unreadable by more than half.

    The demuxer ends at the damage as at the end of the file; without a stated duration nothing else shows it.
    """
    is_small = info.size_bytes < _HEADERS_BYTES
    if is_small or info.size_bytes > CHECKED_BYTES or not is_one_of(info.container, frozenset({"matroska"})):
        return
    read_bytes = sum(span.size_bytes for span in timeline.spans.values())
    if read_bytes * 2 < info.size_bytes and not timeline.has_attachments():
        raise IncompleteSourceError(
            "the source is damaged: {read_bytes} of {size_bytes} bytes, {read_s} s can be read; upload it again",
            read_bytes=read_bytes,
            size_bytes=info.size_bytes,
            read_s=f"{timeline.end_s:.1f}",
        )


def check_gaps(spans: Mapping[int, Span], declared_s: float) -> None:
    """Raises SourceClockError for a gap that exceeds the duration in the header or the rest of its stream by far."""
    for index, span in spans.items():
        if span.packets < _DENSE_PACKETS:
            continue
        rest_s = max(0.0, span.duration_s - span.gap_s)
        excess_s = span.end_s - declared_s - tolerance_s(declared_s)
        if span.gap_s > max(JUMP_S, _ABSURD_SHARE * rest_s) or 0 < excess_s < span.gap_s:
            begin_s = span.gap_end_s - span.gap_s
            raise SourceClockError(
                "the timestamps of stream {stream} jump from {from_s} s to {to_s} s, and the source lasts {duration_s} "
                "s by its header and {rest_s} s without this gap: they are damaged; upload the file again, or remux it "
                "with new timestamps",
                stream=index,
                from_s=f"{begin_s:.1f}",
                to_s=f"{span.gap_end_s:.1f}",
                duration_s=f"{declared_s:.1f}",
                rest_s=f"{rest_s:.1f}",
            )
