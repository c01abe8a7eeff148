"""Quality, peaks and bytes of a transcode that is made of chunks, beside those of one encode of the same clip."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

from benchmarks.media_commands import ffmpeg
from benchmarks.options import Options
from benchmarks.report import Table
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.notice import Notice
from media_workflows.media.ffmpeg.run import Runner
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest, MakeDivided
from media_workflows.media.jobs.split.encoders import chunk_encoder
from media_workflows.media.plan.planned import ItemPlan

# Acceptance: of the mean VMAF, of the size, and of the most bits of a second to the cap.
VMAF_WITHIN, SIZE_WITHIN, PEAK = 0.3, 0.02, 1.05
_VIDEOS: Mapping[str, Mapping[str, Any]] = {
    "H.264, capped quality": {"codec": "h264", "crf": 23, "max_bitrate_kbps": 6000, "gop_s": 2},
    "H.264, capped quality, buffer of 0.1 s": {"codec": "h264", "crf": 23, "max_bitrate_kbps": 6000, "buffer_s": 0.1},
    "H.265, capped quality": {"codec": "h265", "crf": 26, "max_bitrate_kbps": 4000, "gop_s": 2},
}


@dataclass(frozen=True)
class Made:
    """An output: mean VMAF, the most kbit in any second of the picture, and bytes."""

    vmaf: float
    peak_kbit: float
    size_bytes: int


def run(options: Options) -> list[Table]:
    """A table for each length."""
    return [_table(int(length), options) for length in options.split_lengths.split(",")]


def _table(length_s: int, options: Options) -> Table:
    rows = []
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as root:
        clip = busy_clip(Path(root) / "clip.mp4", length_s, "1920x1080")
        for name, video in _VIDEOS.items():
            one, split = (made(clip, video, chunk_s) for chunk_s in (0, options.split_chunk_s))
            cap_kbit = video["max_bitrate_kbps"]
            rows.append(
                [
                    name,
                    *(f"{each.vmaf:.2f}" for each in (one, split)),
                    *(f"{each.peak_kbit / cap_kbit:.2f}" for each in (one, split)),
                    *(f"{each.size_bytes:,}" for each in (one, split)),
                    f"{split.size_bytes / one.size_bytes:.3f}",
                ]
            )
            print(f"  {' | '.join(rows[-1])}", file=sys.stderr, flush=True)
    columns = ["rendition", "VMAF, one encode (baseline)", "in chunks", "most of a second ÷ cap, one encode"]
    columns += ["in chunks", "bytes, one encode", "in chunks", "ratio"]
    targets = f"VMAF within {VMAF_WITHIN}, {PEAK} of the cap, size within {SIZE_WITHIN:.0%}"
    note = f"Chunks of {options.split_chunk_s:g} s. Targets: {targets}."
    return Table(f"Quality of {length_s} s 1080p in chunks", columns, rows, [note])


def busy_clip(path: Path, length_s: int, size: str) -> Path:
    """A moving test picture with noise from time to time, so that the cap of a rendition is reached there."""
    noise = "noise=alls=25:allf=t:enable='between(mod(t,20),8,14)'"
    inputs = [
        "-f",
        "lavfi",
        "-i",
        f"testsrc2=s={size}:r=25:d={length_s},{noise}",
        "-f",
        "lavfi",
        "-i",
        f"sine=d={length_s}",
    ]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    subprocess.run(ffmpeg(*inputs, *codecs, str(path)), check=True)
    return path


def made(clip: Path, video: Mapping[str, Any], chunk_s: float) -> Made:
    """The rendition in chunks of `chunk_s` seconds, by this process alone; 0 = by one encode."""
    item = TranscodeItem.model_validate({"parameters": {"container": "mp4", "video": video, "audio": {}}})

    def divide(context: BuildContext, item: JobItem[Any], runner: Runner) -> MakeDivided:
        encoder = chunk_encoder(context, item, runner)
        assert encoder is not None
        chunks = encoder.chunks(chunk_s)

        def make(plan: ItemPlan) -> list[Notice]:
            parts = [encoder.chunk(chunk) for chunk in chunks]
            encoder.assemble(chunks, parts, encoder.whole(plan), plan)
            return []

        return make

    with tempfile.TemporaryDirectory(dir=clip.parent) as directory:
        work = Path(directory)
        request = JobRequest("transcode", [item], clip, "in/a.mp4", work, divide=divide if chunk_s else None)
        (outcome,) = run_job(request, lambda _: None).items
        if outcome.error:
            raise outcome.error
        if refused := [notice.message for notice in outcome.notices if notice.code == "NotSplit"]:
            raise RuntimeError("; ".join(refused))
        path = outcome.files[0].path
        return Made(vmaf(path, clip), peak_kbit(path), path.stat().st_size)


def vmaf(output: Path, source: Path) -> float:
    """The mean of all frames, by ffmpeg."""
    log = output.parent / "vmaf.json"
    sides = "[0:v]format=yuv420p,setpts=PTS-STARTPTS[a];[1:v]format=yuv420p,setpts=PTS-STARTPTS[b]"
    graph = f"{sides};[a][b]libvmaf=log_fmt=json:log_path={log}:n_threads=2:ts_sync_mode=nearest"
    subprocess.run(ffmpeg("-i", str(output), "-i", str(source), "-lavfi", graph, "-f", "null", "-"), check=True)
    return float(json.loads(log.read_text(encoding="utf-8"))["pooled_metrics"]["vmaf"]["mean"])


def peak_kbit(path: Path) -> float:
    """The most kbit of the picture within any second, by decoding times."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [(float((one.dts or 0) * one.time_base), one.size) for one in container.demux(stream) if one.size]
    most = within = first = 0
    for at_s, size in packets:
        within += size
        while packets[first][0] <= at_s - 1:
            within -= packets[first][1]
            first += 1
        most = max(most, within)
    return most * 8 / 1000
