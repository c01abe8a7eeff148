"""The system DAG that joins add-ons which arrive late into published ladders: one run for each upload of one."""

from datetime import timedelta

from airflow.sdk import DAG

from media_workflows.orchestration.pod_resources import pod_arguments
from media_workflows.orchestration.retries import retry_arguments
from media_workflows.orchestration.sidecars import JoinSidecarOperator
from media_workflows.settings import get_settings

_settings = get_settings()

with DAG(
    dag_id="media_sidecars",
    description="Joins audio and subtitles that arrive after a run into its published ladders",
    schedule=None,
    max_active_runs=1000,  # those that wait for the end of a run must not hold up the others; the pool limits the tasks
    catchup=False,
    is_paused_upon_creation=False,
    tags={"media", "system"},
):
    JoinSidecarOperator(
        task_id="join",
        pool=_settings.light_pool,
        queue=_settings.light_queue,
        **pod_arguments("light"),
        execution_timeout=timedelta(seconds=_settings.job_timeout_s),
        retry_delay=timedelta(seconds=_settings.job_retry_delay_s),
        **retry_arguments(_settings.job_retries, _settings),
    )
