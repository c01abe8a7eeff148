"""WebVTT files in HLS and DASH."""

from __future__ import annotations

from pathlib import Path

from media_workflows.media.packaging.hls.media_playlist import MIN_VERSION, MediaPlaylist, Segment

_TICKS_PER_S = 90_000  # of MPEG-TS


def shift_to(path: Path, start_s: float) -> None:
    """Map the start of the text to the segments' timeline (RFC 8216, section 3.5)."""
    head, _, cues = path.read_text(encoding="utf-8").partition("\n")
    at = f"X-TIMESTAMP-MAP=MPEGTS:{round(start_s * _TICKS_PER_S)},LOCAL:00:00:00.000"
    path.write_text(f"{head}\n{at}\n{cues}", encoding="utf-8")


def playlist_of(path: Path, duration_s: float) -> MediaPlaylist:
    """A playlist with the whole file as one segment: it is small, and cues may be of any length."""
    target_s = max(1, round(duration_s + 0.5))
    return MediaPlaylist(MIN_VERSION, target_s, [Segment(path.name, path.stat().st_size, None, duration_s)])
