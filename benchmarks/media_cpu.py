"""CPU seconds of our media jobs over those of the same ffmpeg work written by hand."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import media_commands as commands
from benchmarks import workflow_commands as whole
from benchmarks.options import Options
from benchmarks.report import Table, median, ratio, seconds
from media_workflows.domain.jobs.adaptive_dynamic_streaming import (
    AdaptiveDynamicStreamingItem,
    AdaptiveDynamicStreamingParameters,
    StreamParameters,
)
from media_workflows.domain.jobs.animated_graphic import AnimatedGraphicItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.image_sprite import ImageSpriteItem
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest

Way = Callable[[Path, Path], None]  # (clip, empty directory to write to)
OURS, ONE, FOUR = "`run_job`", "one ffmpeg by hand", "four ffmpeg processes"
MANY = "one ffmpeg for each output"
X264 = (
    "x264 on several threads with a bounded peak rate differs from run to run, by hand too: compare the bytes in all."
)
WHOLE = "Names differ between the ways: compare the bytes in all."
HLS = "Ours begin at another time and state measured bitrates and codecs: compare the bytes in all."
SCRIPT = "The baseline is the usual script: a process for each file."


def run(options: Options) -> list[Table]:
    """All four tables."""
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as root:
        clip = Path(root) / "clip.mp4"
        subprocess.run(commands.make_clip(clip, options.clip_s), check=True)
        four = f"CPU: transcode, four renditions of {options.clip_s} s 1080p"
        pictures = "CPU: three snapshots and a 3 s GIF of the same clip"
        hls = "CPU: HLS, three renditions of the same clip with their master playlist"
        workflow = "CPU: the four renditions, three snapshots, a sprite sheet and the GIF, as one workflow"
        return [
            _table(workflow, measure(_workflow(options.clip_s), clip, options.repeats), ONE, WHOLE),
            _table(four, measure(_ladder(), clip, options.repeats), ONE, X264),
            _table(hls, measure(_hls(), clip, options.repeats), ONE, HLS),
            _table(pictures, measure(_pictures(), clip, options.repeats), FOUR, SCRIPT),
        ]


def _workflow(length_s: int) -> dict[str, Way]:
    """Each kind by a `run_job` of its own, as the operators do it."""
    ladder = [TranscodeItem(template=rung.preset) for rung in commands.LADDER]
    return {
        OURS: _ours(ladder, *_picture_items(), [ImageSpriteItem(template=10)]),
        ONE: by_hand(lambda clip: whole.workflow_in_one(clip, length_s)),
        MANY: by_hand(lambda clip: whole.workflow_in_many(clip, length_s)),
    }


def _ladder() -> dict[str, Way]:
    items = [TranscodeItem(template=rung.preset) for rung in commands.LADDER]
    return {OURS: _ours(items), ONE: by_hand(commands.ladder_in_one), FOUR: by_hand(commands.ladder_in_four)}


def _hls() -> dict[str, Way]:
    streams = [_stream(rung) for rung in commands.HLS_LADDER]
    parameters = AdaptiveDynamicStreamingParameters(format="hls", streams=streams, segment_s=commands.HLS_SEGMENT_S)
    return {
        OURS: _ours([AdaptiveDynamicStreamingItem(parameters=parameters)]),
        ONE: by_hand(commands.hls_in_one),
        MANY: by_hand(commands.hls_in_three),
    }


def _stream(rung: commands.Rung) -> StreamParameters:
    audio = AudioParameters(bitrate_kbps=rung.audio_kbps, sample_rate_hz=44_100)
    return StreamParameters(
        video=VideoParameters(fps=25, height=rung.height, bitrate_kbps=rung.video_kbps), audio=audio
    )


def _picture_items() -> list[list[JobItem[Any]]]:
    offsets = [f"{at_s}s" for at_s in commands.SNAPSHOTS_S]
    start_s, end_s = commands.GIF_S
    return [
        [SnapshotByTimeOffsetItem(template=10, time_offsets=offsets)],
        [AnimatedGraphicItem(template=20000, start_offset_s=start_s, end_offset_s=end_s)],
    ]


def _pictures() -> dict[str, Way]:
    return {
        OURS: _ours(*_picture_items()),
        ONE: by_hand(commands.pictures_in_one),
        FOUR: by_hand(commands.pictures_in_four),
    }


def _ours(*jobs: Sequence[JobItem[Any]]) -> Way:
    """Probe, ffmpeg and verification of each job, as the operators do it."""

    def work(clip: Path, directory: Path) -> None:
        for items in jobs:
            outcome = run_job(JobRequest(items[0].kind, items, clip, "in/clip.mp4", directory), lambda _: None)
            for item in outcome.items:
                if item.error:
                    raise item.error

    return work


def by_hand(make: Callable[[Path], list[commands.Command]]) -> Way:
    def work(clip: Path, directory: Path) -> None:
        for command in make(clip):
            subprocess.run(command, cwd=directory, check=True)

    return work


def cpu_s() -> float:
    """User and system seconds of this process and of its ended children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


@dataclass
class Spent:
    """CPU seconds of every repetition, and the files the last one wrote (bytes by name)."""

    cpu_s: list[float] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)


def measure(ways: Mapping[str, Way], clip: Path, repeats: int) -> dict[str, Spent]:
    """By way; the ways take turns."""
    spent = {name: Spent() for name in ways}
    for number in range(repeats):
        for name, work in ways.items():
            with tempfile.TemporaryDirectory(dir=clip.parent) as directory:
                before_s = cpu_s()
                work(clip, Path(directory))
                spent[name].cpu_s.append(cpu_s() - before_s)
                spent[name].files = {
                    file.name: file.read_bytes() for file in Path(directory).rglob("*") if file.is_file()
                }
            print(f"  {number + 1}/{repeats} {name}: {spent[name].cpu_s[-1]:.2f} s", file=sys.stderr, flush=True)
    return spent


def _table(title: str, spent: Mapping[str, Spent], baseline: str, note: str) -> Table:
    """`baseline` is the way whose CPU time is 1.00."""
    ours = spent[OURS]
    rows = [_row(name, spent, baseline) for name in spent]
    same = sum(spent[baseline].files.get(name) == data for name, data in ours.files.items())
    notes = [
        f"Repetitions: {len(ours.cpu_s)} of each way, taking turns. `run_job` includes probing the source and opening "
        "every output again.",
        f"Files of `run_job` that equal the baseline's byte for byte: {same} of {len(ours.files)}. {note}",
    ]
    columns = ["way", "CPU s (median)", "min", "max", "files, bytes", f"ratio to {baseline}"]
    return Table(title, columns, rows, notes)


def _row(name: str, spent: Mapping[str, Spent], baseline: str) -> list[str]:
    values, size = spent[name].cpu_s, sum(len(data) for data in spent[name].files.values())
    numbers = map(seconds, (median(values), min(values), max(values)))
    shown = f"{name} (baseline)" if name == baseline else name
    return [shown, *numbers, f"{size:,}", over(spent, name, baseline)]


def over(spent: Mapping[str, Spent], name: str, baseline: str) -> str:
    """The median of the ratios, repetition by repetition."""
    ratios = [mine / base for mine, base in zip(spent[name].cpu_s, spent[baseline].cpu_s, strict=True)]
    return ratio(median(ratios), 1)
