"""WebVTT files in HLS and DASH."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from media_workflows.media.packaging.hls.media_playlist import MIN_VERSION, MediaPlaylist, Segment
from media_workflows.media.packaging.renditions import Layout, Subtitle, relative_uri, write_playlist
from media_workflows.media.packaging.subtitle_entry import SubtitleEntry
from media_workflows.media.plan.planned import PlannedFile

_TICKS_PER_S = 90_000  # of MPEG-TS


def shift_to(path: Path, start_s: float) -> None:
    """Map the start of the text to the segments' timeline (RFC 8216, section 3.5)."""
    head, _, cues = path.read_text(encoding="utf-8").partition("\n")
    at = f"X-TIMESTAMP-MAP=MPEGTS:{round(start_s * _TICKS_PER_S)},LOCAL:00:00:00.000"
    path.write_text(f"{head}\n{at}\n{cues}", encoding="utf-8")


def hls_track(
    layout: Layout, subtitle: Subtitle, duration_s: float, start_s: float, source_key: str
) -> tuple[SubtitleEntry, Sequence[PlannedFile]]:
    """A subtitle in HLS, whose text begins at `start_s` of the segments' timeline: the WebVTT file and its playlist."""
    shift_to(subtitle.path, start_s)
    playlist = playlist_of(subtitle.path, duration_s)
    file = layout.sub_stream(subtitle.number, layout.local(str(subtitle.number), "m3u8"), "playlist")
    planned = write_playlist(layout, file, subtitle.number, playlist, source_key)
    uri = relative_uri(file, layout.manifest, source_key)
    return SubtitleEntry(uri, subtitle.label, playlist.peak_bps, subtitle.number), [*planned.values(), file]


def dash_track(
    layout: Layout, subtitle: Subtitle, duration_s: float, source_key: str
) -> tuple[SubtitleEntry, Sequence[PlannedFile]]:
    """A subtitle in DASH: the WebVTT file."""
    file = layout.sub_stream(subtitle.number, subtitle.path, "segment")
    bandwidth_bps = playlist_of(subtitle.path, duration_s).peak_bps
    uri = relative_uri(file, layout.manifest, source_key)
    return SubtitleEntry(uri, subtitle.label, bandwidth_bps, subtitle.number), [file]


def cmaf_track(
    layout: Layout, subtitle: Subtitle, duration_s: float, source_key: str
) -> tuple[SubtitleEntry, SubtitleEntry, Sequence[PlannedFile]]:
    """A subtitle in CMAF: its entries in HLS and in DASH, which share the WebVTT file; the file and its playlist."""
    in_hls, files = hls_track(layout, subtitle, duration_s, 0, source_key)
    uri = relative_uri(files[0], layout.manifest, source_key)
    return in_hls, replace(in_hls, uri=uri), files


def playlist_of(path: Path, duration_s: float) -> MediaPlaylist:
    """A playlist with the whole file as one segment: it is small, and cues may be of any length."""
    target_s = max(1, round(duration_s + 0.5))
    return MediaPlaylist(MIN_VERSION, target_s, [Segment(path.name, path.stat().st_size, None, duration_s)])
