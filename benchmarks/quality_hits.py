"""Quality control of every clip of a directory, with all items at their defaults: what hits, and by how much."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.options import Options
from benchmarks.report import Table
from media_workflows.domain.jobs.quality_control import QualityControlItem, QualityControlParameters
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput, QualityItem
from media_workflows.errors import MediaWorkflowsError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings

_ITEMS = tuple(QualityControlParameters.model_fields)


def run(options: Options) -> list[Table]:
    """Two tables, by clip and by item; none without `media_dir`."""
    if not options.media_dir:
        return []
    files = [file for file in sorted(Path(options.media_dir).iterdir()) if file.suffix not in (".md", ".tsv", ".json")]
    reports: dict[str, QualityControlOutput] = {}
    refused: dict[str, str] = {}
    for file in files:
        try:
            reports[file.name] = _report(file)
        except MediaWorkflowsError as error:
            refused[file.name] = str(error)
    return [_by_clip(reports, refused), _by_item(reports)]


def _report(clip: Path) -> QualityControlOutput:
    parameters = QualityControlParameters.model_validate({name: {} for name in _ITEMS})
    item = QualityControlItem(parameters=parameters)
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as root:
        request = JobRequest(item.kind, [item], clip, f"in/{clip.name}", Path(root))
        (outcome,) = run_job(request, lambda _: None, Settings()).items
        if outcome.error:
            raise outcome.error
        (report,) = (file.path for file in outcome.files if file.role == "main")
        return QualityControlOutput.model_validate_json(report.read_bytes())


def _by_clip(reports: dict[str, QualityControlOutput], refused: dict[str, str]) -> Table:
    rows = [[name, str(len(one.hits)), "; ".join(map(_shown, one.hits))] for name, one in reports.items()]
    rows += [[name, "–", f"failed: {why}"] for name, why in refused.items()]
    clean = sum(not one.hits for one in reports.values())
    note = f"{clean} of {len(reports)} measured clips have no hit. Whether a hit is true is for you to judge."
    return Table("Quality control of real clips", ["clip", "hits", "items"], rows, [note])


def _by_item(reports: dict[str, QualityControlOutput]) -> Table:
    hits = Counter(item.type for one in reports.values() for item in one.hits)
    measured = Counter(item.type for one in reports.values() for item in one.items if item.hit is not None)
    clips = {name: [clip for clip, one in reports.items() if name in {hit.type for hit in one.hits}] for name in hits}
    rows = [[name, str(hits[name]), str(measured[name]), ", ".join(clips[name])] for name in _ITEMS if hits[name]]
    silent = f"{sum(not hits[name] for name in _ITEMS)} of {len(_ITEMS)} items have no hit."
    return Table("Hits by item", ["item", "hits", "clips that were measured", "clips"], rows, [silent])


def _shown(item: QualityItem) -> str:
    """'blur 24 px (limit 20) at 1.5 s'."""
    value = "" if item.value is None else f" {item.value:g} {item.unit}".rstrip()
    limit = "" if item.threshold is None else f" (limit {item.threshold:g})"
    place = f" at {item.segments[0].start_s:g} s" if item.segments else ""
    return f"{item.type}{value}{limit}{place}"
