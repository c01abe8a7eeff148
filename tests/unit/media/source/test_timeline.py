"""Where a file's time begins."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from media_workflows.errors import SourceClockError
from media_workflows.media.source.clock import data_lead_s
from media_workflows.media.source.clock_check import check_gaps
from media_workflows.media.source.packet_times import Span


def container(name: str, start_us: int, *starts: int | None) -> SimpleNamespace:
    """As PyAV opens it, with the starts of its picture and sound in ticks of a 90 kHz clock."""
    tracks = [SimpleNamespace(start_time=start, time_base=Fraction(1, 90_000)) for start in starts]
    streams = SimpleNamespace(video=tracks[:1], audio=tracks[1:])
    return SimpleNamespace(format=SimpleNamespace(name=name), start_time=start_us, streams=streams)


@pytest.mark.parametrize(
    ("opened", "lead_s"),
    [
        (container("mpegts", 700_000, 129_003, 128_021), 0.722),  # splice information before the picture
        (container("mpegts", 700_000, 63_000, 64_000), 0.0),
        (container("mpegts", 700_000, None), 0.0),
        (container("mpegts", 700_000), 0.0),
        (container("mov,mp4", 0, 90_000, 90_000), 0.0),  # ffmpeg keeps the lead of these
    ],
)
def test_the_lead_of_data_tracks(opened: Any, lead_s: float) -> None:
    assert data_lead_s(opened) == pytest.approx(lead_s, abs=0.001)


def span(packets: int, *, end_s: float, gap_s: float) -> Span:
    return Span(0.0, end_s, 1000, packets, gap_s, end_s / 2 + gap_s)


@pytest.mark.parametrize(
    ("one", "declared_s"),
    [
        (span(100, end_s=1182, gap_s=1178), 4.0),  # beyond the header
        (span(100, end_s=1182, gap_s=1178), 1182.0),  # the header, too, is ffmpeg's guess by the last packet
        (span(100, end_s=9, gap_s=5.5), 4.0),
    ],
)
def test_gaps_that_the_content_does_not_explain(one: Span, declared_s: float) -> None:
    with pytest.raises(SourceClockError, match=r"the timestamps of stream 1 jump from"):
        check_gaps({1: one}, declared_s)


@pytest.mark.parametrize(
    ("one", "declared_s"),
    [
        (span(100, end_s=4, gap_s=0.5), 4.0),
        (span(9000, end_s=1182, gap_s=800), 1182.0),  # a pause in a recording
        (span(2, end_s=120, gap_s=60), 120.0),  # two slides
        (span(9000, end_s=600, gap_s=0.1), 300.0),  # two files joined, the header of the first
    ],
)
def test_gaps_that_are_in_order(one: Span, declared_s: float) -> None:
    check_gaps({1: one}, declared_s)
