"""The system DAG that sends events from the outbox to their receivers."""

from datetime import timedelta

from airflow.sdk import DAG

from media_workflows.orchestration.pod_resources import pod_arguments
from media_workflows.orchestration.sender import SendEventsOperator
from media_workflows.settings import get_settings

with DAG(
    dag_id="media_events",
    description="Sends the events of finished runs to queues, topics, callbacks and the function",
    schedule="@continuous",
    max_active_runs=1,
    catchup=False,
    is_paused_upon_creation=False,
    tags={"media", "system"},
):
    # Events wait while this task does not run: retry soon and without limit.
    SendEventsOperator(
        task_id="send",
        queue=get_settings().control_queue,
        **pod_arguments("control"),
        retries=1_000_000,
        retry_delay=timedelta(seconds=3),
        priority_weight=1000,
        weight_rule="absolute",
    )
