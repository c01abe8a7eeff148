"""Runs a workflow's jobs on a local file, without Airflow, object storage or database."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from media_workflows.domain.conditions.outcomes import RunProperties, StepOutcome
from media_workflows.domain.conditions.source import METADATA, TAGS, SourceProperties, source_values
from media_workflows.domain.forecast import Forecasts
from media_workflows.domain.jobs import INTELLIGENCE_KINDS
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.quality_control import QualityControlItem
from media_workflows.domain.result import ItemResult, OutputRecord, item_failure, shown_item
from media_workflows.domain.step_definition import SOURCE, StepDefinition
from media_workflows.domain.steps import JobStep, in_order, job_steps
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.quality_control import QUALITY, QualityControlOutput
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import MediaWorkflowsError
from media_workflows.intelligence.features.caption_reader import caption_reader
from media_workflows.media.ffmpeg.progress import Progress as MediaProgress
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.media.source.kept_readings import kept_readings
from media_workflows.media.source.probe import probe
from media_workflows.naming import fill_in
from media_workflows.settings import get_settings


def run_locally(file: Path, workflow: Workflow, output: Path, console: Console) -> int:
    """Write the outputs below `output` under the keys they would have in a bucket; returns how many items failed.

    Raises UnreadableSourceError when the file is not media, OSError when `output` cannot be written.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with tempfile.TemporaryDirectory(prefix="media-workflows-") as work, Progress(*columns, console=console) as bars:
        run = _LocalRun(file, workflow, output, Path(work), bars)
        return run.of_steps() if workflow.steps else run.of_jobs()


def beside(file: Path, items: Iterable[JobItem[Any]]) -> dict[str, Path]:
    """The extra objects of items as files in the source's directory, by key pattern; missing ones are left out."""
    keys = {key for item in items for key in item.extra_keys}
    paths = {key: file.parent / fill_in(key, file.name, "", {}) for key in keys}
    return {key: path for key, path in paths.items() if path.is_file()}


class _LocalRun:
    """One run. Every method that runs something returns how many items failed."""

    def __init__(self, file: Path, workflow: Workflow, output: Path, work: Path, bars: Progress) -> None:
        self._file, self._workflow, self._output, self._work = file, workflow, output, work
        self._bars, self._console = bars, bars.console
        self._place = work / "unpublished" if workflow.publish == "together" else output
        self._readings: dict[Path, Path] = {}

    def of_jobs(self) -> int:
        return sum(_failures(self._made(step, self._file)) for step in job_steps(self._workflow) if self._can_run(step))

    def of_steps(self) -> int:
        """In their order; what the conditions of steps read of the source and of steps before is known, as in a run."""
        with self._kept_readings(self._file):
            info, missing = probe(self._file), frozenset({METADATA, TAGS})
        properties = SourceProperties(self._file.name, info.size_bytes, info=info)
        run = RunProperties(self._workflow.priority, False, True, info.size_bytes, info.duration_s or None)
        forecasts = Forecasts(self._workflow.steps, source_values(properties), run, missing)
        steps = {step.id: step for step in job_steps(self._workflow)}
        failures = sum(
            self._turn(definition, steps.get(definition.id), forecasts) for definition in in_order(forecasts.steps)
        )
        if self._place != self._output:
            self._publish(failures)
        return failures

    def _kept_readings(self, file: Path) -> AbstractContextManager[None]:
        """For steps that read the same file."""
        return kept_readings({file: self._readings.setdefault(file, self._work / f".readings{len(self._readings)}")})

    def _publish(self, failures: int) -> None:
        """All together, or nothing."""
        if failures:
            self._print("nothing is written, as a step failed and the workflow has `publish: together`", "red")
            return
        for file in [path for path in self._place.rglob("*") if path.is_file()]:
            target = self._output / file.relative_to(self._place)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, target)

    def _turn(self, definition: StepDefinition, step: JobStep | None, forecasts: Forecasts) -> int:
        """`step` None: it makes no media."""
        forecast = forecasts.of(definition)
        forecasts.by_id[definition.id] = forecast
        if forecast.outcome != "runs":
            self._print(f"{definition.id}: {forecast.message}", "yellow")
            return int(forecast.outcome == "fails" and definition.on_failure == "fail")
        if step is None:
            self._print(f"{definition.id}: not run locally, as it is a step of `{definition.kind}`")
            return 0
        if not self._can_run(step):
            return 0
        items = self._results(step, self._input(definition, forecasts))
        has_failed = _failures(items) > 0
        forecasts.ended[step.id] = StepOutcome("failed" if has_failed else "success", items)
        if has_failed:
            forecasts.by_id[step.id] = forecast.model_copy(update={"outcome": "fails"})
        return _failures(items) if definition.on_failure == "fail" else 0

    def _input(self, definition: StepDefinition, forecasts: Forecasts) -> Path:
        if definition.input == SOURCE:
            return self._file
        made = forecasts.ended[definition.input].main_output
        assert made is not None, "a step that made nothing has failed"
        return Path(made.key)

    def _results(self, step: JobStep, source: Path) -> list[ItemResult]:
        try:
            return self._made(step, source)
        except MediaWorkflowsError as error:  # of what another step made, most likely; others may go on
            self._print(f"failed: {step.id}: {error}", "red")
            return [item_failure(item, error.code, str(error)) for item in step.items]

    def _can_run(self, step: JobStep) -> bool:
        if step.kind not in INTELLIGENCE_KINDS:
            return True
        self._print(f"{step.id}: not run locally, it needs the libraries of words and persons")
        return False

    def _made(self, step: JobStep, source: Path) -> list[ItemResult]:
        """The items of a step from a file; names derive from the run's file."""
        bar = self._bars.add_task(step.id, total=100)
        extra = beside(self._file, step.items)
        key_of = partial(self._key, step)
        read_text = caption_reader(get_settings())
        work_dir = self._work / step.id
        request = JobRequest(
            step.kind, step.items, source, self._file.name, work_dir, extra, key_of, read_text=read_text
        )
        with self._kept_readings(source):
            outcome = run_job(request, partial(_show, self._bars, bar))
        self._bars.update(bar, completed=100)
        return [self._delivered(step, item) for item in outcome.items]

    def _delivered(self, step: JobStep, outcome: ItemOutcome) -> ItemResult:
        """Move an item's files below the output directory. The keys of outputs are their paths there."""
        item = outcome.item
        if outcome.error is not None:
            return self._failed(step, item, outcome.error)
        for notice in outcome.notices:
            self._print(f"{step.id}: {notice.message}", "yellow")
        keys = [self._key(step, made.pattern, made.variables) for made in outcome.files]
        targets = [self._place / key for key in keys]
        for made, key, target in zip(outcome.files, keys, targets, strict=True):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(made.path, target)
            if made.role in ("main", "manifest"):
                self._print(f"{step.id}: {self._output / key}")
        return _result(outcome, targets)

    def _key(self, step: JobStep, pattern: str, variables: Mapping[str, str]) -> str:
        """The key of an output. Raises OutputNameError."""
        return self._workflow.output_key(pattern, self._file.name, variables, step.output_of(self._workflow))

    def _failed(self, step: JobStep, item: JobItem[Any], error: MediaWorkflowsError) -> ItemResult:
        self._print(f"failed: {step.id} (definition {item.definition}): {error}", "red")
        return item_failure(item, error.code, str(error))

    def _print(self, text: str, style: str = "") -> None:
        self._console.print(text, style=style, markup=False)


def _result(outcome: ItemOutcome, targets: list[Path]) -> ItemResult:
    """What conditions of further steps read of it."""
    outputs = tuple(
        OutputRecord(
            bucket="", key=str(target), size_bytes=target.stat().st_size, md5="", info=made.info, role=made.role,
            vmaf=made.vmaf,
        )
        for made, target in zip(outcome.files, targets, strict=True)
    )  # fmt: skip
    found: tuple[SubTaskResult, ...] = ()
    if outcome.item.kind == QualityControlItem.kind:
        report = QualityControlOutput.model_validate_json(targets[0].read_bytes())
        found = (SubTaskResult(type=QUALITY, status="SUCCESS", output=report),)
    return ItemResult(
        item=shown_item(outcome.item),
        definition=outcome.item.definition,
        status="SUCCESS",
        outputs=outputs,
        sub_tasks=found,
    )


def _failures(items: Iterable[ItemResult]) -> int:
    return sum(item.status == "FAIL" for item in items)


def _show(bars: Progress, bar: TaskID, progress: MediaProgress) -> None:
    bars.update(bar, completed=progress.percent)
