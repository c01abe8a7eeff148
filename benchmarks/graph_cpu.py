"""CPU seconds of a graph of six steps over those of the same ffmpeg work written by hand, by the length of the clip."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from benchmarks import graph_commands as graph
from benchmarks import media_commands as commands
from benchmarks.media_cpu import Spent, Way, by_hand, measure, over
from benchmarks.options import Options
from benchmarks.report import Table, median, seconds
from media_workflows.domain.workflow import parse_workflow
from media_workflows.services.local_run import run_locally

OURS, EACH = "`run-local`", "one ffmpeg for each step and snapshot"
COLUMNS = ["clip of 1080p", f"{OURS}, CPU s", f"{EACH} (baseline), CPU s", "ratio", "bytes", "bytes of the baseline"]


def run(options: Options) -> list[Table]:
    """One table with a row for each length."""
    lengths_s = [int(length) for length in options.graph_lengths.split(",")]
    rows = []
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as root:
        for length_s in lengths_s:
            clip = Path(root) / f"clip{length_s}.mp4"
            subprocess.run(commands.make_clip(clip, length_s), check=True)
            rows.append(_row(length_s, measure(_ways(length_s), clip, options.repeats)))
    title = "CPU: a graph of six steps with three conditions, two inputs from another step and one skip"
    notes = [
        f"Medians; repetitions: {options.repeats} of each way, taking turns. {OURS} includes reading the source, the "
        "conditions, and the verification of every output.",
    ]
    return [Table(title, COLUMNS, rows, notes)]


def _ways(length_s: int) -> dict[str, Way]:
    workflow = parse_workflow(graph.GRAPH)

    def work(clip: Path, directory: Path) -> None:
        if failed := run_locally(clip, workflow, directory, Console(stderr=True, quiet=True)):
            raise RuntimeError(f"{failed} items failed")

    return {OURS: work, EACH: by_hand(lambda clip: graph.graph_by_hand(clip, length_s))}


def _row(length_s: int, spent: Mapping[str, Spent]) -> list[str]:
    cpu = [seconds(median(spent[way].cpu_s)) for way in (OURS, EACH)]
    sizes = [f"{sum(map(len, spent[way].files.values())):,}" for way in (OURS, EACH)]
    return [f"{length_s} s", *cpu, over(spent, OURS, EACH), *sizes]
