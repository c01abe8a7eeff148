"""The system DAG that advances backfills: counts their objects and starts their runs."""

from datetime import timedelta

from airflow.sdk import DAG

from media_workflows.orchestration.backfill import BackfillOperator
from media_workflows.orchestration.pod_resources import pod_arguments
from media_workflows.settings import get_settings

with DAG(
    dag_id="media_backfill",
    description="Counts the objects of backfills and starts their runs within their limits",
    schedule="@continuous",
    max_active_runs=1,
    catchup=False,
    is_paused_upon_creation=False,
    tags={"media", "system"},
):
    # Backfills stand still while this task does not run: retry soon and without limit.
    BackfillOperator(
        task_id="advance",
        queue=get_settings().control_queue,
        **pod_arguments("control"),
        retries=1_000_000,
        retry_delay=timedelta(seconds=3),
        priority_weight=900,
        weight_rule="absolute",
    )
