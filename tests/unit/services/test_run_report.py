"""Which decision a run's report shows for a step."""

from __future__ import annotations

from definitions import definition, graph
from media_workflows.domain.result import now
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.steps import job_steps
from media_workflows.domain.workflow import parse_workflow
from media_workflows.services.run_report import _decision


def test_an_intelligence_step_shows_why_its_features_were_skipped() -> None:
    workflow = parse_workflow(
        graph({"id": "tags", "analysis": {"template": 10}}, {"id": "text", "recognition": {"template": 10}})
    )
    tags, text = job_steps(workflow)
    skipped = StepDecision(step_id="tags_features", skipped="condition", condition="false", decided_at=now())
    own = StepDecision(step_id="text", condition="true", decided_at=now())
    assert _decision(text, workflow, {"tags_features": skipped}) == skipped
    assert _decision(text, workflow, {"tags_features": skipped, "text": own}) == own
    assert _decision(tags, workflow, {"text": own}) is None


def test_jobs_have_no_decision() -> None:
    workflow = parse_workflow(definition(jobs={"analysis": [{"template": 10}]}))
    (step,) = job_steps(workflow)
    assert _decision(step, workflow, {}) is None
