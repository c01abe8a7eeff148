"""The system DAG that detects source objects and starts the workflows' runs."""

from datetime import timedelta

from airflow.sdk import DAG

from media_workflows.orchestration.ingest import IngestOperator
from media_workflows.orchestration.pod_resources import pod_arguments
from media_workflows.settings import get_settings

with DAG(
    dag_id="media_uploads",
    description="Watches the trigger buckets of all workflows and creates one run per upload",
    schedule="@continuous",
    max_active_runs=1,
    catchup=False,
    is_paused_upon_creation=False,
    tags={"media", "system"},
):
    # Source objects wait while this task does not run: retry soon and without limit.
    IngestOperator(
        task_id="ingest",
        queue=get_settings().control_queue,
        **pod_arguments("control"),
        retries=1_000_000,
        retry_delay=timedelta(seconds=3),
        priority_weight=1000,
        weight_rule="absolute",
    )
