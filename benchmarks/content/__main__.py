"""`python -m benchmarks.content DIRECTORY`: a Markdown table of what is in clips and in their outputs.

The product makes the outputs (make.py); ffmpeg and PyAV measure them (measure.py). See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import imageio_ffmpeg

from benchmarks.content.compare import WINDOW_S, Measured, compared
from benchmarks.content.make import JOBS

HEAD = (
    "clip",
    "output",
    "tracks in",
    "tracks out",
    "levels in, dB",
    "levels out, dB",
    "RGB in",
    "RGB out",
    "s",
    "flags",
)
MEASURE = Path(__file__).with_name("measure.py")


class TooLongError(Exception):
    """A process was stopped at its time limit."""


def _json_of(command: Sequence[str], limit_s: float) -> Any:
    """What a process prints. Raises TooLongError, RuntimeError with its last words when it failed."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        out, err = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # ffmpeg, too
        process.communicate()
        raise TooLongError(f"stopped after {limit_s:g} s") from None
    if process.returncode:
        raise RuntimeError(err.decode(errors="replace").strip().rpartition("\n")[2] or f"exit {process.returncode}")
    return json.loads(out)


def _measure(
    file: Path | str, moments_s: Sequence[float | None], layouts: Sequence[str | None], limit_s: float
) -> Measured:
    request = {"moments_s": list(moments_s), "window_s": WINDOW_S, "layouts": list(layouts)}
    command = [sys.executable, str(MEASURE), imageio_ffmpeg.get_ffmpeg_exe(), str(file), json.dumps(request)]
    return Measured.of(_json_of(command, limit_s))


def _rows(clip: Path, output: str, limit_s: float) -> list[tuple[str, ...]]:
    """The rows of one output of one clip; of a refusal or a failure its message."""
    with tempfile.TemporaryDirectory(prefix="content-") as directory:
        command = [sys.executable, "-m", "benchmarks.content.make", output, str(clip), directory]
        try:
            made = _json_of(command, limit_s)
            if made["error"]:
                return [_message_row(clip, output, f"refused: {made['error']}")]
            return _measured_rows(clip, output, made, limit_s)
        except (TooLongError, RuntimeError, ValueError) as error:
            return [_message_row(clip, output, f"ERROR: {error}")]


def _measured_rows(clip: Path, output: str, made: dict[str, Any], limit_s: float) -> list[tuple[str, ...]]:
    shown = [file for file in made["files"] if file["role"] in ("main", "manifest")]
    rows = []
    for number, file in enumerate(shown):
        found = _measure(file["path"], [None], [None], limit_s)
        moment_s = file["time_s"] if file["time_s"] is not None else found.duration_s / 2
        source = _measure(clip, [moment_s], [None, *found.layouts], limit_s)
        name = output if len(shown) == 1 else f"{output} {number + 1}"
        rows.append((clip.name, name, *compared(output, source, found, made["notices"])))
    return rows


def _message_row(clip: Path, output: str, message: str) -> tuple[str, ...]:
    first = message.partition("\n")[0][:300]
    return (clip.name, output, *[""] * (len(HEAD) - 3), first)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Each row is printed as soon as it is there; an error ends no more than its own row."""
    parser = argparse.ArgumentParser(prog="benchmarks.content", description=__doc__)
    parser.add_argument("directory", type=Path, help="of clips; its sub-directories are left out")
    parser.add_argument("--outputs", nargs="+", choices=JOBS, default=list(JOBS), help="only these (%(default)s)")
    parser.add_argument(
        "--limit-s", type=float, default=180, help="for one output, and for one measurement (%(default)s)"
    )
    given = parser.parse_args()
    print(_line(HEAD), _line(["---"] * len(HEAD)), sep="\n", flush=True)
    for clip in sorted(
        path for path in given.directory.iterdir() if path.is_file() and path.suffix not in (".tsv", ".md")
    ):
        for output in given.outputs:
            for row in _rows(clip.resolve(), output, given.limit_s):
                print(_line(row), flush=True)


if __name__ == "__main__":
    main()
