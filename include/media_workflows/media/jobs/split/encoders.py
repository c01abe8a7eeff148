"""`chunk_encoder`: how an item is made of chunks, if its kind can be."""

from __future__ import annotations

from typing import Any, TypeAlias

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.ffmpeg.run import Runner
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.split.ladder import LadderChunks
from media_workflows.media.jobs.split.transcode import TranscodeChunks

AnyChunkEncoder: TypeAlias = TranscodeChunks | LadderChunks


def chunk_encoder(context: BuildContext, item: JobItem[Any], runner: Runner) -> AnyChunkEncoder | None:
    """None = items of this kind are never made of chunks."""
    if isinstance(item, TranscodeItem):
        return TranscodeChunks(context, item, runner)
    return LadderChunks(context, item, runner) if isinstance(item, AdaptiveDynamicStreamingItem) else None
