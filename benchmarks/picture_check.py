"""CPU seconds that the comparison of pictures with the source adds to an encode, measured in the same run."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks import media_commands as commands
from benchmarks.media_cpu import cpu_s
from benchmarks.options import Options
from benchmarks.report import Table, median, ratio, seconds
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.animated_graphic import AnimatedGraphicItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.image_sprite import ImageSpriteItem
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.media.verify import outputs as verify

_CLIPS = {"60 s of 1080p": (60, "1920x1080"), "10 s of 360p": (10, "640x360")}
_JOBS: dict[str, Sequence[JobItem[Any]]] = {
    "MP4 as the source": [TranscodeItem(parameters={"container": "mp4", "video": {}, "audio": {}})],
    "MP4 360p": [TranscodeItem(template=100010)],
    "HLS ladder (template 10)": [AdaptiveDynamicStreamingItem(template=10)],
    "three snapshots": [SnapshotByTimeOffsetItem(template=10, time_offsets=["10%", "50%", "90%"])],
    "sprite sheet": [ImageSpriteItem(template=10)],
    "GIF of 3 s": [AnimatedGraphicItem(template=20000, start_offset_s=2, end_offset_s=5)],
}


def run(options: Options) -> list[Table]:
    """One table; `repeats` of each."""
    columns = ["clip", "job", "whole job, CPU s", "of it comparing pictures, CPU s", "comparing ÷ the rest"]
    rows = []
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as root:
        for name, (length_s, size) in _CLIPS.items():
            clip = Path(root) / f"{size}.mp4"
            made = [word.replace("1920x1080", size) for word in commands.make_clip(clip, length_s)]
            subprocess.run(made, check=True)
            for job, items in _JOBS.items():
                spent = [_spent(items, clip, Path(root) / "out") for _ in range(options.repeats)]
                whole_s, compared_s = (median([one[n] for one in spent]) for n in (0, 1))
                rest_s = median([whole - compared for whole, compared in spent])
                rows.append([name, job, seconds(whole_s), seconds(compared_s), ratio(compared_s, rest_s)])
    return [
        Table("CPU: pictures compared with the source", columns, rows, ["Comparing is always on; both are of one run."])
    ]


def _spent(items: Sequence[JobItem[Any]], clip: Path, directory: Path) -> tuple[float, float]:
    """CPU seconds of a job, and of the comparison in it."""
    compared_s = 0.0
    compare = vars(verify)["require_same_picture"]

    def timed(*given: Any) -> None:
        nonlocal compared_s
        begin_s = time.process_time()
        compare(*given)
        compared_s += time.process_time() - begin_s

    begin_s = cpu_s()
    with mock.patch.object(verify, "require_same_picture", timed):
        for item in run_job(JobRequest(items[0].kind, items, clip, "in/clip.mp4", directory), lambda _: None).items:
            if item.error:
                raise item.error
    return cpu_s() - begin_s, compared_s
