"""Wall time of a transcode by one worker over that of several workers, which encode its chunks; one core each."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty
from typing import Any

from benchmarks import media_commands as commands
from benchmarks.options import Options
from benchmarks.report import Table, ratio, seconds
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
from media_workflows.media.jobs.split.transcode import TranscodeChunks
from media_workflows.media.plan.planned import ItemPlan
from media_workflows.settings import Settings

# 1080p at a capped quality, with text over the picture.
_MARK = {"mark": {"type": "text", "text": "benchmark", "font_size_px": 60}}
_VIDEO = {"codec": "h264", "crf": 23, "max_bitrate_kbps": 6000, "gop_s": 2}
ITEM = {"parameters": {"container": "mp4", "video": _VIDEO, "audio": {}}, "watermarks": [_MARK]}
_SPAWN = get_context("spawn")
_MOST_S = 24 * 3600
_EMPTY_AFTER_S = 0.2  # more than a queue between processes takes


def run(options: Options) -> list[Table]:
    """A table for each length."""
    return [_table(int(length), options) for length in options.split_lengths.split(",")]


def _item() -> TranscodeItem:
    return TranscodeItem.model_validate(ITEM)


@dataclass(frozen=True)
class Spent:
    """Seconds, and bytes of the output."""

    wall_s: float
    cpu_s: float
    size_bytes: int


def _table(length_s: int, options: Options) -> Table:
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as root:
        clip = Path(root) / "clip.mp4"
        subprocess.run(commands.make_clip(clip, length_s), check=True)
        spent = {
            count: _measure(clip, Path(root), count, options.split_chunk_s) for count in (1, options.split_workers)
        }
    one = spent[1]
    rows = [
        [
            f"{count} worker{'s, chunks' if count > 1 else ', one encode'}",
            seconds(each.wall_s),
            ratio(one.wall_s, each.wall_s * count),
            seconds(each.cpu_s),
            ratio(each.cpu_s, one.cpu_s),
            f"{each.size_bytes:,}",
            f"{each.size_bytes / one.size_bytes:.3f}",
        ]
        for count, each in spent.items()
    ]
    columns = ["way", "wall s", "speed-up ÷ workers", "CPU s", "CPU ratio", "bytes", "bytes ratio"]
    note = (
        f"Chunks of {options.split_chunk_s:g} s. Each worker is a process with one core of its own; all read one file."
    )
    return Table(f"One transcode of {length_s} s 1080p on several workers", columns, rows, [note])


def _measure(clip: Path, root: Path, count: int, chunk_s: float) -> Spent:
    with tempfile.TemporaryDirectory(dir=root) as directory:
        parts, done = _SPAWN.Queue(), _SPAWN.Queue()
        before_s, began_s = _children_cpu_s(), time.monotonic()
        helpers = [_started(_help, core, clip, directory, parts, done) for core in range(1, count)]
        owner = _started(_own, 0, clip, directory, parts, done, chunk_s if count > 1 else 0)
        owner.join()
        wall_s = time.monotonic() - began_s
        for _ in helpers:
            parts.put(None)
        for process in helpers:
            process.join()
        if failed := [process.exitcode for process in (owner, *helpers) if process.exitcode]:
            raise RuntimeError(f"workers ended with {failed}")
        size = (Path(directory) / "item0.mp4").stat().st_size
    spent = Spent(wall_s, _children_cpu_s() - before_s, size)
    print(f"  {count}: {spent.wall_s:.1f} s, CPU {spent.cpu_s:.1f} s", file=sys.stderr, flush=True)
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


def _own(clip: Path, directory: str, parts: Any, done: Any, chunk_s: float) -> None:
    """The worker that plans, encodes, assembles and verifies; without `chunk_s`, by one encode."""

    def divide(context: BuildContext, item: JobItem[Any], runner: Runner) -> MakeDivided:
        assert isinstance(item, TranscodeItem)
        encoder = TranscodeChunks(context, item, runner)
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

    work_dir = Path(directory)
    request = JobRequest("transcode", [_item()], clip, "in/clip.mp4", work_dir, divide=divide if chunk_s else None)
    for item in run_job(request, lambda _: None).items:
        if item.error:
            raise item.error


def _help(clip: Path, directory: str, parts: Any, done: Any) -> None:
    """A worker that encodes parts, until there is none."""
    settings = Settings()
    work_dir = Path(directory) / "divided0"
    context, _ = open_source(clip, work_dir, settings)
    limits = ffmpeg_limits(settings, context.info.duration_s)
    encoder = TranscodeChunks(context, _item(), Runner(ffmpeg_binary(settings.ffmpeg_path), limits, CancelToken()))
    while _encode_next(encoder, parts, done, _MOST_S):
        pass


def _encode_next(encoder: TranscodeChunks, parts: Any, done: Any, wait_s: float) -> bool:
    """Encode one part; False = there is none within `wait_s`, or no more."""
    try:
        part = parts.get(timeout=wait_s)
    except Empty:
        return False
    if part is None:
        return False
    done.put((part.number, encoder.chunk(part)))
    return True
