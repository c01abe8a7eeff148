"""The outputs of a run as services bill them. Pictures and reports are none: price pages bill them by other units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from media_workflows.domain.costs.vendor_bill import BilledOutput
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord

BILLED_KINDS = ("transcode", "adaptive_dynamic_streaming")


def outputs_of_results(results: Iterable[JobResult]) -> Iterator[BilledOutput]:
    """Those of results; an output that was reused counts, too: a service would make it again."""
    for result in results:
        for item in result.items if result.kind in BILLED_KINDS else ():
            is_copy = _copies(item)
            yield from (_billed(output, is_copy) for output in item.outputs if _is_media(output))


def _copies(item: ItemResult) -> bool:
    """Whether no stream was encoded."""
    parameters: dict[str, Any] = item.item.get("parameters") or {}
    codecs = [stream.get("codec") for name in ("video", "audio") if isinstance(stream := parameters.get(name), dict)]
    return bool(codecs) and set(codecs) == {"copy"}


def _is_media(output: OutputRecord) -> bool:
    if output.info is None or output.picture_count:  # the thumbnails of a ladder
        return False
    return output.info.duration_s > 0 and bool(output.info.video or output.info.audio)


def _billed(output: OutputRecord, is_copy: bool) -> BilledOutput:
    assert output.info is not None
    video = output.info.video
    if video is None:
        return BilledOutput(billed_as="remux" if is_copy else "audio", duration_s=output.info.duration_s)
    short, long = sorted((video.display_width, video.display_height))
    return BilledOutput(
        billed_as="remux" if is_copy else "video",
        codec=video.codec,
        short_edge_px=short,
        long_edge_px=long,
        duration_s=output.info.duration_s,
    )
