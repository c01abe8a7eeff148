"""The system DAG that deletes old events, upload decisions, outputs and reports, and what lost runs have left."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG

from media_workflows.orchestration.housekeeping import (
    DeleteOldOutputsOperator,
    ForgetOldEventsOperator,
    ForgetOldRunsOperator,
    ForgetOldUploadsOperator,
    RemoveEarlyOperator,
    RemoveUnpublishedOperator,
)
from media_workflows.orchestration.pod_resources import pod_arguments
from media_workflows.settings import get_settings

DEFAULTS = {
    "queue": get_settings().control_queue,
    "retries": 3,
    "retry_delay": timedelta(minutes=5),
    **pod_arguments("control"),
}

with DAG(
    dag_id="media_housekeeping",
    description="Deletes old events, upload decisions, outputs and reports, and what lost runs have left, once a day",
    schedule="@daily",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    is_paused_upon_creation=False,
    max_active_runs=1,
    tags={"media", "system"},
    default_args=DEFAULTS,
):
    ForgetOldEventsOperator(task_id="forget_old_events")
    ForgetOldUploadsOperator(task_id="forget_old_uploads")
    old_runs = ForgetOldRunsOperator(task_id="forget_old_runs", trigger_rule="all_done")
    DeleteOldOutputsOperator(task_id="delete_old_outputs") >> old_runs
    RemoveUnpublishedOperator(task_id="remove_unpublished")
    RemoveEarlyOperator(task_id="remove_early")
