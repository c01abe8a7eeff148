"""What a step has written."""

from __future__ import annotations

from media_workflows.domain.result import ItemResult, OutputRecord
from media_workflows.execution.usage_meter import UsageMeter


def made(*names: str, reused: str | None = None) -> ItemResult:
    outputs = tuple(OutputRecord(bucket="b", key=name, size_bytes=100, md5="") for name in names)
    return ItemResult(item={}, definition=0, status="SUCCESS", outputs=outputs, reused=reused)


def test_reused_outputs_are_not_written() -> None:
    meter = UsageMeter()
    meter.reused_places.add(("b", "clip_0.mp4"))
    items = [made("clip_0.mp4", "clip_1.mp4", "cover.jpg"), made("whole.mp4", reused="r0")]
    assert meter.usage(items).bytes_out == 200
