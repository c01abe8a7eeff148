"""Retry of a graph of steps: which tasks Airflow runs again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from api_definitions import definition
from media_workflows.domain.result import ItemResult, JobResult, now
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_key import StepKey
from media_workflows.services import run_control
from media_workflows.store.decisions import decisions_of_run, record_decision
from media_workflows.store.engine import transaction
from media_workflows.store.runs import record_job

Retry = Callable[..., Any]


def step(id_: str, *after: str, **parts: Any) -> dict[str, Any]:
    item = {"template": 10, "output_path": f"{id_}_{{number}}.{{format}}"}
    return {"id": id_, "after": list(after), "sample_snapshot": item} | parts


STEPS = [
    step("hd", when="source.short_edge >= 1080"),
    step("sd"),
    step("covers", "hd"),
    step("last", "sd"),
    step("sorry", "sd", when='steps.sd.status == "failed"'),
]
ENDED = {"upload": "success", "hd": "skipped", "covers": "skipped", "sd": "success", "last": "success",
         "sorry": "skipped", "notify": "success"}  # fmt: skip


@pytest.fixture
def workflow(admin: Any) -> str:
    data = {name: value for name, value in definition("graph").items() if name != "jobs"} | {"steps": STEPS}
    answer = admin.post("/api/v1/workflows", json=data)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.fixture
def ended(metadata: Any, workflow: str, add_run: Any) -> Callable[..., None]:
    """Ends the run r1 with these states of its tasks in place of those above."""

    def end(state: str = "success", **states: str) -> None:
        from airflow.models.dag_version import DagVersion
        from airflow.models.taskinstance import TaskInstance
        from airflow.serialization.definitions.baseoperator import SerializedBaseOperator

        metadata.rollback()
        version = DagVersion(dag_id=workflow, bundle_name="media_workflows", version_number=1)
        metadata.add(version)
        metadata.commit()
        add_run(workflow, "r1", state, 1)
        for task_id, its_state in (ENDED | states).items():
            task = TaskInstance(
                SerializedBaseOperator(task_id=task_id), dag_version_id=version.id, run_id="r1", state=its_state
            )
            task.dag_id = workflow
            metadata.add(task)
        metadata.commit()
        with transaction() as session:
            for id_ in ("hd", "sorry"):
                decision = StepDecision(step_id=id_, skipped="condition", condition="false", decided_at=now())
                record_decision(session, StepKey(workflow, "r1", id_), decision)

    return end


@pytest.fixture
def retried(admin: Any, monkeypatch: pytest.MonkeyPatch) -> Retry:
    """Retries r1; the tasks that Airflow is asked to run again, or the answer that refuses."""
    cleared: set[str] = set()
    monkeypatch.setattr(run_control, "clear", lambda tasks, _: cleared.update(task.task_id for task in tasks))

    def retry(**body: Any) -> Any:
        answer = admin.post("/api/v1/runs/r1/retry", json=body)
        return cleared if answer.status_code == 200 else (answer.status_code, answer.json()["message"])

    return retry


def test_a_run_whose_steps_were_skipped_has_nothing_to_retry(ended: Any, retried: Retry) -> None:
    ended()
    assert retried() == (409, "no task of run 'r1' failed: there is nothing to retry")


def test_a_failed_step_and_what_depends_on_it(workflow: str, ended: Any, retried: Retry) -> None:
    ended("failed", sd="failed", last="upstream_failed", sorry="success", notify="failed")
    assert retried() == {"sd", "last", "sorry", "notify"}
    with transaction() as session:
        assert set(decisions_of_run(session, workflow, "r1")) == {"hd"}


def test_a_failed_step_that_let_the_run_go_on(workflow: str, ended: Any, retried: Retry) -> None:
    ended()
    failed = ItemResult(item={}, definition=10, status="FAIL", code="X", message="x")
    with transaction() as session:
        record_job(
            session,
            workflow,
            "r1",
            JobResult(
                kind="sample_snapshot", step_id="last", begun_at=now(), finished_at=now(), source=None, items=(failed,)
            ),
        )
    assert retried(force=True) == {"last", "notify"}


def test_one_step(ended: Any, retried: Retry) -> None:
    ended()
    assert retried(step="hd") == {"hd", "covers", "notify"}


def test_an_unknown_step(ended: Any, retried: Retry) -> None:
    ended()
    assert retried(step="cover") == (404, "run 'r1' has no step 'cover': choose covers")
