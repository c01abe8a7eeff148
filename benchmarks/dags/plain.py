"""Baseline of `definition_live`: a DAG file as one edits it in a dags folder."""

from airflow.sdk import DAG, task

NAME = "plain-0"

with DAG(dag_id="plain", dag_display_name=NAME, schedule=None, catchup=False):

    @task
    def work() -> None:
        """Does nothing."""

    work()
