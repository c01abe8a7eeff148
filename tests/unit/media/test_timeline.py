"""Where a file's time begins."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import pytest

from media_workflows.media.timeline import data_lead_s


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
def test_the_lead_of_data_tracks(opened: SimpleNamespace, lead_s: float) -> None:
    assert data_lead_s(opened) == pytest.approx(lead_s, abs=0.001)
