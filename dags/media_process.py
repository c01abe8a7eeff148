"""The system DAG of ad-hoc processing: one run for each object of a request, whose task does all its steps."""

from datetime import timedelta

from airflow.sdk import DAG

from media_workflows.domain.process_runs import PROCESS, STEPS
from media_workflows.domain.steps import NOTIFY, UPLOAD
from media_workflows.orchestration.pod_resources import pod_arguments
from media_workflows.orchestration.process import NotifyProcessOperator, ProcessOperator, RequestedSourceOperator
from media_workflows.orchestration.retries import retry_arguments
from media_workflows.settings import get_settings

SETTINGS = get_settings()

with DAG(
    dag_id=PROCESS,
    description="Jobs or steps on objects, prefixes and URLs without a stored workflow",
    schedule=None,
    max_active_runs=1000,  # each request has its own limit, and pools limit the tasks
    catchup=False,
    is_paused_upon_creation=False,
    tags={"media", "system"},
    default_args={
        "weight_rule": "media_workflows.orchestration.priority.UploadsFirst",
        **retry_arguments(SETTINGS.job_retries, SETTINGS),
        "retry_delay": timedelta(seconds=SETTINGS.job_retry_delay_s),
        "execution_timeout": timedelta(seconds=SETTINGS.job_timeout_s),
    },
):
    source = RequestedSourceOperator(
        task_id=UPLOAD, pool=SETTINGS.light_pool, queue=SETTINGS.light_queue, **pod_arguments("light")
    )
    process = ProcessOperator(
        task_id=STEPS, pool=SETTINGS.encode_pool, queue=SETTINGS.encode_queue, **pod_arguments("encode")
    )
    notify = NotifyProcessOperator(
        task_id=NOTIFY,
        queue=SETTINGS.control_queue,
        **pod_arguments("control"),
        **retry_arguments(SETTINGS.notify_retries, SETTINGS),
        retry_exponential_backoff=True,
        max_retry_delay=timedelta(hours=1),
    ).as_teardown()
    source >> process >> notify
