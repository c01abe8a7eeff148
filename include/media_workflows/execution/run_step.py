"""`run_step`: one step of one run, from the source object to published outputs and a stored result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from media_workflows.domain.jobs import INTELLIGENCE_KINDS
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.jobs.quality_control import QualityControlItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult, JobResult, SourceObject, job_failure, now
from media_workflows.domain.step_decision import StepDecision
from media_workflows.errors import MediaWorkflowsError
from media_workflows.execution.change_events import change_event
from media_workflows.execution.request import StepRequest
from media_workflows.execution.running_step import MAX_COMMANDS, Resources, RunningStep
from media_workflows.execution.unexpected import unexpected_message
from media_workflows.execution.worker_disk import report_disk
from media_workflows.media.source.kept_readings import kept_readings
from media_workflows.storage.inputs import ExtraObjects, Inputs, fetched
from media_workflows.storage.multipart_registry import abort_leftovers
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.source_cache import source_cache
from media_workflows.store import runs as store
from media_workflows.store.outage import repeated_in_outage
from media_workflows.tracing import failed as span_failed
from media_workflows.tracing import span


def _no_objects(_step: RunningStep) -> dict[str, SourceObject]:
    return {}


@dataclass(frozen=True)
class Work:
    """What a kind does. `made_objects`: objects that earlier steps made for it, by the keys that items give them.

    `expects` notes the further objects of its items, before they are looked for.
    """

    item_results: Callable[[RunningStep, Inputs], tuple[MediaInfo, tuple[ItemResult, ...]]]
    made_objects: Callable[[RunningStep], dict[str, SourceObject]] = _no_objects
    expects: Callable[[RunningStep], None] = lambda _step: None


def _work_of(kind: str) -> Work:
    """Imported when it is needed: engines take their time."""
    if kind == FEATURES:
        from media_workflows.execution import features_step

        return Work(features_step.item_results)
    if kind in INTELLIGENCE_KINDS:
        from media_workflows.execution import intelligence_step

        return Work(intelligence_step.item_results)
    if kind == QualityControlItem.kind:
        from media_workflows.execution import quality_step

        return Work(quality_step.item_results)
    from media_workflows.execution import expected_sidecars, media_step

    return Work(media_step.item_results, media_step.made_objects, expected_sidecars.note)


def run_step(request: StepRequest, resources: Resources) -> JobResult | StepDecision:
    """Fetch, reuse or process, verify, publish, record. Failed items are in the result.

    A step of a graph whose turn does not come makes nothing: the decision says why.

    Raises the error that stopped the whole step, after recording it as every item's failure, whatever its kind:
    StorageError when the storage fails, JobCancelledError after a cancellation.
    """
    with span("step", **request.about):
        return _run_step(request, resources)


def _run_step(request: StepRequest, resources: Resources) -> JobResult | StepDecision:
    step, key = RunningStep(request, resources), request.step
    begun_at = step.progress.begun_at
    with change_event(request.events_of) as session:
        store.forget_job(session, key)
        store.forget_cancellation(session, key.workflow_id, key.run_id, request.started_at)
        step.progress.begin(session)
    with step.claims.kept():  # until the result is recorded: another step finds its outputs there
        try:
            read = _input(step)
            if isinstance(read, StepDecision):
                step.progress.phase("done")
                return read
            resources.note_read(read)
            result = _result(step, read, begun_at)
        except MediaWorkflowsError as error:
            _record(step, _failure(request, error.code, str(error), begun_at))
            raise
        except Exception as error:  # a bug of this product or a problem of the machine; Airflow may try again
            _record_unexpected(step, error, begun_at)
            raise
        return _record(step, result)


def _input(step: RunningStep) -> SourceObject | StepDecision:
    """What the step reads, or why it is skipped."""
    turn = step.request.turn
    if turn is None:
        return step.request.source
    from media_workflows.execution.turn import take_turn

    return take_turn(step, turn)


def _result(step: RunningStep, read: SourceObject, begun_at: datetime) -> JobResult:
    request, settings = step.request, step.settings
    step.log("fetching")
    cache = source_cache(settings)
    report_disk(settings, cache)
    abort_leftovers(ObjectWriter(step.storage), step.claims.leftovers(), step.claims)
    work = _work_of(request.kind)
    work.expects(step)
    extra_keys = [key for item in request.items for key in item.extra_keys]
    extra = ExtraObjects(extra_keys, request.source, request.output.source_root, work.made_objects(step))
    with fetched(cache, step.storage, read, extra) as inputs, kept_readings(inputs.readings):
        step.meter.bytes_in = sum(path.stat().st_size for path in (inputs.source, *inputs.extra.values()))
        info, items = work.item_results(step, inputs)
    is_source = read == request.source
    return JobResult(
        kind=request.kind,
        **request.step.instance._asdict(),
        begun_at=begun_at,
        finished_at=now(),
        source=info if is_source else None,
        source_sha256=inputs.source_sha256 if is_source else None,
        items=items,
    )


def _failure(request: StepRequest, code: str, message: str, begun_at: datetime) -> JobResult:
    return job_failure(request.kind, request.items, code, message, begun_at, request.step.instance)


def _record_unexpected(step: RunningStep, error: Exception, begun_at: datetime) -> None:
    """Record an exception that nothing expected. It is the one to report, even where recording fails, too."""
    try:
        _record(step, _failure(step.request, MediaWorkflowsError.code, unexpected_message(error), begun_at))
    except Exception as further:  # the database, most likely: only the log is left
        step.log(f"the failure could not be recorded: {type(further).__name__}: {further}")


def _record(step: RunningStep, result: JobResult) -> JobResult:
    """Record a result with the commands that ran and what the step used; an outage must not cost the work again."""
    key, commands = step.request.step, step.commands()
    usage = step.meter.usage(result.items, commands)
    result = result.model_copy(update={"commands": commands[-MAX_COMMANDS:], "usage": usage})
    failed = next((item for item in result.items if item.status == "FAIL"), None)
    if failed:
        span_failed(f"{failed.code}: {failed.message}")

    def record() -> None:
        with change_event(step.request.events_of) as session:
            store.record_job(session, key.workflow_id, key.run_id, result)
            step.progress.end(session, "failed" if failed else "done")

    repeated_in_outage(record, step.log)
    return result
