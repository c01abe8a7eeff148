"""The system DAG whose runs help steps to encode long renditions: each takes chunks of one until none is free."""

from datetime import timedelta

from airflow.sdk import DAG

from media_workflows.domain.split import SPLIT_DAG
from media_workflows.orchestration.pod_resources import pod_arguments
from media_workflows.orchestration.retries import retry_arguments
from media_workflows.orchestration.split import EncodeChunksOperator
from media_workflows.settings import get_settings

SETTINGS = get_settings()

with DAG(
    dag_id=SPLIT_DAG,
    description="Encodes chunks of long renditions on further workers, beside the tasks of the steps",
    schedule=None,
    max_active_runs=1000,  # the pool limits the tasks
    catchup=False,
    is_paused_upon_creation=False,
    tags={"media", "system"},
):
    EncodeChunksOperator(
        task_id="encode",
        pool=SETTINGS.encode_pool,
        queue=SETTINGS.encode_queue,
        **pod_arguments("encode"),
        weight_rule="media_workflows.orchestration.priority.UploadsFirst",
        execution_timeout=timedelta(seconds=SETTINGS.job_timeout_s),
        retry_delay=timedelta(seconds=SETTINGS.job_retry_delay_s),
        **retry_arguments(0, SETTINGS),  # a chunk that failed is left to the step; a killed helper comes back
    )
