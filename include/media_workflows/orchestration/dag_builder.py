"""A workflow as an Airflow DAG: upload sensor, signals, one operator per job kind, the gate, notify as the teardown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import yaml
from airflow.sdk import DAG, Param

from media_workflows.model.jobs import INTELLIGENCE_KINDS
from media_workflows.model.jobs.base import JobItem
from media_workflows.model.jobs.signals import SIGNALS
from media_workflows.model.jobs.transcode import TranscodeParameters
from media_workflows.model.jobs.watermark import without_image_bytes
from media_workflows.model.templates import Library, PinnedTemplate
from media_workflows.model.workflow import Workflow, resolved
from media_workflows.orchestration.gate import GATE, GateOperator
from media_workflows.orchestration.notify import NotifyOperator
from media_workflows.orchestration.operators import OPERATORS, MediaJobOperator, SignalsOperator
from media_workflows.orchestration.sensor import UploadSensor
from media_workflows.settings import Settings, get_settings

TAG = "media"
ENCODING_KINDS = frozenset({"transcode", "adaptive_dynamic_streaming"})  # the others take pictures, which is light work
LOWEST_PRIORITY = -10  # Airflow's weights start at 1

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
    shown["jobs"] = {kind: [without_image_bytes(item) for item in items] for kind, items in shown["jobs"].items()}
    text = yaml.safe_dump(shown, allow_unicode=True, sort_keys=False)
    return f"Media workflow **{workflow.name}**, revision {revision}.\n\n```yaml\n{text}```\n"


def build_dag(workflow_id: str, revision: int, definition: str, templates: str = "[]") -> DAG:
    """The DAG of one revision; `definition` is the workflow and `templates` its own ones, as JSON.

    The DAG's id is the workflow's.
    """
    library = Library(PinnedTemplate.model_validate(pinned).template for pinned in json.loads(templates))
    return dag_of(workflow_id, revision, Workflow.model_validate_json(definition), library)


def dag_of(workflow_id: str, revision: int, asked: Workflow, library: Library) -> DAG:
    """The DAG of a definition, whose templates are in `library`."""
    workflow = resolved(asked, library)
    kinds = ", ".join(kind for kind, _ in workflow.jobs.by_kind())
    dag = DAG(
        dag_id=workflow_id,
        dag_display_name=workflow.name,
        description=f"{workflow.trigger.bucket}/{workflow.trigger.prefix} → {kinds}",
        doc_md=_documentation(asked, revision),
        schedule=None,
        catchup=False,
        tags={TAG},
        params={"key": KEY_PARAM, "force": FORCE_PARAM},
        is_paused_upon_creation=True,
        default_args={"priority_weight": workflow.priority - LOWEST_PRIORITY + 1, "weight_rule": "absolute"},
    )
    with dag:
        _add_tasks(workflow, revision, get_settings())
    return dag


def _queue(items: Sequence[JobItem[Any]], settings: Settings) -> dict[str, str]:
    """The operator's queue, where the items want workers of their own."""
    recipes = [item.recipe for item in items]
    wants = any(isinstance(recipe, TranscodeParameters) and recipe.needs_hardware for recipe in recipes)
    return {"queue": settings.hardware_queue} if wants and settings.hardware_queue else {}


def _add_tasks(workflow: Workflow, revision: int, settings: Settings) -> None:
    upload = UploadSensor(
        task_id="upload",
        bucket=workflow.trigger.bucket,
        prefix=workflow.trigger.prefix,
        revision=revision,
        retries=settings.job_retries,
        retry_delay=timedelta(seconds=settings.job_retry_delay_s),
    )
    notify = NotifyOperator(
        task_id="notify",
        workflow=workflow,
        revision=revision,
        retries=settings.notify_retries,
        retry_delay=timedelta(seconds=settings.job_retry_delay_s),
        retry_exponential_backoff=True,
        max_retry_delay=timedelta(hours=1),
    )
    jobs = {kind: _job(kind, workflow, revision, settings) for kind, _ in workflow.jobs.by_kind()}
    gate = _gate(workflow, settings)
    _arrange(workflow, upload, jobs, _signals(workflow, revision, settings), gate)
    [*jobs.values(), *([gate] if gate else [])] >> notify.as_teardown()


def _job(kind: str, workflow: Workflow, revision: int, settings: Settings) -> MediaJobOperator:
    items = dict(workflow.jobs.by_kind())[kind]
    return OPERATORS[kind](
        task_id=kind,
        workflow=workflow,
        revision=revision,
        retries=settings.job_retries,
        retry_delay=timedelta(seconds=settings.job_retry_delay_s),
        pool=settings.encode_pool if kind in ENCODING_KINDS else settings.light_pool,
        **_queue(items, settings),
    )


def _signals(workflow: Workflow, revision: int, settings: Settings) -> SignalsOperator | None:
    """What sees and hears the source, if a job asks for it."""
    if not workflow.jobs.intelligence:
        return None
    return SignalsOperator(
        task_id=SIGNALS,
        workflow=workflow,
        revision=revision,
        retries=settings.job_retries,
        retry_delay=timedelta(seconds=settings.job_retry_delay_s),
        pool=settings.encode_pool,
    )


def _gate(workflow: Workflow, settings: Settings) -> GateOperator | None:
    """What the other jobs wait for, if the review asks for it."""
    if not workflow.jobs.gate:
        return None
    return GateOperator(
        task_id=GATE,
        workflow_name=workflow.name,
        retries=settings.job_retries,
        retry_delay=timedelta(seconds=settings.job_retry_delay_s),
    )


def _arrange(
    workflow: Workflow,
    upload: UploadSensor,
    jobs: dict[str, MediaJobOperator],
    signals: SignalsOperator | None,
    gate: GateOperator | None,
) -> None:
    """Jobs that encode need the source alone, the others its signals; with a gate all but the review wait for it."""
    if signals:
        upload >> signals
    for kind, job in jobs.items():
        if gate and kind != "content_review":
            gate >> job
        elif signals and kind in INTELLIGENCE_KINDS:
            signals >> job
        else:
            upload >> job
    if gate:
        jobs["content_review"] >> gate
    if "recognition" in jobs and any(item.uses_recognition for item in workflow.jobs.adaptive_dynamic_streaming):
        jobs["recognition"] >> jobs["adaptive_dynamic_streaming"]
