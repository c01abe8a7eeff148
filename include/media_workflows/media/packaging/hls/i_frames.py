"""I-frame playlists (RFC 8216, section 4.3.3.6): the key frames of a rendition as byte ranges of its segments."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import av

from media_workflows.errors import OutputRejectedError
from media_workflows.media.packaging.hls.media_playlist import MediaPlaylist, Segment
from media_workflows.media.packaging.renditions import Layout, Rendition, relative_uri
from media_workflows.media.packaging.stream_stats import StreamStats
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.media.source.formats import DEMUXERS, open_options


@dataclass(frozen=True)
class IFrameEntry:
    """An I-frame playlist as the master lists it; `stats` are those of its key frames alone."""

    uri: str
    stats: StreamStats


@dataclass(frozen=True)
class ListedRendition:
    """A rendition with its media playlist and stats.

    `files` are those of the playlist by their local names, `key_tags` its lines of encrypted samples.
    """

    rendition: Rendition
    playlist: MediaPlaylist
    stats: StreamStats
    files: Mapping[str, PlannedFile]
    key_tags: Sequence[str] = ()


@dataclass(frozen=True)
class _KeyFrame:
    """A key frame in the bytes of its segment, and the time at which it is shown."""

    segment: Segment
    start: int
    end: int
    time_s: float


def i_frame_playlist(playlist: MediaPlaylist, directory: Path) -> MediaPlaylist:
    """The key frames of a playlist whose segments are not encrypted as a whole, each shown until the next one.

    MPEG-TS: all. MP4: the first of each segment, because a range has to begin with the fragment's header.
    Raises OutputRejectedError for a segment without a key frame.
    """
    frames = [frame for segment in playlist.segments for frame in _key_frames(segment, playlist.init, directory)]
    times_s = [*(frame.time_s for frame in frames), frames[0].time_s + playlist.duration_s]
    shown_s = [max(0.001, later - earlier) for earlier, later in pairwise(times_s)]
    listed = [_listed(frame, length_s) for frame, length_s in zip(frames, shown_s, strict=True)]
    init = playlist.init or _tables(frames[0])
    return replace(playlist, target_s=max(1, int(max(shown_s) + 0.5)), segments=listed, init=init, only_key_frames=True)


def write_i_frames(layout: Layout, listed: ListedRendition, source_key: str) -> tuple[IFrameEntry, PlannedFile]:
    """The I-frame playlist of a rendition, written, and its entry."""
    rendition, stats = listed.rendition, listed.stats
    playlist = i_frame_playlist(listed.playlist, rendition.file.path.parent)
    file = layout.i_frames(rendition.number)
    text = playlist.text(lambda uri: relative_uri(listed.files[uri], file, source_key), listed.key_tags)
    file.path.write_text(text, encoding="utf-8")
    own = replace(
        stats,
        codecs=stats.codecs[:1],
        channels=0,
        sample_rate_hz=0,
        peak_bps=playlist.peak_bps,
        average_bps=playlist.average_bps,
    )
    return IFrameEntry(relative_uri(file, layout.manifest, source_key), own), file


def _key_frames(segment: Segment, init: Segment | None, directory: Path) -> Iterator[_KeyFrame]:
    header, body = init.read(directory) if init else b"", segment.read(directory)
    packets = _packets(header + body)
    keys = [number for number, (_, _, is_key, _) in enumerate(packets) if is_key]
    if not keys:
        raise OutputRejectedError(
            "the segment {segment} holds no key frame; run the job again, and report it with the source if it persists",
            segment=segment.uri,
        )
    if init:
        start, size_bytes, _, time_s = packets[keys[0]]
        yield _KeyFrame(segment, 0, start + size_bytes - len(header), time_s)
        return
    starts = [start for start, *_ in packets]
    for number in keys:
        end = starts[number + 1] if number + 1 < len(packets) else len(body)
        yield _KeyFrame(segment, starts[number], end, packets[number][3])


def _packets(data: bytes) -> Sequence[tuple[int, int, bool, float]]:
    """Offset, size, whether it is a key frame, and seconds of each picture, in the order of the file."""
    with av.open(io.BytesIO(data), mode="r", options=open_options(DEMUXERS), metadata_errors="replace") as container:
        return [
            (one.pos, one.size, one.is_keyframe, float(one.pts * one.time_base))
            for one in container.demux(video=0)
            if one.pts is not None and one.pos is not None
        ]


def _listed(frame: _KeyFrame, shown_s: float) -> Segment:
    offset = (frame.segment.offset or 0) + frame.start
    return Segment(frame.segment.uri, frame.end - frame.start, offset, shown_s)


def _tables(first: _KeyFrame) -> Segment:
    """The packets before the first picture of MPEG-TS, which name the streams: a range without them cannot be read."""
    return Segment(first.segment.uri, first.start, first.segment.offset or 0)
