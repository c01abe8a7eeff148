"""Steps that make no media in the report of a run: waiting, ended, and started again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from media_workflows.domain.action_result import ActionResult
from media_workflows.domain.steps import action_steps
from media_workflows.services.run_report import _action_report
from media_workflows.services.stored_run import StoredRun
from media_workflows.store.run_copies import TaskSummary
from media_workflows.store.run_history import DagRunSummary
from step_requests import graph

NOW = datetime(2026, 1, 2, tzinfo=UTC)
RESULT = ActionResult(step_id="ask", kind="approval", begun_at=NOW, finished_at=NOW, answer="rejected", by="ann")


@pytest.mark.parametrize(
    ("state", "status", "answer", "waits"),
    [("awaiting_input", "", None, True), ("success", "SUCCESS", "rejected", False), ("running", "", None, False)],
)
def test_an_approval(state: str, status: str, answer: str | None, waits: bool) -> None:
    workflow = graph({"id": "ask", "approval": {"message": "?"}})
    (step,) = action_steps(workflow)
    task = TaskSummary(state=state, try_number=1, started_at=NOW, ended_at=None)
    run = DagRunSummary(run_id="upload__1", state="running", queued_at=NOW, started_at=NOW, ended_at=None)
    report = _action_report(StoredRun("wf_1", run, run, workflow, actions={"ask": RESULT}), step, task)
    assert (report.step_id, report.kind, report.state) == ("ask", "approval", state)
    assert (report.status, report.answer) == (status, answer)
    assert report.answer_at.endswith("/dags/wf_1/runs/upload__1/tasks/ask/required_actions") is waits
