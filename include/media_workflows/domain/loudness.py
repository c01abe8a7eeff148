"""Loudness of audio tracks by EBU R 128, before and after normalisation. Pure."""

from __future__ import annotations

from media_workflows.domain.base import Model


class Loudness(Model):
    """A measurement of a track. None = silent, or too short to have a loudness (a block has 0.4 s)."""

    integrated_lufs: float | None = None
    range_lu: float | None = None
    true_peak_dbtp: float | None = None


class TrackLoudness(Model):
    """An output's audio track `track` (from 0), `before` its loudness was changed, and as encoded."""

    track: int
    target_lufs: float
    before: Loudness
    after: Loudness
