"""Runs that a user marks as failed in Airflow: by Airflow's own code, with our listener and without it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api_definitions import definition
from media_workflows.domain.result import now
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.templates import Library
from media_workflows.orchestration import marked_runs
from media_workflows.orchestration.dag_builder import dag_of
from media_workflows.store.decisions import record_decision
from media_workflows.store.engine import transaction
from media_workflows.store.workflows import resolved_at

States = dict[str, str | None]
ITEM = {"template": 10, "output_path": "{inputName}_{number}.{format}"}
# check → hd (its condition is false) → covers; check → sd → last
GRAPH = [
    {"id": "check", "quality_control": {"template": 10}},
    {"id": "hd", "transcode": [{"template": 100040}], "after": ["check"], "when": "source.short_edge >= 1080"},
    {"id": "covers", "sample_snapshot": [ITEM], "input": "hd"},
    {"id": "sd", "transcode": [{"template": 100010}], "after": ["check"]},
    {"id": "last", "image_sprite": [{"template": 10}], "after": ["sd"]},
]
SKIPPED_BEFORE = {"upload": "success", "check": "success", "hd": "skipped", "covers": "skipped"}


@pytest.fixture
def listening() -> Iterator[Callable[[], None]]:
    """Registers the listeners of the plugin that Airflow calls for runs."""
    from airflow.listeners.listener import get_listener_manager

    from media_workflows_plugin import MediaWorkflowsPlugin

    def listen() -> None:
        assert marked_runs in MediaWorkflowsPlugin.listeners
        get_listener_manager().add_listener(marked_runs)

    yield listen
    get_listener_manager().clear()


@pytest.fixture
def marked(
    admin: Any, metadata: Any, add_run: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[str, States]]:
    """Marks a run with tasks in these states; its state once `notify` has ended, and those of the other tasks."""
    from airflow import plugins_manager

    from media_workflows_plugin import MediaWorkflowsPlugin

    (strategy,) = MediaWorkflowsPlugin.priority_weight_strategies
    known = {f"{strategy.__module__}.{strategy.__qualname__}": strategy}
    monkeypatch.setattr(plugins_manager, "get_priority_weight_strategy_plugins", lambda: known)

    def mark(parts: dict[str, Any], states: States, mark_as: str = "failed") -> tuple[str, States]:
        from airflow.api_fastapi.core_api.datamodels.dag_run import DagRunMutableStates
        from airflow.api_fastapi.core_api.services.public.dag_run import patch_dag_run_state

        data = {name: value for name, value in definition("marked").items() if name != "jobs"} | parts
        answer = admin.post("/api/v1/workflows", json=data)
        assert answer.status_code == 201, answer.text
        run, dag, tasks = _run_with_tasks(metadata, add_run, str(answer.json()["id"]), states)
        patch_dag_run_state(dag=dag, dag_run=run, state=DagRunMutableStates(mark_as), session=metadata)
        metadata.flush()
        after = {id_: task.state and str(task.state) for id_, task in tasks.items()}
        if (publish := tasks.get("publish_together")) and publish.state is None:
            publish.set_state("failed", session=metadata)  # as it does when a step has failed
        tasks["notify"].set_state("success", session=metadata)
        run.update_state(session=metadata, execute_callbacks=False)
        return str(run.state), {id_: state for id_, state in after.items() if states.get(id_) != state}

    return mark


def _run_with_tasks(metadata: Any, add_run: Any, workflow: str, states: States) -> tuple[Any, Any, dict[str, Any]]:
    """The run r1 in Airflow's metadata; its DAG as the api-server has it, and its tasks."""
    from airflow.models.dag_version import DagVersion
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.serialization.serialized_objects import DagSerialization

    metadata.rollback()
    metadata.add(version := DagVersion(dag_id=workflow, bundle_name="media_workflows", version_number=1))
    metadata.commit()
    add_run(workflow, "r1", "running")
    with transaction() as session:
        dag = dag_of(workflow, 1, resolved_at(session, workflow, 1), Library([]))
        for id_, state in states.items():
            if state == "skipped" and id_ == "hd":
                decision = StepDecision(step_id=id_, skipped="condition", condition="false", decided_at=now())
                record_decision(session, StepKey(workflow, "r1", id_), decision)
    serialized = DagSerialization.from_dict(json.loads(json.dumps(DagSerialization.to_dict(dag))))
    tasks = {}
    for id_, task in serialized.task_dict.items():
        tasks[id_] = TaskInstance(task, dag_version_id=version.id, run_id="r1", state=states.get(id_))
        metadata.add(tasks[id_])
    metadata.commit()
    run = metadata.query(DagRun).filter_by(dag_id=workflow, run_id="r1").one()
    metadata.get_one(type(run.dag_model), workflow).is_paused = False
    run.dag = serialized
    return run, serialized, tasks


JOBS = {"jobs": {"transcode": [{"template": 100010}]}}
TOGETHER = {"steps": [GRAPH[0]], "publish": "together"}


@pytest.mark.parametrize(
    ("parts", "states", "changed"),
    [
        # it waits for its upload
        (JOBS, {"upload": "deferred"}, {"upload": "failed", "transcode": "failed"}),
        # it waits for a slot
        (JOBS, {"upload": "success", "transcode": "queued"}, {"transcode": "failed"}),
        (JOBS, {"upload": "success", "transcode": "running"}, {"transcode": "failed"}),
        # what its conditions have skipped stays so
        ({"steps": GRAPH}, {**SKIPPED_BEFORE, "sd": "running"}, {"sd": "failed", "last": "failed"}),
        # what is not published is still removed
        (TOGETHER, {"upload": "success", "check": "running"}, {"check": "failed"}),
    ],
)
def test_a_run_marked_as_failed_ends_as_failed(
    marked: Any, listening: Any, parts: dict[str, Any], states: States, changed: States
) -> None:
    listening()
    assert marked(parts, states) == ("failed", changed)


def test_without_the_listener_airflow_calls_it_a_success(marked: Any) -> None:
    """Else the listener can be removed."""
    assert marked(JOBS, {"upload": "deferred"}) == ("success", {"upload": "failed", "transcode": "skipped"})


def test_a_run_marked_as_successful_is_one(marked: Any, listening: Any) -> None:
    listening()
    assert marked(JOBS, {"upload": "deferred"}, "success") == (
        "success",
        {"upload": "success", "transcode": "skipped"},
    )
