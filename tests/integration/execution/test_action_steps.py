"""Steps that make no media, with real S3 and PostgreSQL: their turns, results and failures."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bucket_site import BucketSite
from definitions import definition
from media_workflows.domain.result import SourceObject
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.steps import steps_before
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import ConditionError
from media_workflows.execution.action_step import begin_approval, end_approval
from media_workflows.execution.request import OutputPlace, StepRequest
from media_workflows.execution.running_step import Resources
from media_workflows.execution.turn import Turn
from media_workflows.notifications.outbox import Run
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.decisions import decisions_of_run
from media_workflows.store.engine import transaction

SOURCE = SourceObject(bucket="in", key="a.mp4", etag="e", size_bytes=1)
ASK: dict[str, Any] = {"id": "ask", "approval": {"message": "Publish?"}}


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> BucketSite:
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    clients.s3.create_bucket(Bucket=(bucket := f"bucket-{uuid.uuid4().hex[:12]}"))
    settings = Settings(data_dir=tmp_path / "data", callback_allowed_hosts=["127.0.0.1"])
    return BucketSite(clients, settings, bucket)


def graph(*steps: dict[str, Any], **parts: Any) -> Workflow:
    data = definition(steps=list(steps), **parts)
    del data["jobs"]
    return parse_workflow(data)


def request(workflow: Workflow, step_id: str, source: SourceObject = SOURCE, **states: str) -> StepRequest:
    """A try of a step while the others are in these states."""
    step = next(step for step in workflow.steps if step.id == step_id)
    return StepRequest(
        step=StepKey("wf_1", "r1", step_id),
        kind=step.kind,
        items=(),
        source=source,
        output=OutputPlace.of_workflow(workflow, workflow.output),
        started_at=datetime.now(UTC),
        revision=1,
        events_of=Run("wf_1", "r1", 1, workflow),
        turn=Turn(step, steps_before(step, workflow.steps), lambda: states, 0, is_manual=True),
    )


def begin(site: BucketSite, asked: StepRequest) -> StepDecision | None:
    return begin_approval(asked, Resources(site.clients, site.said.append, site.settings))


@pytest.mark.parametrize(("by", "words"), [("ann", "was rejected by ann"), ("", "there was no answer in time")])
def test_what_is_directly_after_a_rejection_is_skipped(site: BucketSite, by: str, words: str) -> None:
    flow = graph(ASK, {**ASK, "id": "next", "after": ["ask"]}, {**ASK, "id": "late", "after": ["next", "ask"]})
    assert begin(site, request(flow, "ask")) is None
    end_approval(request(flow, "ask"), "rejected", by)
    decision = begin(site, request(flow, "next", ask="success"))
    assert decision is not None
    assert (decision.skipped, decision.rejected, decision.rejected_by) == ("rejected", "ask", by)
    assert words in decision.message
    assert site.said[-1] == decision.message
    with transaction() as session:
        assert decisions_of_run(session, "wf_1", "r1")["next"] == decision
        assert actions_of_run(session, "wf_1", "r1")["ask"].answer == "rejected"


def test_what_is_further_after_it_follows_the_rules_of_joins(site: BucketSite) -> None:
    flow = graph(
        ASK, {"id": "hd", "transcode": {"template": 100020}}, {**ASK, "id": "last", "after": ["hd"], "when": ""}
    )
    end_approval(request(flow, "ask"), "rejected", "ann")
    assert begin(site, request(flow, "last", ask="success", hd="success")) is None


def test_a_condition_that_reads_the_answer_decides_by_itself(site: BucketSite) -> None:
    rejected = {"when": "steps.ask.answer == 'rejected'"}
    flow = graph(
        ASK,
        {**ASK, "id": "quarantine", "after": ["ask"], **rejected},
        {**ASK, "id": "publish", "after": ["ask"], "when": "steps.ask.status == 'success'"},
    )
    end_approval(request(flow, "ask"), "rejected", "ann")
    assert begin(site, request(flow, "quarantine", ask="success")) is None
    decision = begin(site, request(flow, "publish", ask="success"))
    assert decision is not None
    assert decision.skipped == "rejected"
    end_approval(request(flow, "ask"), "approved", "ann")
    decision = begin(site, request(flow, "quarantine", ask="success"))
    assert decision is not None
    assert (decision.skipped, decision.values) == ("condition", {"steps.ask.answer": "approved"})
    assert begin(site, request(flow, "publish", ask="success")) is None


def test_an_answer_of_an_earlier_try_is_forgotten(site: BucketSite) -> None:
    flow = graph(ASK, {**ASK, "id": "next", "after": ["ask"]})
    end_approval(request(flow, "ask"), "rejected", "ann")
    assert begin(site, request(flow, "next", ask="running")) is None
    begin(site, request(flow, "ask"))
    with transaction() as session:
        assert actions_of_run(session, "wf_1", "r1") == {}


def test_a_condition_without_a_value_fails_the_step(site: BucketSite) -> None:
    flow = graph(ASK, {**ASK, "id": "next", "after": ["ask"], "when": "steps.ask.answer == 'approved'"})
    with pytest.raises(ConditionError, match=r"steps\.ask\.answer is unknown"):
        begin(site, request(flow, "next", ask="failed"))
    with transaction() as session:
        result = actions_of_run(session, "wf_1", "r1")["next"]
    assert (result.status, "steps.ask.answer is unknown" in result.message) == ("FAIL", True)
