"""CPU seconds of the verification of sound over those of the encode it verifies, in the same run."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import imageio_ffmpeg

from benchmarks.options import Options
from benchmarks.report import Table, median, seconds
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.media.ffmpeg.run import Runner
from media_workflows.media.jobs import job as media_job
from media_workflows.media.jobs import verified_items
from media_workflows.media.jobs.request import JobRequest
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.media.verify.sound import SoundVerifier


@dataclass(frozen=True)
class _Case:
    name: str
    size: str
    length_s: int
    preset: int


CASES = (_Case("1080p, 60 s", "1920x1080", 60, 100_040), _Case("360p, 10 s", "640x360", 10, 100_010))
TARGET = 0.03
_RUN = Runner.run


class _Spent:
    """CPU seconds of one `run_job`: of its ffmpeg processes, and of the verification of sound."""

    def __init__(self) -> None:
        self.encode_s = 0.0
        self.check_s = 0.0

    def run(self, *arguments: Any) -> float:
        spent_s = _RUN(*arguments)
        self.encode_s += spent_s
        return spent_s

    def verifier(self) -> _Measured:
        return _Measured(self)


class _Measured(SoundVerifier):
    def __init__(self, spent: _Spent) -> None:
        super().__init__()
        self.spent = spent

    def require_sound(self, file: PlannedFile) -> None:
        begun_s = time.process_time()
        super().require_sound(file)
        self.spent.check_s += time.process_time() - begun_s


def run(options: Options) -> list[Table]:
    """One table."""
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as root:
        rows = [_row(case, Path(root), options.repeats) for case in CASES]
    notes = [
        f"Target: at most {TARGET:.0%} of the encode. Both are of the same `run_job`; medians of {options.repeats}."
    ]
    columns = ["clip", "encode, CPU s", "verification of sound, CPU s", "ratio"]
    return [Table("CPU: verification of sound beside its encode", columns, rows, notes)]


def _row(case: _Case, root: Path, repeats: int) -> list[str]:
    clip = root / f"{case.preset}.mp4"
    subprocess.run(_clip_command(case, clip), check=True)
    spent = [_measured(case, clip) for _ in range(repeats)]
    encode_s, check_s = median([one.encode_s for one in spent]), median([one.check_s for one in spent])
    print(f"  {case.name}: {check_s:.3f} s of {encode_s:.2f} s", file=sys.stderr, flush=True)
    return [case.name, seconds(encode_s), f"{check_s:.3f}", f"{check_s / encode_s:.1%}"]


def _clip_command(case: _Case, clip: Path) -> list[str]:
    picture = f"testsrc2=s={case.size}:r=25:d={case.length_s}"
    sound = f"aevalsrc=0.3*sin(2*PI*300*t)|0.1*sin(2*PI*700*t):c=stereo:s=48000:d={case.length_s}"
    encoders = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    quiet = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error"]
    return [*quiet, "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *encoders, str(clip)]


def _measured(case: _Case, clip: Path) -> _Spent:
    spent = _Spent()
    with (
        mock.patch.object(Runner, "run", lambda *given: spent.run(*given)),
        mock.patch.object(verified_items, "SoundVerifier", spent.verifier),
        tempfile.TemporaryDirectory(dir=clip.parent) as directory,
    ):
        items = [TranscodeItem(template=case.preset)]
        request = JobRequest("transcode", items, clip, "in/clip.mp4", Path(directory))
        outcome = media_job.run_job(request, lambda _: None)
    if error := outcome.items[0].error:
        raise error
    return spent
