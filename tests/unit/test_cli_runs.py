"""What `runs show` says of an item's results, in one line."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from typer.testing import CliRunner

from media_workflows.cli import app
from media_workflows.cli.runs import _action_row, _found, _rows, _run_row
from media_workflows.domain.result import now
from media_workflows.domain.run_report import ActionReport, ItemReport, JobReport
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput, QualityItem
from media_workflows.services.run_list import RunRow


@pytest.mark.parametrize(("hit", "line"), [(True, "quality: no_voice"), (False, "quality: no problem found")])
def test_a_quality_control_names_its_problems(hit: bool, line: str) -> None:
    items = (QualityItem(type="no_voice", hit=hit), QualityItem(type="low_voice", hit=None, reason="no_audio"))
    output = QualityControlOutput(duration_s=1, no_video=False, no_audio=False, items=items)
    assert _found(SubTaskResult(type="quality", status="SUCCESS", output=output)) == line


def job(state: str, **parts: Any) -> JobReport:
    times = {"begun_at": None, "finished_at": None}
    return JobReport(kind="transcode", step_id="hd", state=state, try_number=1, progress=None, **times, **parts)


def test_a_skipped_step_has_a_row_with_the_reason() -> None:
    decision = StepDecision(
        step_id="hd",
        skipped="condition",
        condition="source.width > 1000",
        values={"source.width": 640},
        decided_at=now(),
    )
    (row,) = _rows(job("skipped", items=(), decision=decision))
    reason = "Skipped, as its condition is false: source.width > 1000 (source.width = 640)"
    assert row == ("hd", "skipped", 1, "", "", "", reason)
    (row,) = _rows(job("skipped", items=()))
    assert row[-1] == "Skipped, as all steps before it were skipped."
    (row,) = _rows(job("skipped", items=()), is_cancelled=True)
    assert row[-1] == ""


def test_a_step_has_a_row_for_each_item() -> None:
    item = ItemReport(item={}, definition=1, status="FAIL", code="X", message="y")
    rows = list(_rows(job("failed", items=(item, item))))
    assert [(row[0], row[5], row[6]) for row in rows] == [("hd", 0, "X: y"), ("hd", 1, "X: y")]


@pytest.mark.parametrize(
    ("parts", "outcome"),
    [
        ({"state": "running"}, "not ended"),
        ({"state": "deferred", "answer_at": "https://x/1"}, "waits for an answer: https://x/1"),
        ({"state": "success", "status": "SUCCESS", "answer": "approved", "by": "me"}, "answer approved by me"),
        ({"state": "success", "status": "SUCCESS"}, "done"),
        ({"state": "failed", "status": "FAIL", "code": "X", "message": "y"}, "X: y"),
        ({"state": "skipped"}, "Skipped, as all steps before it were skipped."),
    ],
)
def test_a_step_without_media_has_a_row(parts: dict[str, Any], outcome: str) -> None:
    action = ActionReport(step_id="ask", kind="approval", try_number=1, begun_at=None, finished_at=None, **parts)
    assert _action_row(action) == ("ask", parts["state"], 1, "", "", "", outcome)


def test_a_run_that_could_not_fetch_its_file_shows_what_was_requested() -> None:
    none = dict.fromkeys(("queued_at", "started_at", "ended_at", "workflow_name", "revision", "source", "error"))
    left = dict.fromkeys(("picture", "percent", "eta_s", "stalled_s", "waiting"))
    named = {"workflow_id": "media_process", "run_id": "r", "request_id": "q", "state": "failed", "outputs": 0}
    cause = {"code": "InvalidInput", "message": "cannot fetch"}
    run = RunRow.model_validate({**none, **left, **named, "requested": "https://files.example/a.mp4", "cause": cause})
    assert _run_row(run)[-2:] == ("https://files.example/a.mp4", "InvalidInput: cannot fetch")


def test_libraries_say_nothing_of_their_progress() -> None:
    assert CliRunner().invoke(app, ["templates", "list", "--help"]).exit_code == 0
    assert not logging.getLogger("botocore.credentials").isEnabledFor(logging.INFO)
