"""What a helper gets of an item."""

from __future__ import annotations

from typing import Any

import pytest

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.result import SourceObject
from media_workflows.execution.split.request import SplitRequest
from media_workflows.media.jobs.split.suitability import SplitItem

SOURCE = SourceObject(bucket="in", key="a.mp4", etag="e", size_bytes=1).model_dump()
VIDEO: dict[str, Any] = {"codec": "h264", "gop_s": 2}


@pytest.mark.parametrize(
    "item",
    [
        TranscodeItem.model_validate({"parameters": {"container": "mp4", "video": VIDEO, "audio": {}}}),
        AdaptiveDynamicStreamingItem.model_validate(
            {"parameters": {"format": "dash", "streams": [{"video": VIDEO, "audio": {}}]}, "key_frames_s": [1.5]}
        ),
    ],
)
def test_an_item_comes_back_as_the_same_kind(item: SplitItem) -> None:
    fields = {"source": SOURCE, "named_source": SOURCE, "trigger_directory": "", "made": {}, "provenance": {}}
    request = SplitRequest.model_validate({**fields, "item": item, "chunk_s": 60, "plan": "p"})
    read = SplitRequest.model_validate(request.model_dump(mode="json"))
    assert type(read.item) is type(item)
    assert read.item == item
