"""Which steps of an ended run run again: those that failed, or one, and all that depend on them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from media_workflows.domain.steps import NOTIFY, Step, steps_of
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import ConflictError, NotFoundError

# Airflow sets waiting tasks to "skipped" when a run is marked failed.
_NOT_DONE = ("failed", "upstream_failed", "skipped")


@dataclass(frozen=True)
class EndedRun:
    """How a run ended. `states` are those of its tasks, by id.

    `failed_results`: steps whose stored result has a failed item; where the task succeeded all the same, the step is
    one that lets the run go on. `decided`: steps with a stored decision. `removed`: steps whose outputs were removed
    with the failed run.
    """

    run_id: str
    workflow: Workflow
    states: Mapping[str, str | None]
    failed_results: Collection[str] = ()
    decided: Collection[str] = ()
    removed: Collection[str] = ()


def steps_to_retry(run: EndedRun) -> list[str]:
    """The steps that did not do their work, and in a graph all that depend on them, upstream ones first; [] = none."""
    steps = steps_of(run.workflow)
    if run.workflow.jobs is not None:
        return [step.id for step in steps if run.states.get(step.id) in _NOT_DONE]
    return _with_dependants([step.id for step in steps if _has_failed(step, run)], steps)


def steps_to_rerun(run: EndedRun, step_id: str) -> list[str]:
    """One step and all that depend on it, upstream ones first.

    Raises NotFoundError, and ConflictError for a step that could not run, as one before it failed, or whose run lacks
    outputs of others.
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
    return begin


def _has_failed(step: Step, run: EndedRun) -> bool:
    state = run.states.get(step.id)
    if state == "skipped":
        return not _skips_by_itself(step, run)
    return state in _NOT_DONE or (state == "success" and step.id in run.failed_results)


def _skips_by_itself(step: Step, run: EndedRun) -> bool:
    """Whether a skipped step was skipped by its decision, or as all steps before it were; else its run was ended."""
    return step.id in run.decided or (bool(step.after) and all(run.states.get(id_) == "skipped" for id_ in step.after))


def _with_dependants(ids: Iterable[str], steps: Sequence[Step]) -> list[str]:
    found = set(ids)
    for step in steps:  # in topological order
        if found.intersection(step.after):
            found.add(step.id)
    return [step.id for step in steps if step.id in found]
