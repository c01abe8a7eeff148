"""The system DAG that deletes old events from the store."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG

from media_workflows.orchestration.housekeeping import ForgetOldEventsOperator
from media_workflows.settings import get_settings

with DAG(
    dag_id="media_housekeeping",
    description="Deletes old events once a day",
    schedule="@daily",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    is_paused_upon_creation=False,
    tags={"media", "system"},
):
    ForgetOldEventsOperator(
        task_id="forget_old_events",
        queue=get_settings().control_queue,
        retries=3,
        retry_delay=timedelta(minutes=5),
    )
