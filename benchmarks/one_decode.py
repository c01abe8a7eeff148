"""What the three jobs and quality control cost beyond one decode with its analysis filters and the engines."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import imageio_ffmpeg

from benchmarks.report import Table, ratio, seconds
from media_workflows.intelligence.features.cpu_shares import ENGINE, FFMPEG, LOADING, REST

GOAL = 1.3


def table(film: Path, needs: list[str]) -> Table:
    """CPU seconds of each consumer. The ratio's baseline is what cannot be saved: one decode, filters, engines."""
    collected, control = _printed("collect_once", str(film), *needs), _printed("quality_once", str(film))
    shares: dict[str, float] = collected["shares"]
    decode_s = _decode_s(film)
    baseline = _baseline(shares, control, decode_s)
    ours = {f"{name}: ours": spent_s for name, spent_s in shares.items() if not _is_baseline(name) and name != REST}
    collected_s = collected["cpu_s"] - collected["start_s"]
    rest_s = collected_s - sum(shares.values()) + shares.get(REST, 0.0)
    ours |= {
        "second decode, of quality control": decode_s,
        "quality control: packets, report": control["cpu_s"] - control["ffmpeg_s"] - control["codes_s"],
        "probing, results": rest_s,
    }
    total_s, least_s = collected_s + control["cpu_s"], sum(baseline.values())
    rows = [[name, seconds(spent_s), f"{100 * spent_s / total_s:.1f} %", ""] for name, spent_s in baseline.items()]
    rows.append(["together (baseline)", seconds(least_s), f"{100 * least_s / total_s:.1f} %", "1.00"])
    most_first = sorted(ours.items(), key=lambda one: -one[1])
    rows += [[name, seconds(spent_s), f"{100 * spent_s / total_s:.1f} %", ""] for name, spent_s in most_first]
    rows.append(["the three jobs and quality control", seconds(total_s), "100.0 %", ratio(total_s, least_s)])
    notes = [
        f"The goal is a ratio of at most {GOAL}. What several consumers share of a frame counts for the first of them.",
        "The ffmpeg commands are those of the features and of quality control with all items, less one decode: each "
        "decodes the source. Loading of models counts as the engines'; the start of Python is left out.",
    ]
    return Table("One decode", ["consumer", "CPU s", "share", "ratio"], rows, notes)


def _baseline(shares: dict[str, float], control: dict[str, float], decode_s: float) -> dict[str, float]:
    engines = {name: spent_s for name, spent_s in shares.items() if _is_baseline(name) and name != FFMPEG}
    filters_s = shares.get(FFMPEG, 0.0) + control["ffmpeg_s"] - 2 * decode_s
    return {"decode": decode_s, "filters and scaling": filters_s, **engines, "codes engine": control["codes_s"]}


def _is_baseline(name: str) -> bool:
    return name in (FFMPEG, LOADING) or name.endswith(ENGINE)


def _decode_s(film: Path) -> float:
    """CPU seconds of a decode of picture and sound to nothing."""
    before_s = _children_s()
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(film), "-f", "null", "-"]
    subprocess.run(command, check=True)
    return _children_s() - before_s


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _printed(module: str, *arguments: str) -> dict[str, Any]:
    """What a measuring module prints, each in a process of its own."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
