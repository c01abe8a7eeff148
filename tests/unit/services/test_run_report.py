"""Which decision a run's report shows for a step, and the shape of its task."""

from __future__ import annotations

import pytest

from definitions import definition, graph
from media_workflows.domain.progress import JobProgress, Phase
from media_workflows.domain.request_context import RequestContext
from media_workflows.domain.result import now
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.steps import job_steps
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.services.run_report import _NEVER_SCHEDULED, _current, _decision, _Job, _task
from media_workflows.services.stored_run import StoredRun
from media_workflows.store.run_history import DagRunSummary


def stored(workflow: Workflow, decisions: dict[str, StepDecision]) -> StoredRun:
    run = DagRunSummary(run_id="r1", state="running", queued_at=now(), started_at=now(), ended_at=None)
    return StoredRun("wf_1", run, run, workflow, decisions=decisions)


def test_an_intelligence_step_shows_why_its_features_were_skipped() -> None:
    workflow = parse_workflow(
        graph({"id": "tags", "analysis": {"template": 10}}, {"id": "text", "recognition": {"template": 10}})
    )
    tags, text = job_steps(workflow)
    skipped = StepDecision(step_id="tags_features", skipped="condition", condition="false", decided_at=now())
    own = StepDecision(step_id="text", condition="true", decided_at=now())
    assert _decision(stored(workflow, {"tags_features": skipped}), text) == skipped
    assert _decision(stored(workflow, {"tags_features": skipped, "text": own}), text) == own
    assert _decision(stored(workflow, {"text": own}), tags) is None


def test_jobs_have_no_decision() -> None:
    workflow = parse_workflow(definition(jobs={"analysis": [{"template": 10}]}))
    (step,) = job_steps(workflow)
    assert _decision(stored(workflow, {}), step) is None


@pytest.mark.parametrize(("state", "status"), [("queued", "WAITING"), ("running", "PROCESSING"), ("success", "FINISH")])
def test_the_task_has_the_shape_of_the_events(state: str, status: str) -> None:
    ended_at = now() if status == "FINISH" else None
    run = DagRunSummary(run_id="r1", state=state, queued_at=now(), started_at=None, ended_at=ended_at)
    flat = parse_workflow(definition(jobs={"transcode": [{"template": 100010}]}))
    steps = parse_workflow(graph({"id": "small", "transcode": {"template": 100010}}))
    for workflow, name in ((flat, "WorkflowTask"), (steps, "ScheduleTask")):
        jobs = [_Job(step, _NEVER_SCHEDULED, None, None, None) for step in job_steps(workflow)]
        task = _task(StoredRun("wf_1", run, run, workflow, context=RequestContext(id="s", text="t")), jobs)
        assert (task["TaskType"], task["Status"]) == (name, status)
        assert (task["SessionId"], task["SessionContext"]) == ("s", "t")
        assert task[name]["Status"] == ("FINISH" if status == "FINISH" else "PROCESSING")
        assert len(task[name]["ActivityResultSet" if name == "ScheduleTask" else "MediaProcessResultSet"]) == 1


def reported(try_number: int, phase: Phase = "failed") -> JobProgress:
    return JobProgress(kind="transcode", try_number=try_number, phase=phase, percent=99, updated_at=now())


@pytest.mark.parametrize(
    ("state", "try_number", "is_shown"),
    [
        ("failed", 1, True),
        ("success", 1, True),
        ("running", 1, True),
        ("running", 2, False),  # the second try has not reported yet
        (None, 1, False),  # cleared: it waits for its second try
        ("queued", 2, False),
        ("scheduled", 2, False),
        ("up_for_retry", 1, False),
    ],
)
def test_the_progress_of_a_try_ends_with_the_next_one(state: str | None, try_number: int, is_shown: bool) -> None:
    progress = reported(1)
    task = _NEVER_SCHEDULED.model_copy(update={"state": state, "try_number": try_number})
    assert _current(progress, task) == (progress if is_shown else None)
    assert _current(None, task) is None
