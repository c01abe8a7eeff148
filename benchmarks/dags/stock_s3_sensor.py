"""Baseline of `upload_latency`: the Amazon provider's own sensor, at the interval of our polling default."""

import importlib.util

from airflow.providers.amazon.aws.sensors.s3 import S3KeySensor
from airflow.sdk import DAG, task

with DAG(dag_id="stock_s3_sensor", schedule=None, catchup=False, is_paused_upon_creation=False):
    wait = S3KeySensor(
        task_id="wait",
        bucket_name="stock-input",
        bucket_key="in/*",
        wildcard_match=True,
        aws_conn_id=None,  # boto's own rules: the AWS_* environment
        deferrable=importlib.util.find_spec("aiobotocore") is not None,
        mode="poke",
        poke_interval=5,
    )

    @task
    def handle() -> None:
        """Begins: that is all that is measured."""

    wait >> handle()
