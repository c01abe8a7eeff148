"""Baseline of `task_cpu`: three tasks that do next to nothing."""

from typing import Any

from airflow.sdk import DAG, task

with DAG(dag_id="stock_three", schedule=None, catchup=False, is_paused_upon_creation=False):

    @task
    def first() -> str:
        """Returns a value, as our tasks do."""
        return "a"

    @task
    def second(value: Any) -> str:
        """Returns another."""
        return f"{value}b"

    @task
    def third(value: Any) -> str:
        """Returns the last."""
        return f"{value}c"

    third(second(first()))
