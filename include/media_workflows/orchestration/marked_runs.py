"""An Airflow listener, registered by the plugin: a run that a user marks as failed in Airflow ends as failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.listeners import hookimpl

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun


@hookimpl
def on_dag_run_failed(dag_run: DagRun) -> None:
    """Called in the api-server where a user marks a run, and in the scheduler, where one has ended."""
    from media_workflows.airflow_adapter.marked_runs import end_marked_run

    end_marked_run(dag_run)
