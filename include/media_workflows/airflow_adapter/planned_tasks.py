"""The Airflow task of each step: operator, lane, pool and queue. The DAG builder uses it; Airflow is not imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from media_workflows.domain.dry_run import DEFAULT_RULE, PlannedTask
from media_workflows.domain.jobs import JOB_ITEMS, JOB_KINDS
from media_workflows.domain.jobs.analysis import AnalysisItem
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FEATURES, FeaturesItem, features_item
from media_workflows.domain.jobs.transcode import TranscodeParameters
from media_workflows.domain.steps import (
    BUDGET,
    PUBLISH,
    UPLOAD,
    ActionStep,
    JobStep,
    Step,
    action_steps,
    all_items,
    job_steps,
    steps_of,
)
from media_workflows.domain.workflow import Workflow
from media_workflows.settings import Settings

DEFAULT_POOL = "default_pool"  # Airflow's own
Lane = Literal["encode", "light", "control"]  # how much work a task is; each has a queue, and the first two a pool
_ITEMS: tuple[type[JobItem[Any]], ...] = (*JOB_ITEMS.values(), FeaturesItem)
_LIGHT_KINDS = (*JOB_KINDS, FEATURES, PUBLISH, BUDGET)
ENCODING_KINDS = frozenset(item.kind for item in _ITEMS if item.encodes)


def planned_tasks(workflow: Workflow, settings: Settings) -> tuple[PlannedTask, ...]:
    """The tasks of a resolved workflow's DAG, upstream ones first."""
    steps, jobs = steps_of(workflow), {step.id: step for step in job_steps(workflow)}
    actions = {step.id: step for step in action_steps(workflow)}
    lanes = task_lanes(workflow)

    def properties(step: Step) -> dict[str, str]:
        if step.id in actions:
            return _action(actions[step.id], lanes[step.id], settings)
        return _job(step, jobs.get(step.id), lanes[step.id], settings)

    return tuple(
        PlannedTask(
            task_id=step.id,
            **properties(step),
            downstream=tuple(sorted(other.id for other in steps if step.id in other.after)),
            trigger_rule=trigger_rule(step),
        )
        for step in steps
    )


def task_lanes(workflow: Workflow) -> dict[str, Lane]:
    """The lane of each task of a resolved workflow's DAG, by its id."""
    actions = {step.id: step.action for step in action_steps(workflow)}
    heavy = _heavy_kinds(workflow)

    def lane(step: Step) -> Lane:
        if step.id in actions:
            return "light" if actions[step.id].works else "control"
        return kind_lane(step.kind, heavy)

    return {step.id: lane(step) for step in steps_of(workflow)}


def kind_lane(kind: str, heavy: frozenset[str] = ENCODING_KINDS) -> Lane:
    """The lane of a task by its kind, '' = it has none; `heavy` where the items of its workflow are known."""
    return "encode" if kind in heavy else "light" if kind in _LIGHT_KINDS else "control"


def _heavy_kinds(workflow: Workflow) -> frozenset[str]:
    """The kinds whose tasks belong to the encodes. Features of the sound alone decode no video; clips are encoded."""
    features = features_item(all_items(workflow))
    is_light = features is not None and not features.resolved_parameters.decodes_video
    cutting = {item.kind for item in all_items(workflow) if isinstance(item, AnalysisItem) and item.cuts_clips}
    return (ENCODING_KINDS | cutting) - ({FEATURES} if is_light else set())


def _job(step: Step, job: JobStep | None, lane: Lane, settings: Settings) -> dict[str, str]:
    own_queue = job.definition.queue if job and job.definition else ""
    return {
        "operator": operator_name(step.kind),
        "pool": _pool(lane, settings),
        "queue": own_queue or _queue(job.items if job else (), lane, settings),
    }


def _action(step: ActionStep, lane: Lane, settings: Settings) -> dict[str, str]:
    return {
        "operator": operator_name(f"{step.action.kind}_step"),
        "pool": _pool(lane, settings),
        "queue": step.definition.queue or _queue((), lane, settings),
    }


def trigger_rule(step: Step) -> str:
    """Airflow's rule for when the task of a step runs."""
    if step.after_failures:
        return "all_done"
    return "none_failed_min_one_success" if step.may_skip else DEFAULT_RULE


def operator_name(kind: str) -> str:
    """The name of the operator class that runs steps of this kind."""
    named = {UPLOAD: "UploadSensor", BUDGET: "BudgetOperator", FEATURES: "FeaturesOperator"}
    return named.get(kind) or "".join(word.capitalize() for word in kind.split("_")) + "Operator"


def _pool(lane: Lane, settings: Settings) -> str:
    return {"encode": settings.encode_pool, "light": settings.light_pool, "control": DEFAULT_POOL}[lane]


def _queue(items: Sequence[JobItem[Any]], lane: Lane, settings: Settings) -> str:
    """The queue of a task. Encodes that require a hardware encoder have the queue of the workers with that device."""
    if lane == "encode":
        return settings.hardware_queue if settings.hardware_queue and _needs_hardware(items) else settings.encode_queue
    return settings.light_queue if lane == "light" else settings.control_queue


def _needs_hardware(items: Sequence[JobItem[Any]]) -> bool:
    parameters = [item.resolved_parameters for item in items]
    return any(isinstance(one, TranscodeParameters) and one.needs_hardware for one in parameters)
