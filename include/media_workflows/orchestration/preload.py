"""Modules that tasks and DAG files need, imported once by the Airflow component that forks a process for each of them.

An Airflow listener, registered by the plugin. Without it every task imports the same modules again, which is most of
the processor time of a small task, and holds them in memory of its own.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from airflow.listeners import hookimpl

_PARSING = ("media_workflows.orchestration.dag_builder",)
_TASKS = (
    *_PARSING,
    "airflow.providers.amazon.aws.hooks.base_aws",
    "media_workflows.airflow_adapter.connections",
    "media_workflows.execution.media_step",
    "media_workflows.execution.run_step",
    "media_workflows.notifications.outbox",
    "boto3.session",
    "botocore.client",
)
# By the subcommand of `airflow`: a component that starts has no type yet. The scheduler is the parent of the tasks of
# the LocalExecutor.
MODULES = {"dag-processor": _PARSING, "scheduler": _TASKS, "celery": _TASKS}


@hookimpl
def on_starting(component: Any) -> None:
    """Called where a component starts, before it forks."""
    import_for("".join(sys.argv[1:2]))


def import_for(subcommand: str) -> None:
    """Import what the children of a component need, by its subcommand of `airflow`."""
    for name in MODULES.get(subcommand, ()):
        import_module(name)
