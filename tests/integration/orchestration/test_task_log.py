"""The object in a task's log: from the run's configuration, from its sensor, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG
from airflow.sdk.bases.operator import BaseOperator
from structlog.contextvars import clear_contextvars, get_contextvars

from definitions import workflow
from media_workflows.domain.templates import Library
from media_workflows.orchestration.dag_builder import dag_of
from media_workflows.orchestration.task_log import on_task_instance_running
from media_workflows_plugin import MediaWorkflowsPlugin


@pytest.fixture(autouse=True)
def _nothing_bound(plugin: None) -> Iterator[None]:
    clear_contextvars()
    yield
    clear_contextvars()


def running(dag: DAG, task_id: str, returned_by_sensor: Any = None, **conf: Any) -> Any:
    """What is bound once Airflow has called the listener that the task runs."""
    task = dag.get_task(task_id)
    ti = SimpleNamespace(
        task=task,
        get_template_context=lambda: {"dag": dag, "dag_run": SimpleNamespace(conf=conf)},
        xcom_pull=lambda task_ids: returned_by_sensor,
    )
    on_task_instance_running(previous_state=None, task_instance=ti)
    return get_contextvars().get("object")


@pytest.fixture
def dag() -> DAG:
    return dag_of("wf_1", 1, workflow(), Library(()))


def test_an_upload_s_run_names_its_object(dag: DAG) -> None:
    assert running(dag, "upload", bucket="in", key="片.mp4") == "in/片.mp4"


def test_a_run_by_hand_is_about_its_workflow_s_bucket(dag: DAG) -> None:
    assert running(dag, "notify", key="a.mp4") == "media-input/a.mp4"


def test_a_run_that_waited_is_about_what_its_sensor_found(dag: DAG) -> None:
    assert running(dag, "transcode", {"bucket": "in", "key": "b.mp4"}) == "in/b.mp4"


def test_before_an_upload_there_is_none(dag: DAG) -> None:
    assert running(dag, "upload", {"bucket": "in", "key": "of another try"}) is None
    assert running(dag, "transcode") is None


def test_tasks_of_others_are_left_alone() -> None:
    with DAG("theirs") as dag:
        BaseOperator(task_id="work")
    assert running(dag, "work", bucket="in", key="a.mp4") is None


def test_the_plugin_registers_it() -> None:
    assert on_task_instance_running in [
        getattr(one, "on_task_instance_running", None) for one in MediaWorkflowsPlugin.listeners
    ]
