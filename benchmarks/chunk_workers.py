"""An item encoded by several processes, a core each: one plans, assembles and verifies, all encode chunks."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty
from typing import Any

from benchmarks.report import ratio, seconds
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.notice import Notice
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner, ffmpeg_binary
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.open_source import open_source
from media_workflows.media.jobs.request import JobRequest, MakeDivided
from media_workflows.media.jobs.split.encoders import AnyChunkEncoder, chunk_encoder
from media_workflows.media.plan.planned import ItemPlan
from media_workflows.settings import Settings

COLUMNS = ["way", "wall s", "speed-up ÷ workers", "CPU s", "CPU ratio", "bytes", "bytes ratio"]
_KINDS: Mapping[str, type[TranscodeItem | AdaptiveDynamicStreamingItem]] = {
    one.kind: one for one in (TranscodeItem, AdaptiveDynamicStreamingItem)
}
SUBTITLES = "in/clip.srt"
_SPAWN = get_context("spawn")
_MOST_S = 24 * 3600
_EMPTY_AFTER_S = 0.2  # more than a queue between processes takes
_SIZE = "size"  # a file with the bytes of all outputs


@dataclass(frozen=True)
class Work:
    """What is encoded: an item of a kind, of a clip. `directory` is that of one measurement.

    Subtitles that lie beside the clip have the key `SUBTITLES`.
    """

    kind: str
    fields: Mapping[str, Any]
    clip: Path
    directory: Path

    @property
    def extra(self) -> Mapping[str, Path]:
        """The item's other inputs."""
        path = self.clip.with_suffix(".srt")
        return {SUBTITLES: path} if path.exists() else {}

    def item(self) -> TranscodeItem | AdaptiveDynamicStreamingItem:
        """The item; processes get what it is made of."""
        return _KINDS[self.kind].model_validate(self.fields)


@dataclass(frozen=True)
class Spent:
    """Seconds, and bytes of all outputs."""

    wall_s: float
    cpu_s: float
    size_bytes: int

    def row(self, way: str, baseline: Spent, workers: int) -> list[str]:
        """A row of `COLUMNS`."""
        return [
            way,
            seconds(self.wall_s),
            ratio(baseline.wall_s, self.wall_s * workers),
            seconds(self.cpu_s),
            ratio(self.cpu_s, baseline.cpu_s),
            f"{self.size_bytes:,}",
            f"{self.size_bytes / baseline.size_bytes:.3f}",
        ]


def measured(kind: str, fields: Mapping[str, Any], clip: Path, count: int, chunk_s: float) -> Spent:
    """By so many workers, in chunks of `chunk_s` seconds; 0 = by one encode."""
    with tempfile.TemporaryDirectory(dir=clip.parent) as directory:
        work = Work(kind, fields, clip, Path(directory))
        parts, done = _SPAWN.Queue(), _SPAWN.Queue()
        before_s, began_s = _children_cpu_s(), time.monotonic()
        helpers = [_started(_help, core, work, parts, done) for core in range(1, count)]
        owner = _started(_own, 0, work, parts, done, chunk_s)
        owner.join()
        wall_s = time.monotonic() - began_s
        for _ in helpers:
            parts.put(None)
        for process in helpers:
            process.join()
        if failed := [process.exitcode for process in (owner, *helpers) if process.exitcode]:
            raise RuntimeError(f"workers ended with {failed}")
        size_bytes = int((work.directory / _SIZE).read_text())
    spent = Spent(wall_s, _children_cpu_s() - before_s, size_bytes)
    way = f"in chunks of {chunk_s:g} s" if chunk_s else "at once"
    print(f"  {count}, {way}: {spent.wall_s:.1f} s, CPU {spent.cpu_s:.1f} s", file=sys.stderr, flush=True)
    return spent


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _started(function: Any, core: int, *arguments: Any) -> BaseProcess:
    process = _SPAWN.Process(target=_pinned, args=(function, core, *arguments))
    process.start()
    return process


def _pinned(function: Any, core: int, *arguments: Any) -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core % len(cores)]})
    function(*arguments)


def _own(work: Work, parts: Any, done: Any, chunk_s: float) -> None:
    """The worker that plans, encodes, assembles and verifies; without `chunk_s`, by one encode."""

    def divide(context: BuildContext, item: JobItem[Any], runner: Runner) -> MakeDivided:
        encoder = chunk_encoder(context, item, runner)
        assert encoder is not None
        chunks = encoder.chunks(chunk_s)

        def make(plan: ItemPlan) -> list[Notice]:
            for chunk in chunks:
                parts.put(chunk)
            sounds = encoder.whole(plan)
            made: dict[int, Path] = {}
            while _encode_next(encoder, parts, done, _EMPTY_AFTER_S):
                pass
            while len(made) < len(chunks):
                number, path = done.get(timeout=_MOST_S)
                made[number] = path
            encoder.assemble(chunks, [made[chunk.number] for chunk in chunks], sounds, plan)
            return []

        return make

    made_by = divide if chunk_s else None
    request = JobRequest(work.kind, [work.item()], work.clip, "in/clip.mp4", work.directory, work.extra, divide=made_by)
    (outcome,) = run_job(request, lambda _: None).items
    if outcome.error:
        raise outcome.error
    if refused := [notice.message for notice in outcome.notices if notice.code == "NotSplit"]:
        raise RuntimeError("; ".join(refused))
    (work.directory / _SIZE).write_text(str(sum(file.path.stat().st_size for file in outcome.files)))


def _help(work: Work, parts: Any, done: Any) -> None:
    """A worker that encodes parts, until there is none."""
    settings = Settings()
    context, _ = open_source(work.clip, work.directory / "divided0", settings, work.extra)
    limits = ffmpeg_limits(settings, context.info.duration_s)
    runner = Runner(ffmpeg_binary(settings.ffmpeg_path), limits, CancelToken())
    encoder = chunk_encoder(context, work.item(), runner)
    assert encoder is not None
    while _encode_next(encoder, parts, done, _MOST_S):
        pass


def _encode_next(encoder: AnyChunkEncoder, parts: Any, done: Any, wait_s: float) -> bool:
    """Encode one part; False = there is none within `wait_s`, or no more."""
    try:
        part = parts.get(timeout=wait_s)
    except Empty:
        return False
    if part is None:
        return False
    done.put((part.number, encoder.chunk(part)))
    return True
