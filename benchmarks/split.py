"""Wall time of a transcode by one worker over that of several workers, which encode its chunks; one core each."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from benchmarks import media_commands as commands
from benchmarks.chunk_workers import COLUMNS, measured
from benchmarks.options import Options
from benchmarks.report import Table

# 1080p at a capped quality, with text over the picture.
MARK = {"mark": {"type": "text", "text": "benchmark", "font_size_px": 60}}
_VIDEO = {"codec": "h264", "crf": 23, "max_bitrate_kbps": 6000, "gop_s": 2}
ITEM = {"parameters": {"container": "mp4", "video": _VIDEO, "audio": {}}, "watermarks": [MARK]}


def run(options: Options) -> list[Table]:
    """A table for each length."""
    return [_table(int(length), options) for length in options.split_lengths.split(",")]


def _table(length_s: int, options: Options) -> Table:
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as root:
        clip = Path(root) / "clip.mp4"
        subprocess.run(commands.make_clip(clip, length_s), check=True)
        one = measured("transcode", ITEM, clip, 1, 0)
        several = measured("transcode", ITEM, clip, options.split_workers, options.split_chunk_s)
    rows = [
        one.row("1 worker, one encode", one, 1),
        several.row(f"{options.split_workers} workers, chunks", one, options.split_workers),
    ]
    note = (
        f"Chunks of {options.split_chunk_s:g} s. Each worker is a process with one core of its own; all read one file."
    )
    return Table(f"One transcode of {length_s} s 1080p on several workers", COLUMNS, rows, [note])
