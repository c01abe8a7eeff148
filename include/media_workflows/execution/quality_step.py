"""The step that controls quality: the report of its item, and what it says as the item's result."""

from __future__ import annotations

from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.quality_control import QUALITY, QualityControlOutput
from media_workflows.execution import media_step
from media_workflows.execution.running_step import RunningStep
from media_workflows.storage.inputs import Inputs


def item_results(step: RunningStep, inputs: Inputs) -> tuple[MediaInfo, tuple[ItemResult, ...]]:
    """Of the one item. A report of the same bytes by the same parameters is reused, and read as a new one is."""
    info, (result,) = media_step.item_results(step, inputs)
    if result.status == "FAIL":
        return info, (result,)
    report = _published_report(step, result)
    step.log(f"quality: {report.summary}")
    found = SubTaskResult(type=QUALITY, status="SUCCESS", output=report)
    return info, (result.model_copy(update={"sub_tasks": (found,)}),)


def _published_report(step: RunningStep, result: ItemResult) -> QualityControlOutput:
    (file,) = (output for output in result.outputs if output.role == "main")
    with step.work_dir() as work_dir:
        path = work_dir / "report.json"
        step.storage.download(file.bucket, file.key, file.etag, None, path)
        report = QualityControlOutput.model_validate_json(path.read_bytes())
    # The report has their names without the output directory, and perhaps those of the run whose files are reused.
    names = dict.fromkeys(item.picture for item in report.items if item.picture)
    keys = (output.key for output in result.outputs if output.role == "segment")
    key_of = dict(zip(names, keys, strict=True))
    items = (item.model_copy(update={"picture": key_of.get(item.picture, "")}) for item in report.items)
    return report.model_copy(update={"items": tuple(items)})
