"""Options of the software encoders, from an item's parameters."""

from __future__ import annotations

from typing import Any

import pytest

from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.media.encoders import video
from probed import video_stream


def options(**asked: Any) -> dict[str, Any]:
    return video.options(VideoParameters.model_validate(asked), video_stream())


@pytest.mark.parametrize(
    ("codec", "crf", "option", "value"),
    [
        ("h264", 0, "crf", 0),
        ("h265", 0, "crf", 0),
        ("vp9", 0, "crf", 0),
        ("h266", 0, "qp", 0),
        ("av1", 0, "crf", 1),  # 0 is SVT-AV1's default
        ("av1", 1, "crf", 1),
        ("av1", 51, "crf", 51),
        ("vp8", 0, "crf", 4),  # the least that libvpx accepts
        ("vp8", 3, "crf", 4),
        ("vp8", 30, "crf", 30),
        ("vp8", None, "crf", 10),
    ],
)
def test_the_best_quality_is_no_default(codec: str, crf: int | None, option: str, value: int) -> None:
    assert options(codec=codec, crf=crf)[option] == value


@pytest.mark.parametrize(("codec", "bounded"), [("h264", True), ("vp9", True), ("av1", False), ("h266", False)])
def test_which_averages_have_a_bounded_peak(codec: str, bounded: bool) -> None:
    """As docs/workflows.md says."""
    assert ("maxrate" in options(codec=codec, bitrate_kbps=1000)) == bounded


def test_the_gop_in_seconds_counts_frames_of_the_exact_rate() -> None:
    assert options(fps=29.97, gop_s=1000)["g"] == 29_970
    assert options(fps=23.98, gop_s=100)["g"] == 2398  # 2397.6, not 2398.0
    assert options(fps=23.98, gop_s=1000)["g"] == 23_976
