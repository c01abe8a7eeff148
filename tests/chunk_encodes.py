"""A rendition made of chunks by this process alone, as several workers make it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.notice import Notice
from media_workflows.media.ffmpeg.run import Runner
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.request import MakeDivided
from media_workflows.media.jobs.split.chunks import Chunk
from media_workflows.media.jobs.split.encoders import chunk_encoder
from media_workflows.media.plan.planned import ItemPlan


@dataclass
class InChunks:
    """`JobRequest.divide`: chunks of `chunk_s` seconds, the last one first: each depends on no other."""

    chunk_s: float
    chunks: list[Chunk] = field(default_factory=list)

    def __call__(self, context: BuildContext, item: JobItem[Any], runner: Runner) -> MakeDivided:
        encoder = chunk_encoder(context, item, runner)
        assert encoder is not None

        def make(plan: ItemPlan) -> list[Notice]:
            made = {chunk.number: encoder.chunk(chunk) for chunk in reversed(self.chunks)}
            sounds = encoder.whole(plan)
            encoder.assemble(self.chunks, [made[chunk.number] for chunk in self.chunks], sounds, plan)
            return []

        self.chunks = encoder.chunks(self.chunk_s)
        return make
