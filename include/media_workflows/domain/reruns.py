"""Which steps of an ended run run again: those that failed, or one, and all that depend on them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from media_workflows.domain.removed_source import RemovedSource
from media_workflows.domain.steps import NOTIFY, Step, steps_of
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import ConflictError, NotFoundError

# Airflow sets waiting tasks to "skipped" when a run is marked as successful.
_NOT_DONE = ("failed", "upstream_failed", "skipped")


@dataclass(frozen=True)
class EndedRun:
    """How a run ended. `states` are those of its tasks, by id.

    `failed_results`: steps whose stored result has a failed item; where the task succeeded all the same, the step is
    one that lets the run go on. `decided`: steps that their decision skipped. `removed`: steps whose outputs were
    removed with the failed run. `source_removed`: one of its steps has removed the source.
    """

    run_id: str
    workflow: Workflow
    states: Mapping[str, str | None]
    failed_results: Collection[str] = ()
    decided: Collection[str] = ()
    removed: Collection[str] = ()
    source_removed: RemovedSource | None = None


def steps_to_retry(run: EndedRun) -> list[str]:
    """The steps that did not do their work, and in a graph all that depend on them, upstream ones first; [] = none.

    Raises ConflictError where one reads a source that the run has removed.
    """
    steps = steps_of(run.workflow)
    if run.workflow.jobs is not None:
        return [step.id for step in steps if run.states.get(step.id) in _NOT_DONE]
    by_rule = skipped_by_rule(steps, run.states, run.decided)
    failed = [step.id for step in steps if step.id not in by_rule and _has_failed(step, run)]
    return _with_source(run, _with_dependants(failed, steps))


def skipped_by_rule(steps: Sequence[Step], states: Mapping[str, str | None], decided: Collection[str]) -> set[str]:
    """The skipped steps of a graph that did not have to run: by their decision, or as all before them did not.

    Airflow skipped the others, as a user marked the run or a task there. `steps` are in topological order.
    """
    found: set[str] = set()
    for step in steps:
        if states.get(step.id) == "skipped" and (step.id in decided or (step.after and found.issuperset(step.after))):
            found.add(step.id)
    return found


def steps_to_rerun(run: EndedRun, step_id: str) -> list[str]:
    """One step and all that depend on it, upstream ones first.

    Raises NotFoundError, and ConflictError for a step that could not run, as one before it failed, or whose run lacks
    outputs of others or the source.
    """
    steps = steps_of(run.workflow)
    step = next((one for one in steps if one.id == step_id), None)
    if step is None:
        ids = [one.id for one in steps]
        near = get_close_matches(step_id, ids, n=1) or [", ".join(ids)]
        raise NotFoundError(
            "run '{run_id}' has no step '{step_id}': choose {ids}", run_id=run.run_id, step_id=step_id, ids=near[0]
        )
    failed = [id_ for id_ in step.after if run.states.get(id_) in ("failed", "upstream_failed")]
    if failed and not step.after_failures and step.id != NOTIFY:
        raise ConflictError(
            "step '{step_id}' cannot run, as step '{failed}' before it failed: rerun that one, or retry the run",
            step_id=step_id,
            failed=failed[0],
        )
    begin = _with_dependants([step_id], steps)
    if missing := [one.id for one in steps if one.id in run.removed and one.id not in begin]:
        raise ConflictError(
            "step '{step_id}' cannot run alone, as the outputs of step '{missing}' were removed with the failed run: "
            "retry the run",
            step_id=step_id,
            missing=missing[0],
        )
    return _with_source(run, begin)


def _with_source(run: EndedRun, step_ids: list[str]) -> list[str]:
    """These steps. Raises ConflictError where one reads a source that the run has removed."""
    removed = run.source_removed
    reading = [step.id for step in run.workflow.steps if step.reads_source and step.id in step_ids]
    if removed is None or removed.is_readable or not reading:
        return step_ids
    if place := removed.moved_to:
        raise ConflictError(
            "step '{step}' reads the source, which step '{removing}' of this run has moved to s3://{bucket}/{key}: "
            "process it there",
            step=reading[0],
            removing=removed.step_id,
            bucket=place.bucket,
            key=place.key,
        )
    raise ConflictError(
        "step '{step}' reads the source, which step '{removing}' of this run has deleted: upload it again",
        step=reading[0],
        removing=removed.step_id,
    )


def _has_failed(step: Step, run: EndedRun) -> bool:
    state = run.states.get(step.id)
    return state in _NOT_DONE or (state == "success" and step.id in run.failed_results)


def _with_dependants(ids: Iterable[str], steps: Sequence[Step]) -> list[str]:
    found = set(ids)
    for step in steps:  # in topological order
        if found.intersection(step.after):
            found.add(step.id)
    return [step.id for step in steps if step.id in found]
