"""Steps that make no media in the report of a run: waiting, ended, and started again."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from media_workflows.domain.action_result import ActionResult
from media_workflows.domain.steps import action_steps
from media_workflows.services.run_report import _action_report
from media_workflows.store.run_copies import TaskSummary
from step_requests import graph

NOW = datetime(2026, 1, 2, tzinfo=UTC)
RESULT = ActionResult(step_id="ask", kind="approval", begun_at=NOW, finished_at=NOW, answer="rejected", by="ann")


@pytest.mark.parametrize(
    ("state", "status", "answer", "waits"),
    [("awaiting_input", "", None, True), ("success", "SUCCESS", "rejected", False), ("running", "", None, False)],
)
def test_an_approval(state: str, status: str, answer: str | None, waits: bool) -> None:
    (step,) = action_steps(graph({"id": "ask", "approval": {"message": "?"}}))
    task = TaskSummary(state=state, try_number=1, started_at=NOW, ended_at=None)
    run: Any = SimpleNamespace(run_id="upload__1")
    report = _action_report("wf_1", run, step, task, {}, {"ask": RESULT})
    assert (report.step_id, report.kind, report.state) == ("ask", "approval", state)
    assert (report.status, report.answer) == (status, answer)
    assert report.answer_at.endswith("/dags/wf_1/runs/upload__1/tasks/ask/required_actions") is waits
