"""Conditions tried on stored runs: outcomes, answers and the source, as far as the run has them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from media_workflows.airflow_adapter import dag_state
from media_workflows.cli import app
from media_workflows.domain.action_result import ActionResult
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import ConflictError, SourceGoneError
from media_workflows.services import condition_on_run
from media_workflows.services import conditions as service
from media_workflows.services.conditions import ConditionTrial
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_objects import existing_source
from media_workflows.store.action_results import record_action
from media_workflows.store.engine import transaction
from media_workflows.store.run_copies import TaskSummary
from media_workflows.store.runs import record_job, record_source
from media_workflows.store.workflows import create_workflow

NOW = datetime(2026, 1, 2, tzinfo=UTC)
KEY = "in/a.mp4"
STEPS: list[dict[str, Any]] = [
    {"id": "hd", "transcode": {"template": 100020}},
    {"id": "ask", "approval": {"message": "?"}, "after": ["hd"]},
    {"id": "late", "sample_snapshot": {"template": 10}, "after": ["ask"]},
    {"id": "last", "image_sprite": {"template": 10}, "after": ["late"]},
]
STATES = {"hd": "success", "ask": "success", "late": "running"}
Try = Callable[..., ConditionTrial]


@pytest.fixture
def workflow(bucket: str, database: str, storage: ObjectStorage, monkeypatch: pytest.MonkeyPatch) -> str:
    """A workflow whose run r1 has made an output of half the size, was approved, and goes on."""
    storage.client.put_object(Bucket=bucket, Key=KEY, Body=b"x" * 100, Metadata={"owner": "ann"})
    definition = {"name": "w", "trigger": {"bucket": bucket}, "output": {"directory": "out/"}, "steps": STEPS}
    info = MediaInfo(container="mp4", duration_s=2.0, bitrate_bps=400, size_bytes=100)
    output = OutputRecord(bucket=bucket, key="out/a.mp4", etag="e", size_bytes=50, md5="")
    item = ItemResult(item={}, definition=100020, status="SUCCESS", outputs=(output,))
    with transaction() as session:
        id_ = create_workflow(session, parse_workflow(definition)).id
        record_source(session, id_, "r1", 1, existing_source(storage, bucket, KEY))
        record_source(session, id_, "r2", 1, None)
        hd = JobResult(kind="transcode", step_id="hd", begun_at=NOW, finished_at=NOW, source=info, items=(item,))
        record_job(session, id_, "r1", hd)
        answer = ActionResult(step_id="ask", kind="approval", begun_at=NOW, finished_at=NOW, answer="approved")
        record_action(session, StepKey(id_, "r1", "ask"), answer)
    tasks = {id_: TaskSummary(state=state, try_number=1, started_at=NOW, ended_at=NOW) for id_, state in STATES.items()}
    monkeypatch.setattr(dag_state, "task_summaries", lambda *_: tasks)
    monkeypatch.setattr(dag_state, "is_forced", lambda *_: False)
    monkeypatch.setattr(condition_on_run, "history_of_run", lambda *_: transaction())
    monkeypatch.setattr("media_workflows.services.buckets.storage", lambda: storage)
    return id_


@pytest.fixture
def tried(workflow: str) -> Try:
    def try_(expression: str, run: str = "r1") -> ConditionTrial:
        before = service.steps_before_in(service.parsed_steps(STEPS), "last")
        return condition_on_run.try_on_run(service.checked(expression, before), before, workflow, run)

    return try_


@pytest.mark.parametrize(
    ("expression", "value", "values"),
    [
        ("steps.hd.output.size_ratio > 1.0", False, {"steps.hd.output.size_ratio": 0.5}),
        ("steps.hd.status == 'success' && run.manual", True, {"steps.hd.status": "success", "run.manual": True}),
        ("steps.ask.answer == 'approved'", True, {"steps.ask.answer": "approved"}),
        ("has(steps.hd.output.vmaf)", False, {"steps.hd.output.vmaf": None}),
        (
            "source.duration_s < 3.0 && source.metadata.owner == 'ann'",
            True,
            {"source.duration_s": 2.0, "source.metadata": {"owner": "ann"}},
        ),
    ],
)
def test_the_values_of_a_run(tried: Try, expression: str, value: bool, values: dict[str, Any]) -> None:
    trial = tried(expression)
    assert (trial.value, trial.error) == (value, None)
    assert {one.name: one.value for one in trial.values} == values


def test_a_step_that_has_not_ended_is_unknown(tried: Try) -> None:
    trial = tried("steps.late.status == 'failed'")
    assert trial.error is not None
    assert "steps.late.status is unknown" in trial.error.message


def test_runs_that_cannot_be_read(tried: Try, bucket: str, storage: ObjectStorage) -> None:
    with pytest.raises(ConflictError, match="run 'r2' has no source yet"):
        tried("run.manual", "r2")
    storage.client.put_object(Bucket=bucket, Key=KEY, Body=b"another")
    assert tried("steps.hd.output.size_bytes == 50").value is True
    with pytest.raises(SourceGoneError, match="was replaced after this run"):
        tried("source.duration_s < 3.0")


def test_the_command(workflow: str, tried: Try) -> None:
    of_run = ["--workflow", "w", "--step", "last", "--run", "r1"]
    done = CliRunner().invoke(app, ["conditions", "try", "steps.hd.output.size_bytes < 60", *of_run])
    assert done.output == "true, because steps.hd.output.size_bytes = 50\n"
    alone = CliRunner().invoke(app, ["conditions", "try", "run.manual", "--run", "r1"], env={"COLUMNS": "200"})
    assert (alone.exit_code, "--run requires --workflow and --step" in alone.output) == (2, True)
