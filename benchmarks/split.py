"""Wall time of a transcode by one worker over that of several workers, which encode its chunks; one core each."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from benchmarks import media_commands as commands
from benchmarks.chunk_workers import COLUMNS, SUBTITLES, measured
from benchmarks.options import Options
from benchmarks.report import Table

# 1080p at a capped quality, with text over the picture.
MARK = {"mark": {"type": "text", "text": "benchmark", "font_size_px": 60}}
_VIDEO = {"codec": "h264", "crf": 23, "max_bitrate_kbps": 6000, "gop_s": 2}
ITEM = {"parameters": {"container": "mp4", "video": _VIDEO, "audio": {}}, "watermarks": [MARK]}
_SUBTITLED = {**ITEM, "burned_in_subtitles": {"key": SUBTITLES}}
_CUE_S = 4


def run(options: Options) -> list[Table]:
    """A table for each length."""
    return [_table(int(length), options) for length in options.split_lengths.split(",")]


def _table(length_s: int, options: Options) -> Table:
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as root:
        clip = Path(root) / "clip.mp4"
        subprocess.run(commands.make_clip(clip, length_s), check=True)
        clip.with_suffix(".srt").write_text(_subtitles(length_s), encoding="utf-8")
        one = measured("transcode", _SUBTITLED, clip, 1, 0)
        several = measured("transcode", _SUBTITLED, clip, options.split_workers, options.split_chunk_s)
    rows = [
        one.row("1 worker, one encode", one, 1),
        several.row(f"{options.split_workers} workers, chunks", one, options.split_workers),
    ]
    note = (
        f"Chunks of {options.split_chunk_s:g} s. Each worker is a process with one core of its own; all read one file."
    )
    return Table(f"One transcode of {length_s} s 1080p on several workers", COLUMNS, rows, [note])


def _subtitles(length_s: int) -> str:
    """A cue after the other, some of which are shown at edges of chunks."""
    starts_s = range(1, length_s - _CUE_S, _CUE_S)
    cues = [f"{at_s}\n{_clock(at_s)} --> {_clock(at_s + _CUE_S)}\nsubtitles from {at_s} s\n" for at_s in starts_s]
    return "\n".join(cues)


def _clock(at_s: int) -> str:
    return f"{at_s // 3600:02}:{at_s // 60 % 60:02}:{at_s % 60:02},000"
