"""Runs a workflow's jobs on a local file, without Airflow, object storage or database."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from media_workflows.domain.jobs import INTELLIGENCE_KINDS
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.steps import job_steps
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import OutputNameError
from media_workflows.media.ffmpeg.progress import Progress as MediaProgress
from media_workflows.media.jobs.job import ItemOutcome, JobRequest, run_job
from media_workflows.naming import fill_in


def run_locally(file: Path, workflow: Workflow, output: Path, console: Console) -> int:
    """Write the outputs below `output` under the keys they would have in a bucket; returns how many items failed.

    Raises UnreadableSourceError when the file is not media, OSError when `output` cannot be written.
    """
    failed = 0
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with tempfile.TemporaryDirectory(prefix="media-workflows-") as work, Progress(*columns, console=console) as bars:
        for step in job_steps(workflow):
            kind, items = step.kind, step.items
            if kind in INTELLIGENCE_KINDS:
                bars.console.print(f"{kind}: not run locally, it needs the libraries of words and persons")
                continue
            bar = bars.add_task(step.id, total=100)
            show = partial(_show, bars, bar)
            outcome = run_job(JobRequest(kind, items, file, file.name, Path(work) / step.id, beside(file, items)), show)
            bars.update(bar, completed=100)
            failed += sum(_deliver(item, file, workflow, output, bars.console) for item in outcome.items)
    return failed


def beside(file: Path, items: Iterable[JobItem[Any]]) -> dict[str, Path]:
    """The extra objects of items as files in the source's directory, by key pattern; missing ones are left out."""
    keys = {key for item in items for key in item.extra_keys}
    paths = {key: file.parent / fill_in(key, file.name, "", {}) for key in keys}
    return {key: path for key, path in paths.items() if path.is_file()}


def _show(bars: Progress, bar: TaskID, progress: MediaProgress) -> None:
    bars.update(bar, completed=progress.percent)


def _deliver(outcome: ItemOutcome, file: Path, workflow: Workflow, output: Path, console: Console) -> int:
    """Move an item's files below `output`; returns 1 when the item failed, else 0."""
    if outcome.error is not None:
        console.print(
            f"failed: {outcome.item.kind} (definition {outcome.item.definition}): {outcome.error}",
            style="red",
            markup=False,
        )
        return 1
    for notice in outcome.notices:
        console.print(f"{outcome.item.kind}: {notice.message}", style="yellow", markup=False)
    try:
        targets = [output / workflow.output_key(made.pattern, file.name, made.variables) for made in outcome.files]
    except OutputNameError as error:
        console.print(
            f"failed: {outcome.item.kind} (definition {outcome.item.definition}): {error}", style="red", markup=False
        )
        return 1
    for made, target in zip(outcome.files, targets, strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made.path, target)
        if made.role in ("main", "manifest"):
            console.print(f"{outcome.item.kind}: {target}", markup=False)
    return 0
