"""Dry runs: what a workflow would do with an object or a local file, with commands and their cost. Nothing is written.

`DryRunner` plans for a resolved workflow; the functions below it prepare one for a stored or an unsaved workflow.
"""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias

from media_workflows.airflow_adapter import switches
from media_workflows.airflow_adapter.planned_tasks import planned_tasks
from media_workflows.domain.conditions.outcomes import RunProperties
from media_workflows.domain.conditions.source import METADATA, TAGS, SourceProperties, source_values
from media_workflows.domain.costs.learned import LearnedCost, PastStep, SourceWork, learned_cost
from media_workflows.domain.costs.vendor_bill import BilledOutput
from media_workflows.domain.dry_run import (
    CpuEstimate,
    DryRun,
    PlannedAction,
    PlannedItem,
    PlannedJob,
    PlannedTask,
    Verdict,
)
from media_workflows.domain.forecast import StepForecast, counts, forecast
from media_workflows.domain.jobs import INTELLIGENCE_KINDS
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import SourceObject
from media_workflows.domain.step_definition import SOURCE
from media_workflows.domain.steps import JobStep, action_steps, all_items, job_steps
from media_workflows.domain.workflow import Workflow, resolved
from media_workflows.errors import MediaError, OutputNameError
from media_workflows.media.ffmpeg.cancel import cancelled_after
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner, ffmpeg_binary
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.estimate import Estimator
from media_workflows.media.jobs.job import BUILDERS
from media_workflows.media.jobs.open_source import open_source
from media_workflows.media.jobs.preview import shown_commands
from media_workflows.media.jobs.split.decision import foreseen
from media_workflows.media.jobs.target_vmaf.targets import TargetVmaf
from media_workflows.media.plan.planned import ItemPlan, Plan
from media_workflows.services import availability
from media_workflows.services.buckets import storage
from media_workflows.services.dry_run_cost import (
    corrected_estimate,
    cost_of,
    learned_estimate,
    planned_outputs,
    with_elapsed,
    with_probes,
)
from media_workflows.services.dry_run_verdict import WorkflowState, verdict_on
from media_workflows.services.local_run import beside
from media_workflows.services.output_preview import OutputPreview
from media_workflows.services.places import require_allowed_workflow
from media_workflows.settings import get_settings
from media_workflows.storage.inputs import ExtraObjects, fetched
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_cache import source_cache
from media_workflows.storage.source_objects import source_object
from media_workflows.storage.source_properties import properties_of_head, read_properties
from media_workflows.store import workflows as store
from media_workflows.store.costs import past_steps
from media_workflows.store.engine import transaction
from media_workflows.store.templates import load_library
from media_workflows.store.workflows import StoredWorkflow

OUTSIDE = "the key is outside the trigger directory: only its name was checked"
CALIBRATION_S = 60.0  # of real time, for all jobs together
_Stored: TypeAlias = tuple[SourceObject, SourceProperties]  # an object, and what its head says

TrialOf: TypeAlias = Callable[[JobItem[Any]], CpuEstimate | None]


@dataclass(frozen=True)
class DryRunner:
    """Plans dry runs of one workflow. `workflow` is resolved; `state` None = it is not stored.

    `past` is what its steps used in past runs, by step id.
    """

    workflow: Workflow
    tasks: tuple[PlannedTask, ...]
    state: WorkflowState | None = None
    calibrate: bool = True
    storage: ObjectStorage | None = None
    past: Mapping[str, Sequence[PastStep]] = field(default_factory=dict)

    def of_object(self, key: str) -> DryRun:
        """A dry run on an object of the trigger directory. Raises NotPermittedError, StorageError.

        An object outside it is not looked at: a dry run shows what the workflow itself would read.
        """
        assert self.storage is not None, "an object requires a storage"
        require_allowed_workflow(self.workflow)
        settings, bucket = get_settings(), self.workflow.trigger.bucket
        if not key.startswith(self.workflow.trigger.prefix):
            return self._answer(key, verdict_on(self.workflow, self.state, key, None), notes=(OUTSIDE,))
        head = self.storage.head(bucket, key)
        verdict = verdict_on(self.workflow, self.state, key, head)
        if head is None:
            return self._answer(key, verdict, notes=("the object does not exist: only its name was checked",))
        if head.size_bytes > settings.dry_run_max_bytes:
            size, limit = head.size_bytes, settings.dry_run_max_bytes
            note = f"no commands and no estimate: {size} bytes exceed setting dry_run_max_bytes ({limit})"
            return self._answer(key, verdict, notes=(note,))
        cache = source_cache(settings)
        extra_keys = [extra for item in all_items(self.workflow) for extra in item.extra_keys]
        source = source_object(bucket, key, head)
        places = ExtraObjects(extra_keys, source, self.workflow.trigger.prefix)
        try:
            with fetched(cache, self.storage, source, places) as inputs:
                return self._planned(key, verdict, inputs.source, inputs.extra, (source, properties_of_head(key, head)))
        except OutputNameError as error:
            return self._answer(key, verdict, notes=(f"every job would fail: {error}",))

    def of_file(self, file: Path, key: str) -> DryRun:
        """A dry run on a local file, as if uploaded under `key`; extra objects are files in its directory."""
        extra = beside(file, all_items(self.workflow))
        return self._planned(key, verdict_on(self.workflow, self.state, key, None, is_local=True), file, extra)

    def _planned(
        self, key: str, verdict: Verdict, path: Path, extra: Mapping[str, Path], stored: _Stored | None = None
    ) -> DryRun:
        settings = get_settings()
        with tempfile.TemporaryDirectory(prefix="media-workflows-") as work, cancelled_after(CALIBRATION_S) as bound:
            try:
                context, timeline = open_source(path, Path(work), settings, extra)
            except MediaError as error:
                return self._answer(key, verdict, notes=(f"every job would fail: {error}",))
            binary = ffmpeg_binary(settings.ffmpeg_path)
            estimator = Estimator(context, timeline, binary, bound)
            runner = Runner(binary, ffmpeg_limits(settings, context.info.duration_s), bound)
            targets = TargetVmaf(context, timeline, runner)
            forecasts = self._forecasts(key, context.info, stored)
            outputs: list[BilledOutput] = []
            jobs = tuple(
                self._job(step, key, estimator, targets, forecasts.get(step.id), outputs)
                for step in job_steps(self.workflow)
            )
            cost = cost_of(jobs, self._further(context.info, forecasts), outputs, context.info, settings)
        actions = tuple(
            PlannedAction(step_id=step.id, kind=step.action.kind, forecast=forecasts[step.id])
            for step in action_steps(self.workflow)
        )
        return self._answer(key, verdict, source=context.info, jobs=jobs, actions=actions, cost=cost)

    def _further(self, source: MediaInfo, forecasts: Mapping[str, StepForecast]) -> dict[str, LearnedCost]:
        """What steps would use that the definition does not have: those that extract features."""
        jobs = {step.id for step in job_steps(self.workflow)}
        further = {
            id_: past for id_, past in self.past.items() if id_ not in jobs and counts(self.workflow, id_, forecasts)
        }
        known = {id_: learned_cost(past, SourceWork.of(source)) for id_, past in further.items()}
        return {id_: found for id_, found in known.items() if found}

    def _forecasts(self, key: str, info: MediaInfo, stored: _Stored | None) -> dict[str, StepForecast]:
        """Which steps would run, as an upload starts the workflow; {} for one without steps."""
        steps, missing = self.workflow.steps, [METADATA, TAGS]
        properties = SourceProperties(key, info.size_bytes, info=info)
        if stored and self.storage:
            source, head = stored
            tags = [TAGS] if any(TAGS in step.when for step in steps) else []
            properties = read_properties(tags, self.storage, source, lambda: info, replace(head, info=info))
            missing = []
        run = RunProperties(self.workflow.priority, False, False, properties.size_bytes, info.duration_s or None)
        return forecast(steps, source_values(properties), run, missing)

    def _job(
        self,
        step: JobStep,
        key: str,
        estimator: Estimator,
        targets: TargetVmaf,
        found: StepForecast | None,
        billed: list[BilledOutput],
    ) -> PlannedJob:
        """The plan of a job; its outputs that services bill are added to `billed`."""
        context = targets.context
        learned = learned_estimate(self.past.get(step.id, ()), context.info)
        if unplanned := _unplanned(step, found, learned):
            return unplanned
        resolved = targets.foreseen(dict(enumerate(step.items)), self.calibrate)
        plan, encoded = resolved.plan(BUILDERS[step.kind], context), list(resolved.items.values())
        billed += planned_outputs(step.kind, step.items, plan, context.info)
        workflow_id = self.state.workflow_id if self.state else ""
        outputs = OutputPreview(self.workflow, step.output_of(self.workflow), key, workflow_id, self.storage)
        items = [_item(item, plan, index, outputs) for index, item in enumerate(step.items)]
        encode = self._trial(step.kind, encoded, estimator)
        trial = with_elapsed(with_probes(encode, resolved.cpu_s), get_settings()) if encode else None

        def trial_of(item: JobItem[Any]) -> CpuEstimate | None:
            return encode if len(encoded) == 1 else self._trial(step.kind, [item], estimator)

        return PlannedJob(
            step_id=step.id,
            kind=step.kind,
            items=tuple(
                self._with_chunks(planned, resolved.items.get(index), step, context, trial_of)
                for index, planned in enumerate(items)
            ),
            commands=tuple(shlex.join(words) for words in shown_commands(step.kind, encoded, context)),
            estimate=self._estimate(step, trial, context.info) or learned,
            forecast=found,
        )

    def _estimate(self, step: JobStep, trial: CpuEstimate | None, source: MediaInfo) -> CpuEstimate | None:
        """From a trial and past runs, as far as there are both; None = the cost is from past runs alone, or unknown."""
        past = self.past.get(step.id, ())
        if trial is None:
            return None
        if corrected := corrected_estimate(past, source, trial):
            return corrected
        return None if learned_estimate(past, source) else trial

    def _with_chunks(
        self, planned: PlannedItem, item: JobItem[Any] | None, step: JobStep, context: BuildContext, trial_of: TrialOf
    ) -> PlannedItem:
        """With a notice of whether several workers would encode it; without trials it is unknown of `split: auto`."""

        if planned.code or item is None:
            return planned

        def expected_s() -> float | None:
            trial = trial_of(item)
            return trial.wall_s if trial else None

        bucket = step.output_of(self.workflow).bucket or self.workflow.trigger.bucket
        notices = foreseen(context, item, bucket, get_settings(), expected_s)
        return planned.model_copy(update={"notices": (*planned.notices, *notices)}) if notices else planned

    def _trial(self, kind: str, items: Sequence[JobItem[Any]], estimator: Estimator) -> CpuEstimate | None:
        """The estimate of the encode alone, without probe encodes, from a trial."""
        return with_elapsed(estimator.estimate(kind, items), get_settings()) if self.calibrate else None

    def _answer(self, key: str, verdict: Verdict, **parts: Any) -> DryRun:
        return DryRun(
            workflow=self.workflow.name,
            bucket=self.workflow.trigger.bucket,
            key=key,
            verdict=verdict,
            tasks=self.tasks,
            unavailable=availability.of_workflow(self.workflow),
            **parts,
        )


def _unplanned(step: JobStep, found: StepForecast | None, learned: CpuEstimate | None) -> PlannedJob | None:
    """A job without commands, estimated by past runs at most, with the reason; None = it can be planned."""
    if found and not found.may_run:
        why, learned = "not estimated: it would not run", None
    elif step.reads != SOURCE:
        why = f"not estimated: it reads what the step `{step.reads}` makes"
    elif step.kind in INTELLIGENCE_KINDS:
        why = "not estimated: the features of the source would be extracted once"
    else:
        return None
    planned = tuple(PlannedItem(definition=item.definition) for item in step.items)
    estimate = learned or CpuEstimate(cpu_s=None, note=why)
    return PlannedJob(step_id=step.id, kind=step.kind, items=planned, commands=(), estimate=estimate, forecast=found)


def _item(item: JobItem[Any], plan: Plan, index: int, outputs: OutputPreview) -> PlannedItem:
    if error := plan.failures.get(index):
        return PlannedItem(definition=item.definition, code=error.code, message=str(error))
    made: ItemPlan = plan.items[index]
    try:
        previewed = outputs.of((*made.files, *made.further))
    except OutputNameError as error:
        return PlannedItem(definition=item.definition, code=error.code, message=str(error))
    return PlannedItem(definition=item.definition, outputs=previewed, notices=tuple(made.notices))


def of_stored_workflow(workflow_id: str, key: str, calibrate: bool = True) -> DryRun:
    """Dry run of a stored workflow on an object of its trigger bucket. Raises NotFoundError, StorageError."""
    with transaction() as session:
        stored = store.get_workflow(session, workflow_id)
    return runner_of_stored(stored, calibrate, storage()).of_object(key)


def of_definition(definition: Workflow, key: str, calibrate: bool = True) -> DryRun:
    """Dry run of an unsaved workflow on an object of its trigger bucket. Raises StorageError."""
    return runner_of_definition(definition, calibrate, storage()).of_object(key)


def runner_of_stored(stored: StoredWorkflow, calibrate: bool, storage: ObjectStorage | None) -> DryRunner:
    """A runner for a stored workflow, with the state of its DAG in Airflow."""
    is_paused = not switches.enabled_ids([stored.id])
    with transaction() as session:
        past = past_steps(session, stored.id, stored.revision)
    return DryRunner(
        workflow=stored.resolved,
        tasks=planned_tasks(stored.resolved, get_settings()),
        state=WorkflowState(stored.id, is_paused, stored.enabled_at),
        calibrate=calibrate,
        storage=storage,
        past=past,
    )


def runner_of_definition(definition: Workflow, calibrate: bool, storage: ObjectStorage | None) -> DryRunner:
    """A runner for an unsaved workflow, which is neither enabled nor disabled."""
    with transaction() as session:
        library = load_library(session)
    workflow = resolved(definition, library)
    return DryRunner(workflow, planned_tasks(workflow, get_settings()), calibrate=calibrate, storage=storage)


def of_file(runner: DryRunner, file: Path, key: str = "") -> DryRun:
    """Dry run on a local file, under `key` or directly in the trigger's directory."""
    return runner.of_file(file, key or runner.workflow.trigger.prefix + file.name)
