"""The Airflow task of each step: operator, pool and queue. The DAG builder uses it; Airflow is not imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from media_workflows.domain.dry_run import DEFAULT_RULE, PlannedTask
from media_workflows.domain.jobs import JOB_ITEMS, JOB_KINDS
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FEATURES, FeaturesItem
from media_workflows.domain.jobs.transcode import TranscodeParameters
from media_workflows.domain.steps import PUBLISH, UPLOAD, ActionStep, JobStep, Step, action_steps, job_steps, steps_of
from media_workflows.domain.workflow import Workflow
from media_workflows.settings import Settings

DEFAULT_POOL = "default_pool"  # Airflow's own
_ITEMS: tuple[type[JobItem[Any]], ...] = (*JOB_ITEMS.values(), FeaturesItem)
_LIGHT_KINDS = (*JOB_KINDS, PUBLISH)
ENCODING_KINDS = frozenset(item.kind for item in _ITEMS if item.encodes)


def planned_tasks(workflow: Workflow, settings: Settings) -> tuple[PlannedTask, ...]:
    """The tasks of a resolved workflow's DAG, upstream ones first."""
    steps, jobs = steps_of(workflow), {step.id: step for step in job_steps(workflow)}
    actions = {step.id: step for step in action_steps(workflow)}
    return tuple(
        PlannedTask(
            task_id=step.id,
            **(_action(actions[step.id], settings) if step.id in actions else _job(step, jobs.get(step.id), settings)),
            downstream=tuple(sorted(other.id for other in steps if step.id in other.after)),
            trigger_rule=trigger_rule(step),
        )
        for step in steps
    )


def _job(step: Step, job: JobStep | None, settings: Settings) -> dict[str, str]:
    own_queue = job.definition.queue if job and job.definition else ""
    return {
        "operator": operator_name(step.kind),
        "pool": _pool(step.kind, settings),
        "queue": own_queue or _queue(step.kind, job.items if job else (), settings),
    }


def _action(step: ActionStep, settings: Settings) -> dict[str, str]:
    works = step.action.works
    return {
        "operator": operator_name(f"{step.action.kind}_step"),
        "pool": settings.light_pool if works else DEFAULT_POOL,
        "queue": step.definition.queue or (settings.light_queue if works else settings.control_queue),
    }


def trigger_rule(step: Step) -> str:
    """Airflow's rule for when the task of a step runs."""
    if step.after_failures:
        return "all_done"
    return "none_failed_min_one_success" if step.may_skip else DEFAULT_RULE


def operator_name(kind: str) -> str:
    """The name of the operator class that runs steps of this kind."""
    named = {UPLOAD: "UploadSensor", FEATURES: "FeaturesOperator"}
    return named.get(kind) or "".join(word.capitalize() for word in kind.split("_")) + "Operator"


def _pool(kind: str, settings: Settings) -> str:
    if kind in ENCODING_KINDS:
        return settings.encode_pool
    return settings.light_pool if kind in _LIGHT_KINDS else DEFAULT_POOL


def _queue(kind: str, items: Sequence[JobItem[Any]], settings: Settings) -> str:
    """The queue of a task. Encodes that require a hardware encoder have the queue of the workers with that device."""
    if kind in ENCODING_KINDS:
        return settings.hardware_queue if settings.hardware_queue and _needs_hardware(items) else settings.encode_queue
    return settings.light_queue if kind in _LIGHT_KINDS else settings.control_queue


def _needs_hardware(items: Sequence[JobItem[Any]]) -> bool:
    parameters = [item.resolved_parameters for item in items]
    return any(isinstance(one, TranscodeParameters) and one.needs_hardware for one in parameters)
