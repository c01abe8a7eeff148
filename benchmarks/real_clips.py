"""The clips of the benchmarks of encodes: real ones of `--media-dir`, and made ones of other contents."""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.media_commands import ffmpeg
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.errors import MediaError
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.run import ffmpeg_binary
from media_workflows.media.filters.geometry import Size
from media_workflows.media.filters.source_picture import is_hdr
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.media.source.probe import probe
from media_workflows.settings import Settings

CLIPS = 20
_LEAST_S = 1.0  # a still picture in a container of video has less
_SIZE = "s=640x360:r=25"
# Each shows what encoders find easy or hard: nothing, detail that stands still, motion, grain, and changes of these.
_MADE = {
    "made_black": f"color=black:{_SIZE}:d=12",
    "made_still": f"testsrc2={_SIZE}:d=0.04,loop=299:1:0,setpts=N/25/TB",
    "made_motion": f"testsrc2={_SIZE}:d=12",
    "made_fractal": f"mandelbrot={_SIZE},trim=end=12",
    "made_grain": f"testsrc2={_SIZE}:d=12,noise=alls=12:allf=t",
    "made_cells": "life=s=320x180:r=25:mold=10:seed=1:ratio=0.2,trim=end=12,scale=640:360:flags=neighbor",
    "made_calm_then_busy": f"testsrc2={_SIZE}:d=12,noise=alls=25:allf=t:enable='gte(t,6)'",
    "made_long": f"testsrc2={_SIZE}:d=130,noise=alls=6:allf=t",
}
LONG_S = 120.0  # from here on, the target of extra processor time applies


class Clips(NamedTuple):
    """The paths, and a sentence about each file of the directory that is not among them."""

    paths: Sequence[Path]
    left_out: Sequence[str]


def clips(media_dir: str, made_in: Path) -> Clips:
    """CLIPS clips: all made ones, written into `made_in`, and the first real ones with a moving picture in SDR."""
    made = [_made(made_in / f"{name}.mkv", graph) for name, graph in _MADE.items()]
    real: list[Path] = []
    left_out: list[str] = []
    for path in sorted(Path(media_dir).iterdir()):
        problem = _problem(path) or ("there are enough" if len(real) + len(made) >= CLIPS else "")
        if problem:
            left_out.append(f"{path.name}: {problem}")
        else:
            real.append(path)
    return Clips([*real, *made], left_out)


def _made(path: Path, graph: str) -> Path:
    codecs = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "10", "-pix_fmt", "yuv420p"]
    subprocess.run(ffmpeg("-f", "lavfi", "-i", graph, *codecs, str(path)), check=True)
    return path


def _problem(path: Path) -> str:
    """Why a file is no clip for encodes; '' = it is one."""
    try:
        info = probe(path)
    except MediaError as error:
        return first_line(error)
    if info.video is None or info.duration_s < _LEAST_S:
        return "no moving picture"
    return "HDR" if is_hdr(info.video) else ""


def first_line(error: MediaError) -> str:
    """What is printed of an error in a table's notes."""
    return str(error).partition("\n")[0]


class Encoded(NamedTuple):
    """What a job made of a clip: CPU seconds of its encode, which comes last, and of all commands before it."""

    outcome: ItemOutcome
    source: MediaInfo
    encode_cpu_s: float
    probes_cpu_s: float


@contextmanager
def encoded(item: JobItem[Any], clip: Path) -> Iterator[Encoded]:
    """The clip as a job of this item makes it; the files end with the block. Raises MediaError."""
    token = CancelToken()
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as directory:
        request = JobRequest(item.kind, [item], clip, f"in/{clip.name}", Path(directory))
        made = run_job(request, lambda _: None, Settings(), token)
        (outcome,) = made.items
        if outcome.error:
            raise outcome.error
        *before, last = (command.cpu_s for command in token.commands)
        yield Encoded(outcome, made.source, last, sum(before))


def vmaf_neg(output: Path, source: Path, size: Size) -> float:
    """The mean of all frames, both at this size, measured by ffmpeg without the product."""
    log = output.parent / "whole.json"
    sides = [
        f"[{number}:v:0]scale={size.width}:{size.height}:flags=bicubic,format=yuv420p,setpts=PTS-STARTPTS[{name}]"
        for number, name in enumerate(("made", "source"))
    ]
    options = f"model=version=vmaf_v0.6.1neg:log_fmt=json:log_path={log}:n_threads=2:ts_sync_mode=nearest"
    graph = f"{';'.join(sides)};[made][source]libvmaf={options}"
    command = [ffmpeg_binary(""), "-v", "error", "-nostdin", "-i", str(output), "-i", str(source)]
    subprocess.run([*command, "-lavfi", graph, "-f", "null", "-"], check=True)
    return float(json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"])


class Point(NamedTuple):
    """A rendition: its bytes, its VMAF NEG at the size of the source."""

    size_bytes: int
    vmaf: float


def bytes_at(points: Iterable[Point], vmaf: float) -> float:
    """The bytes for a VMAF, between the two renditions around it, by their logarithms; not-a-number outside of all."""
    ordered = sorted(points, key=lambda point: (point.vmaf, point.size_bytes))
    if exact := next((point for point in ordered if point.vmaf == vmaf), None):
        return exact.size_bytes
    for below, above in pairwise(ordered):
        if below.vmaf < vmaf < above.vmaf:
            part = (vmaf - below.vmaf) / (above.vmaf - below.vmaf)
            return math.exp((1 - part) * math.log(below.size_bytes) + part * math.log(above.size_bytes))
    return math.nan


def saved(points: Sequence[Point], baseline: Sequence[Point]) -> float:
    """The part of the baseline's bytes that is saved at equal VMAF: the geometric mean over the renditions of both.

    Not-a-number where their qualities do not overlap.
    """
    ratios = [bytes_at(points, one.vmaf) / bytes_at(baseline, one.vmaf) for one in (*points, *baseline)]
    known = [math.log(one) for one in ratios if not math.isnan(one)]
    return 1 - math.exp(statistics.fmean(known)) if known else math.nan


def met(values: Iterable[float], goal: Sequence[float]) -> str:
    """For example '18 of 20': the values within both ends of a goal. What could not be measured misses it."""
    found = list(values)
    return f"{sum(goal[0] <= value <= goal[1] for value in found)} of {len(found)}"


def percent(part: float) -> str:
    """A part of 1 as a whole number of percent."""
    return "n/a" if math.isnan(part) else f"{part:.0%}"
