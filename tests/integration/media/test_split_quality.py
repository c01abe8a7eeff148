"""Quality, peaks and bytes of a transcode in chunks beside those of one encode, with the presets that users have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from benchmarks import split_quality

LENGTH_S, CHUNK_S = 48, 16
CAP_KBPS = 1500


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return split_quality.busy_clip(tmp_path_factory.mktemp("busy") / "a.mp4", LENGTH_S, "480x270")


@pytest.mark.full
@pytest.mark.real_presets
@pytest.mark.parametrize("video", [{"codec": "h264", "crf": 23}, {"codec": "h265", "crf": 26}], ids=["h264", "h265"])
def test_chunks_are_as_good_as_one_encode(busy: Path, video: dict[str, Any]) -> None:
    """A second over an edge has no more bits than the cap, or than the buffer lets one encode have, too."""
    capped = {**video, "gop_s": 2, "max_bitrate_kbps": CAP_KBPS}
    one, split = split_quality.made(busy, capped, 0), split_quality.made(busy, capped, CHUNK_S)
    print(one, split)
    assert abs(split.vmaf - one.vmaf) <= split_quality.VMAF_WITHIN
    assert split.peak_kbit <= split_quality.PEAK * max(CAP_KBPS, one.peak_kbit)
    assert abs(split.size_bytes / one.size_bytes - 1) <= split_quality.SIZE_WITHIN
