"""A workflow as an Airflow DAG: upload sensor, features, an operator per job kind, gate, notify as the teardown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import yaml
from airflow.sdk import DAG, Param, get_parsing_context, literal
from airflow.sdk.bases.operator import BaseOperator

from media_workflows.airflow_adapter.dag_file import revision_tag, without_revision_tags
from media_workflows.airflow_adapter.planned_tasks import ENCODING_KINDS, planned_tasks, task_lanes
from media_workflows.domain.active_runs import run_limit_of
from media_workflows.domain.dry_run import DEFAULT_RULE, PlannedTask
from media_workflows.domain.jobs import JOB_KINDS
from media_workflows.domain.jobs.watermark import without_image_bytes
from media_workflows.domain.places import awaited_add_ons
from media_workflows.domain.steps import (
    BUDGET,
    GATE,
    NOTIFY,
    UPLOAD,
    action_steps,
    job_steps,
    runs_after_failures,
    step_of_task,
    steps_of,
)
from media_workflows.domain.task_names import task_name
from media_workflows.domain.templates import Library, PinnedTemplate
from media_workflows.domain.workflow import Workflow, resolved
from media_workflows.orchestration.action_operators import ACTION_OPERATORS
from media_workflows.orchestration.assets import workflow_asset
from media_workflows.orchestration.budget import BudgetOperator
from media_workflows.orchestration.gate import GateOperator
from media_workflows.orchestration.notify import NotifyOperator
from media_workflows.orchestration.operators import OPERATORS
from media_workflows.orchestration.pod_resources import pod_arguments
from media_workflows.orchestration.publish_together import PublishTogetherOperator
from media_workflows.orchestration.retries import retry_arguments
from media_workflows.orchestration.sensor import UploadSensor
from media_workflows.orchestration.upload_triggers import CHECK_INTERVAL_S
from media_workflows.settings import Settings, get_settings

TAG = "media"
LOWEST_PRIORITY = -10  # Airflow's weights start at 1
LONGEST_WAIT = timedelta(days=3650)  # for an upload: a run started by hand without a key waits until it is cancelled
_OPERATOR_CLASSES: dict[str, Callable[..., BaseOperator]] = {
    **{operator.__name__: operator for operator in OPERATORS.values()},
    **ACTION_OPERATORS,
    PublishTogetherOperator.__name__: PublishTogetherOperator,
}

KEY_PARAM = Param(
    None,
    type=["null", "string"],
    title="Key",
    description="Object key to process, for example in/a.mp4. Empty: wait for the next matching upload.",
)
FORCE_PARAM = Param(
    False,
    type="boolean",
    title="Force",
    description="Encode again what was made before of the same file in the same way.",
)


def _documentation(workflow: Workflow, revision: int) -> str:
    shown = workflow.model_dump(mode="json", exclude_defaults=True)
    for holder in (shown.get("jobs", {}), *shown.get("steps", [])):
        for kind in JOB_KINDS & holder.keys():
            holder[kind] = [without_image_bytes(item) for item in holder[kind]]
    text = yaml.safe_dump(shown, allow_unicode=True, sort_keys=False)
    return f"Media workflow **{workflow.name}**, revision {revision}.\n\n```yaml\n{text}```\n"


def build_dag(workflow_id: str, revision: int, definition: str, templates: str = "[]") -> DAG:
    """The DAG of one revision; `definition` is the workflow and `templates` its custom templates, as JSON.

    The DAG's id is the workflow's.
    """
    library = Library(PinnedTemplate.model_validate(pinned).template for pinned in json.loads(templates))
    return dag_of(workflow_id, revision, Workflow.model_validate_json(definition), library)


def dag_of(workflow_id: str, revision: int, asked: Workflow, library: Library) -> DAG:
    """The DAG of a definition, whose templates are in `library`."""
    workflow, settings = resolved(asked, library), get_settings()
    made = [*(step.kind for step in job_steps(workflow)), *(step.action.kind for step in action_steps(workflow))]
    kinds = ", ".join(dict.fromkeys(made))
    dag = DAG(
        dag_id=workflow_id,
        dag_display_name=workflow.name,
        description=f"{workflow.trigger.bucket}/{workflow.trigger.prefix} → {kinds}",
        doc_md=None if get_parsing_context().task_id else _documentation(asked, revision),  # a task shows none
        schedule=None,
        catchup=False,
        tags={TAG, revision_tag(revision), *without_revision_tags(workflow.airflow.tags)},
        params={"key": KEY_PARAM, "force": FORCE_PARAM},
        is_paused_upon_creation=True,
        default_args=_default_args(workflow, settings),
        **_run_limit(workflow),
    )
    with dag:
        tasks = _add_tasks(workflow, revision, settings)
    if workflow.airflow.asset_events:
        tasks[NOTIFY].add_outlets([workflow_asset(workflow_id)])
    return dag


def _default_args(workflow: Workflow, settings: Settings) -> dict[str, Any]:
    """What all tasks share."""
    owner = workflow.airflow.owner
    return {
        "priority_weight": workflow.priority - LOWEST_PRIORITY + 1,
        "weight_rule": "media_workflows.orchestration.priority.UploadsFirst",  # registered by the plugin
        **retry_arguments(settings.job_retries, settings),
        "retry_delay": timedelta(seconds=settings.job_retry_delay_s),
        **({"owner": owner} if owner else {}),
    }


def _run_limit(workflow: Workflow) -> dict[str, Any]:
    """Without one, Airflow's own applies."""
    limit = run_limit_of(workflow)
    return {} if limit is None else {"max_active_runs": limit}


def _add_tasks(workflow: Workflow, revision: int, settings: Settings) -> dict[str, BaseOperator]:
    """All tasks by id, in their order."""
    planned, lanes = planned_tasks(workflow, settings), task_lanes(workflow)
    given = {
        step.id: {"task_display_name": task_name(step), **pod_arguments(lanes[step.id], step.kind)}
        for step in steps_of(workflow)
    }
    tasks = {task.task_id: _operator(task, given[task.task_id], workflow, revision, settings) for task in planned}
    # Where a step runs after a failure, no failed task need be at the end of the graph: notify fails the run instead.
    tasks[NOTIFY].as_teardown(on_failure_fail_dagrun=runs_after_failures(workflow))
    for task in planned:
        tasks[task.task_id] >> [tasks[after] for after in task.downstream]
    return tasks


def _operator(
    task: PlannedTask, given: dict[str, Any], workflow: Workflow, revision: int, settings: Settings
) -> BaseOperator:
    common = {"task_id": task.task_id, "pool": task.pool, "queue": task.queue, **given}
    if task.trigger_rule != DEFAULT_RULE:
        common["trigger_rule"] = task.trigger_rule
    if task.task_id == UPLOAD:
        trigger, waiting = workflow.trigger, {"timeout": LONGEST_WAIT, "poke_interval": CHECK_INTERVAL_S}
        prefix = _verbatim(trigger.prefix)
        add_ons = awaited_add_ons(workflow)
        return UploadSensor(
            bucket=trigger.bucket, prefix=prefix, revision=revision, add_ons=add_ons, **common | waiting
        )
    if task.task_id == GATE:
        return GateOperator(workflow_name=workflow.name, **common)
    if task.task_id == BUDGET:
        return BudgetOperator(workflow=workflow, revision=revision, **common)
    if task.task_id == NOTIFY:
        patient = {"retry_exponential_backoff": True, "max_retry_delay": timedelta(hours=1)}
        retries = retry_arguments(settings.notify_retries, settings)
        return NotifyOperator(workflow=workflow, revision=revision, **common | retries | patient)
    timeout = timedelta(seconds=workflow.airflow.execution_timeout_s or settings.job_timeout_s)
    step = step_of_task(workflow, task.task_id)
    if step is not None and step.retries is not None:
        common |= retry_arguments(step.retries, settings)
    operator = _OPERATOR_CLASSES[task.operator]
    if settings.encode_tasks_per_workflow and getattr(operator, "kind", "") in ENCODING_KINDS:
        common["max_active_tis_per_dag"] = settings.encode_tasks_per_workflow
    return operator(workflow=workflow, revision=revision, execution_timeout=timeout, **common)


def _verbatim(text: str) -> Any:
    """A value of a templated field that Airflow must not render."""
    return literal(text) if "{" in text else text
