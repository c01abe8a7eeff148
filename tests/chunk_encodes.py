"""A rendition made of chunks by this process alone, as several workers make it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.ffmpeg.runner import Runner
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.split.chunks import Chunk
from media_workflows.media.jobs.split.encode import ChunkEncoder
from media_workflows.media.jobs.split.not_split import NotSplitError


@dataclass
class InChunks:
    """`JobRequest.divide`: chunks of `chunk_s` seconds, the last one first: each depends on no other.

    `refused` is why the last item was not split, '' = it was.
    """

    chunk_s: float
    chunks: list[Chunk] = field(default_factory=list)
    refused: str = ""

    def __call__(self, context: BuildContext, item: JobItem[Any], output: Path, runner: Runner) -> bool:
        assert isinstance(item, TranscodeItem)
        encoder = ChunkEncoder(context, item, runner)
        try:
            self.chunks = encoder.chunks(self.chunk_s)
            made = {chunk.number: encoder.chunk(chunk) for chunk in reversed(self.chunks)}
            sound = encoder.sound() if encoder.has_sound else None
            encoder.assemble(self.chunks, [made[chunk.number] for chunk in self.chunks], sound, output)
        except NotSplitError as error:
            self.refused = error.reason
            return False
        return True
