"""Wall time, CPU and bytes of an HLS ladder by several workers, which encode its chunks, beside those of one encode."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import media_commands as commands
from benchmarks.chunk_workers import COLUMNS, measured
from benchmarks.options import Options
from benchmarks.report import Table
from benchmarks.split import MARK

KIND = "adaptive_dynamic_streaming"
# Height of a rendition in pixels, and the cap of its bitrate in kbit/s.
RENDITIONS = {360: 1000, 720: 3000, 1080: 6000}


def ladder() -> dict[str, Any]:
    """The item: renditions at a capped quality, with text over the picture."""
    streams = [
        {"video": {"codec": "h264", "height": height, "crf": 23, "max_bitrate_kbps": kbps}, "audio": {}}
        for height, kbps in RENDITIONS.items()
    ]
    return {"parameters": {"format": "hls", "segment_s": 6, "streams": streams}, "watermarks": [MARK]}


def run(options: Options) -> list[Table]:
    """A table for each length."""
    return [_table(int(length), options) for length in options.split_lengths.split(",")]


def _table(length_s: int, options: Options) -> Table:
    workers, chunk_s = options.split_workers, options.split_chunk_s
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as root:
        clip = Path(root) / "clip.mp4"
        subprocess.run(commands.make_clip(clip, length_s), check=True)
        baseline = measured(KIND, ladder(), clip, 1, 0)
        alone = measured(KIND, ladder(), clip, 1, chunk_s)
        several = measured(KIND, ladder(), clip, workers, chunk_s)
    rows = [
        baseline.row("1 worker, one encode (baseline)", baseline, 1),
        alone.row("1 worker, chunks", baseline, 1),
        several.row(f"{workers} workers, chunks", baseline, workers),
    ]
    heights = ", ".join(f"{height}p" for height in RENDITIONS)
    note = (
        f"HLS of {heights} with segments of 6 s; chunks of {chunk_s:g} s. Each worker is a process with one core of "
        "its own; all read one file. Planning, sound, assembly and verification are included; bytes are those of all "
        "files."
    )
    return Table(f"One ladder of {length_s} s 1080p on several workers", COLUMNS, rows, [note])
