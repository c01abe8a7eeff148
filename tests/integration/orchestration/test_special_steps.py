"""Steps that make no media, in runs of Airflow: an approval approved, rejected and timed out, and what follows."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from graph_answers import TIMEOUT
from graph_runs import GraphRun, definition_of, run_cases
from media_workflows.domain.step_decision import StepDecision
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.decisions import decisions_of_run
from media_workflows.store.engine import transaction
from media_workflows.store.events import events_of_run

REJECTED = "steps.ask.answer == 'rejected'"


def steps(**approval: Any) -> list[dict[str, Any]]:
    return [
        {"id": "ask", "approval": {"message": "Publish?", **approval}},
        {"id": "hd", "transcode": [{"template": 100010, "output_path": "hd.{format}"}], "after": ["ask"]},
        {"id": "later", "sample_snapshot": [{"template": 10}], "after": ["hd"]},
        {"id": "quarantine", "copy": {"directory": "quarantine/"}, "after": ["ask"], "when": REJECTED},
        {"id": "report", "notify": {"type": "sqs", "queue_name": "q"}, "after": ["hd", "quarantine"]},
        {"id": "clean", "delete_source": {}, "after": ["later", "quarantine"]},
    ]


def decision(run: GraphRun, step_id: str) -> StepDecision:
    with transaction() as session:
        return decisions_of_run(session, run.dag_id, run.run_id)[step_id]


@pytest.mark.full
def test_approvals_in_airflow(s3_server: str, database: str, tmp_path: Path) -> None:
    s3 = make_clients(Settings(s3_endpoint_url=s3_server)).s3
    s3.create_bucket(Bucket=(bucket := f"bucket-{uuid.uuid4().hex[:12]}"))
    for name in ("a", "b", "c"):
        s3.put_object(Bucket=bucket, Key=f"in/{name}.mp4", Body=b"media")
    patient = definition_of(bucket, steps())
    hasty = definition_of(bucket, steps(timeout_s=1))
    cases = [
        {"definition": patient, "key": "in/a.mp4", "outcomes": {}, "answers": {"ask": "Approve"}},
        {"definition": patient, "key": "in/b.mp4", "outcomes": {}, "answers": {"ask": "Reject"}},
        {"definition": hasty, "key": "in/c.mp4", "outcomes": {}, "answers": {"ask": TIMEOUT}},
    ]
    approved, rejected, late = run_cases(tmp_path, s3_server, cases, 300)
    assert approved.tasks == {
        **dict.fromkeys(("upload", "ask", "hd", "later", "report", "clean", "notify"), "success"),
        "quarantine": "skipped",
    }
    # `clean` runs, as the quarantine succeeded, and refuses: `hd` was not made, for another reason than its condition.
    for run, by in ((rejected, "ann"), (late, "")):
        assert run.tasks == {
            **dict.fromkeys(("upload", "ask", "quarantine", "report", "notify"), "success"),
            **dict.fromkeys(("hd", "later"), "skipped"),
            "clean": "failed",
        }
        assert (decision(run, "hd").skipped, decision(run, "hd").rejected_by) == ("rejected", by)
        with transaction() as session:
            results = actions_of_run(session, run.dag_id, run.run_id)
            events = events_of_run(session, run.dag_id, run.run_id)
        assert (results["ask"].answer, results["ask"].by) == ("rejected", by)
        assert "step 'hd' is skipped" in results["clean"].message
        assert [event.kind for event in events] == ["step", "finish"]
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert [found["Key"] for found in listed] == ["in/b.mp4", "in/c.mp4", "quarantine/b.mp4", "quarantine/c.mp4"]
