"""What a ladder may ask for whose streams are chosen for each source."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from media_workflows.domain.base import problems_of
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingParameters

AAC = {"codec": "aac"}


def parameters(*streams: dict[str, Any], **asked: Any) -> AdaptiveDynamicStreamingParameters:
    given = {"format": "hls", "ladder": "auto", "streams": list(streams) or [{"video": {}, "audio": AAC}], **asked}
    return AdaptiveDynamicStreamingParameters.model_validate(given)


def test_one_stream_and_limits() -> None:
    made = parameters(auto_ladder={"max_rungs": 4, "min_bitrate_kbps": 300})
    assert made.auto_ladder is not None
    assert (made.auto_ladder.max_rungs, made.auto_ladder.top_vmaf) == (4, 93)
    assert made.targets_vmaf
    assert not parameters(ladder="streams").targets_vmaf
    assert parameters({"video": {"codec": "av1", "fps": 30, "bit_depth": 10}}, format="dash").ladder == "auto"


@pytest.mark.parametrize(
    ("streams", "asked", "expected"),
    [
        ([{"video": {}}, {"video": {}}], {}, "requires exactly one stream, with video"),
        ([{"audio": AAC}], {"pure_audio": True}, "requires exactly one stream, with video"),
        ([{"video": {"height": 720, "crf": 23}}], {}, "leave out height, crf"),
        ([{"video": {"bitrate_kbps": 500}}], {}, "leave out bitrate_kbps"),
        ([{"video": {"target_vmaf": 90}}], {}, "leave out target_vmaf"),
        ([{"video": {"encoder": "nvenc"}}], {}, "requires encoder 'software'"),
        ([{"video": {"codec": "h265", "bit_depth": 10, "hdr": "keep"}}], {}, "hdr 'sdr'"),
        ([{"video": {}}], {"ladder": "streams", "auto_ladder": {}}, "set ladder to 'auto'"),
        ([{"video": {}}], {"auto_ladder": {"min_bitrate_kbps": 900, "max_bitrate_kbps": 900}}, "must be below"),
        ([{"video": {}}], {"auto_ladder": {"max_rungs": 11}}, "10"),
        ([{"video": {}}], {"ladder": "best"}, "'streams', 'auto'"),
    ],
)
def test_what_cannot_be_combined(streams: list[dict[str, Any]], asked: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError) as caught:
        parameters(*streams, **asked)
    (problem,) = problems_of(caught.value)
    assert expected in problem.expected
