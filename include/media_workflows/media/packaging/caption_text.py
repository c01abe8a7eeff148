"""`CaptionText`: a cue as formats other than WebVTT are written from it, and what a format loses."""

from __future__ import annotations

from dataclasses import dataclass

from media_workflows.media.source.subtitles.webvtt_runs import Runs


@dataclass(frozen=True)
class CaptionText:
    """A cue of `start_s` to `end_s` seconds: styled text, and its place as WebVTT's settings."""

    start_s: float
    end_s: float
    runs: Runs
    settings: str


@dataclass(frozen=True)
class CaptionFile:
    """The text of a file, and the features of the cues that its format cannot hold."""

    text: str
    lost: frozenset[str]


def clock(moment_s: float, point: str = ".") -> str:
    """A time as HH:MM:SS.mmm, with another decimal point for SubRip."""
    seconds, milliseconds = divmod(round(max(0.0, moment_s) * 1000), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{milliseconds:03}"
