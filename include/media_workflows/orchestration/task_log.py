"""The log of a task names its object in each record, beside what Airflow adds: DAG, run, task and try.

An Airflow listener, registered by the plugin: one place for all operators, workflows' and hand-written DAGs'. A step
names what it reads once more when it begins (`RunningStep`), which is the source of a DAG that no upload started.
"""

from __future__ import annotations

from typing import Any

from airflow.listeners import hookimpl

from media_workflows.domain.steps import UPLOAD
from media_workflows.log_context import log_object

_PACKAGE = "media_workflows."


@hookimpl
def on_task_instance_running(previous_state: Any, task_instance: Any) -> None:
    """Called in the process of a task, before its operator; tasks of other packages are left alone."""
    task = getattr(task_instance, "task", None)
    if not type(task).__module__.startswith(_PACKAGE):
        return
    source = _source_of(task_instance)
    if source.get("bucket") and source.get("key"):
        log_object(str(source["bucket"]), str(source["key"]))


def _source_of(task_instance: Any) -> dict[str, Any]:
    """What the run is about, by its configuration, else by its upload sensor; {} = not known yet, or nothing."""
    context = task_instance.get_template_context()
    conf = context["dag_run"].conf or {}
    if conf.get("key"):
        sensor = context["dag"].task_dict.get(UPLOAD)
        return {"bucket": conf.get("bucket") or getattr(sensor, "bucket", ""), "key": conf["key"]}
    upstream = task_instance.task.get_flat_relative_ids(upstream=True)
    return (task_instance.xcom_pull(task_ids=UPLOAD) or {}) if UPLOAD in upstream else {}
