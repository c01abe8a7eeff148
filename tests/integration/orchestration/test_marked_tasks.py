"""What the event says of jobs whose tasks a user marked in Airflow."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import graph, workflow
from media_workflows.domain.result import JobResult, now
from media_workflows.domain.run import Run
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.orchestration.notify import unfinished_jobs
from media_workflows.store.decisions import record_decision
from media_workflows.store.engine import transaction
from media_workflows.store.runs import record_job, record_source

PICTURE = {"template": 10, "output_path": "{inputName}_{number}.{format}"}
FLAT = workflow(jobs={"transcode": [{"template": 100010}], "sample_snapshot": [{"template": 10}]})
# hd, whose condition is false → covers; sd → last
GRAPH = parse_workflow(
    graph(
        {"id": "hd", "transcode": [{"template": 100040}], "when": "source.short_edge >= 1080"},
        {"id": "covers", "sample_snapshot": [PICTURE], "input": "hd"},
        {"id": "sd", "transcode": [{"template": 100010}]},
        {"id": "last", "image_sprite": [{"template": 10}], "after": ["sd"]},
    )
)
SKIPPED = {"upload": "success", "hd": "skipped", "covers": "skipped"}


@pytest.mark.parametrize(
    ("of", "states", "failed"),
    [
        (FLAT, {"upload": "success", "transcode": "success", "sample_snapshot": "success"}, ["sample_snapshot"]),
        (FLAT, {"upload": "success", "transcode": "success", "sample_snapshot": "skipped"}, ["sample_snapshot"]),
        # an earlier try had left a result, and the task was marked as failed in a later one
        (
            FLAT,
            {"upload": "success", "transcode": "failed", "sample_snapshot": "failed"},
            ["transcode", "sample_snapshot"],
        ),
        (GRAPH, {**SKIPPED, "sd": "success", "last": "success"}, ["sd", "last"]),
        (GRAPH, {**SKIPPED, "sd": "skipped", "last": "skipped"}, ["sd", "last"]),
    ],
)
def test_a_job_without_a_result_is_failed(
    database: str, of: Workflow, states: dict[str, Any], failed: list[str]
) -> None:
    """Not one that the workflow's rules skipped."""
    job = JobResult(kind="transcode", step_id="transcode", begun_at=now(), finished_at=now(), source=None, items=())
    with transaction() as session:
        record_source(session, "wf_1", "r1", 1, None)
        if of is FLAT:
            record_job(session, "wf_1", "r1", job)
        else:
            decision = StepDecision(step_id="hd", skipped="condition", condition="false", decided_at=now())
            record_decision(session, StepKey("wf_1", "r1", "hd"), decision)
    found = unfinished_jobs(Run("wf_1", "r1", 1, of), states)
    assert [one.step.step_id for one in found] == failed
    assert all(item.status == "FAIL" for one in found for item in one.items)
    assert all(str(states[one.step.step_id]) in one.items[0].message for one in found)
