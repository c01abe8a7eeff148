"""Quality control of every clip of a directory, with all items at their defaults: what hits, and by how much."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from pydantic import ValidationError

from benchmarks.options import Options
from benchmarks.quality_report import ITEMS
from benchmarks.report import Table
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput, QualityItem

_NOT_MEDIA = (".md", ".tsv", ".json", ".txt")


class _FailedError(Exception):
    """A clip has no report; the message says why."""


def run(options: Options) -> list[Table]:
    """Two tables, by clip and by item; none without `media_dir`. A clip that fails is listed."""
    if not options.media_dir:
        return []
    reports: dict[str, QualityControlOutput] = {}
    refused: dict[str, str] = {}
    for clip in clips(Path(options.media_dir)):
        print(f"  {clip.name}", file=sys.stderr, flush=True)
        try:
            reports[clip.name] = _report(clip, options.clip_cap_s)
        except _FailedError as error:
            refused[clip.name] = str(error)
    return [_by_clip(reports, refused), _by_item(reports)]


def clips(directory: Path) -> list[Path]:
    """The files of a directory that may be media, by name."""
    return [file for file in sorted(directory.iterdir()) if file.is_file() and file.suffix not in _NOT_MEDIA]


def _report(clip: Path, cap_s: float) -> QualityControlOutput:
    """The report by a process of its own, so that neither a crash nor a clip without an end is the end of all."""
    command = [sys.executable, "-m", "benchmarks.quality_report", str(clip)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            printed, said = process.communicate(timeout=cap_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # its ffmpeg, too
            raise _FailedError(f"not measured within {cap_s:g} s") from None
    if process.returncode:
        raise _FailedError((said.strip().splitlines() or [f"exit code {process.returncode}"])[-1])
    try:
        return QualityControlOutput.model_validate_json(printed.splitlines()[-1])
    except (ValidationError, IndexError) as error:
        raise _FailedError(f"no report: {error}") from None


def _by_clip(reports: dict[str, QualityControlOutput], refused: dict[str, str]) -> Table:
    rows = [[name, str(len(one.hits)), "; ".join(map(_shown, one.hits))] for name, one in reports.items()]
    rows += [[name, "–", f"failed: {why}"] for name, why in refused.items()]
    clean = sum(not one.hits for one in reports.values())
    note = (
        f"{clean} of {len(reports)} measured clips have no hit; {len(refused)} failed. "
        "Whether a hit is true is for you to judge."
    )
    return Table("Quality control of real clips", ["clip", "hits", "items"], rows, [note])


def _by_item(reports: dict[str, QualityControlOutput]) -> Table:
    hits = Counter(item.type for one in reports.values() for item in one.hits)
    measured = Counter(item.type for one in reports.values() for item in one.items if item.hit is not None)
    clips = {name: [clip for clip, one in reports.items() if name in {hit.type for hit in one.hits}] for name in hits}
    rows = [[name, str(hits[name]), str(measured[name]), ", ".join(clips[name])] for name in ITEMS if hits[name]]
    silent = f"{sum(not hits[name] for name in ITEMS)} of {len(ITEMS)} items have no hit."
    return Table("Hits by item", ["item", "hits", "clips that were measured", "clips"], rows, [silent])


def _shown(item: QualityItem) -> str:
    """'blur 24 px (limit 20) at 1.5 s'."""
    value = "" if item.value is None else f" {item.value:g} {item.unit}".rstrip()
    limit = "" if item.threshold is None else f" (limit {item.threshold:g})"
    place = f" at {item.segments[0].start_s:g} s" if item.segments else ""
    return f"{item.type}{value}{limit}{place}"
