"""The review desk: runs to review, decisions on their findings, and the decision on a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from api_definitions import definition
from media_workflows.domain.result import ItemResult, JobResult, SourceObject, now
from media_workflows.domain.run_review import question_decision
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.content_review import ReviewOutput, ReviewSegment, Suggestion
from media_workflows.store import reviews, runs
from media_workflows.store.engine import transaction

REVIEW = "/api/v1/runs/r1/review"
SOURCE = SourceObject(bucket="in", key="in/a.mp4", etag="e", size_bytes=1)


def review(*starts_s: float, suggestion: Suggestion = "review") -> JobResult:
    segments = [
        ReviewSegment(start_s=start, end_s=start + 1, moment_s=start, confidence=80, suggestion="review", label="x")
        for start in starts_s
    ]
    output = ReviewOutput(suggestion=suggestion, confidence=80, duration_s=9, segments=tuple(segments))
    check = SubTaskResult(type="prohibited.ocr", status="SUCCESS", output=output)
    item = ItemResult(item={}, definition=0, status="SUCCESS", sub_tasks=(check,))
    return JobResult(kind="content_review", begun_at=now(), finished_at=now(), source=None, items=(item,))


@pytest.fixture
def record(add_run: Any) -> Callable[..., None]:
    """A run with the result of its review."""

    def add(workflow: str, run: str, result: JobResult) -> None:
        add_run(workflow, run, "success", 1)
        with transaction() as session:
            runs.record_source(session, workflow, run, 1, SOURCE)
            runs.record_job(session, workflow, run, result)

    return add


@pytest.fixture
def workflow(create: Any, record: Any) -> str:
    """A workflow with a run that has two findings."""
    id_ = str(create("reviewed"))
    record(id_, "r1", review(1, 4))
    return id_


def listed(client: Any, **query: Any) -> list[tuple[str, int, str | None]]:
    answer = client.get("/api/v1/reviews", params=query)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    return [(one["run_id"], one["undecided"], one["decision"] and one["decision"]["verdict"]) for one in items]


def decide(client: Any, ids: list[str], **fields: Any) -> Any:
    return client.post(f"{REVIEW}/findings", json={"ids": ids, **fields})


def test_findings_are_decided_then_the_run(admin: Any, workflow: str, record: Any, create: Any) -> None:
    record(workflow, "passed", review(suggestion="pass"))
    assert listed(admin) == listed(admin, workflow=workflow) == [("r1", 2, None)]
    assert listed(admin, workflow="wf_other") == []
    found = admin.get(REVIEW).json()
    assert (found["suggestion"], found["decision"], found["questions"]) == ("review", None, [])
    assert (found["workflow_name"], found["source"]["key"]) == ("reviewed", "in/a.mp4")
    first, second = (one["id"] for one in found["findings"])
    refused = admin.post(REVIEW, json={"verdict": "pass"})
    assert (refused.status_code, "findings without a decision: 2" in refused.text) == (409, True)

    assert decide(admin, [first], note="a logo").json()["findings"][0]["decision"]["verdict"] is None
    decided = decide(admin, [first], verdict="pass").json()["findings"][0]["decision"]
    assert (decided["verdict"], decided["note"], decided["by"]) == ("pass", "a logo", "admin")
    assert listed(admin) == [("r1", 1, None)]
    decide(admin, [first, second], verdict="pass")
    answer = admin.post(REVIEW, json={"verdict": "pass", "note": "harmless"})
    assert answer.status_code == 200, answer.text
    assert (listed(admin), listed(admin, state="decided")) == ([], [("r1", 0, "pass")])
    shown = admin.get("/api/v1/runs/r1").json()["review"]
    assert (shown["decision"]["note"], shown["decision"]["answered"], len(shown["findings"])) == ("harmless", "", 2)

    decide(admin, [second], verdict="block")
    assert listed(admin) == [("r1", 0, None)]
    assert admin.post(REVIEW, json={"verdict": "pass"}).status_code == 409
    assert admin.post(REVIEW, json={"verdict": "block"}).json()["decision"]["verdict"] == "block"


@pytest.mark.full
def test_what_is_refused(admin: Any, viewer: Any, workflow: str) -> None:
    assert listed(viewer) == [("r1", 2, None)]
    assert decide(admin, ["0" * 16], verdict="pass").status_code == 404
    (first, _) = (one["id"] for one in viewer.get(REVIEW).json()["findings"])
    assert decide(viewer, [first], verdict="pass").status_code == 403
    assert viewer.post(REVIEW, json={"verdict": "block"}).status_code == 403
    assert admin.post(REVIEW, json={"verdict": "review"}).status_code == 422


@pytest.mark.full
def test_other_findings_open_a_run_again(admin: Any, workflow: str) -> None:
    ids = [one["id"] for one in admin.get(REVIEW).json()["findings"]]
    decide(admin, ids, verdict="pass")
    admin.post(REVIEW, json={"verdict": "pass"})
    for result, opened in ((review(1, 4), []), (review(1, 7), [("r1", 1, None)]), (review(suggestion="pass"), [])):
        with transaction() as session:
            runs.record_job(session, workflow, "r1", result)
        assert listed(admin) == opened


@pytest.mark.full
def test_an_event_reports_the_decision(admin: Any, create: Any, record: Any) -> None:
    target = {"type": "http", "url": "https://receiver.example/"}
    id_ = create("notified", notification=target)
    record(id_, "r1", review(1))
    (finding,) = admin.get(REVIEW).json()["findings"]
    decide(admin, [finding["id"]], verdict="block", note="no")
    admin.post(REVIEW, json={"verdict": "block"})
    (delivery,) = admin.get("/api/v1/deliveries", params={"workflow": id_}).json()["items"]
    assert delivery["kind"] == "review"
    sent = admin.get(f"/api/v1/events/{delivery['event_id']}").json()["event"]
    event = json.loads(sent["body"])["WorkflowReviewEvent"]
    assert (event["Verdict"], event["DecidedBy"], event["Findings"][0]["Note"]) == ("block", "admin", "no")


@pytest.mark.full
def test_an_answer_in_airflow_decides_the_run(admin: Any, workflow: str) -> None:
    with transaction() as session:
        reviews.answer_review(session, workflow, "r1", question_decision("gate", "approved", "op"))
    assert (listed(admin), listed(admin, state="decided")) == ([], [("r1", 2, "pass")])
    ids = [one["id"] for one in admin.get(REVIEW).json()["findings"]]
    assert decide(admin, ids, note="late").status_code == 200
    for refused in (decide(admin, ids, verdict="block"), admin.post(REVIEW, json={"verdict": "block"})):
        assert (refused.status_code, "has answered step 'gate'" in refused.text) == (409, True)
    with transaction() as session:
        reviews.reopen_review(session, workflow, "r1")
    assert listed(admin) == [("r1", 2, None)]


def test_a_waiting_question_is_answered(
    admin: Any, metadata: Any, add_run: Any, waiting_question: Callable[..., Any]
) -> None:
    steps = [
        {"id": "check", "content_review": {"parameters": {"prohibited": {"ocr": {}}}}},
        {"id": "ask", "approval": {"message": "Publish?"}, "after": ["check"]},
    ]
    data = {name: value for name, value in definition("asks").items() if name != "jobs"} | {"steps": steps}
    id_ = admin.post("/api/v1/workflows", json=data).json()["id"]
    task, detail = waiting_question(id_)
    with transaction() as session:
        runs.record_source(session, id_, "r1", 1, SOURCE)
        runs.record_job(session, id_, "r1", review(1))
    assert [one["step_id"] for one in admin.get(REVIEW).json()["questions"]] == ["ask"]
    answer = admin.post(REVIEW, json={"verdict": "block", "note": "no"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["decision"]["answered"], answer.json()["questions"]) == ("ask", [])
    metadata.expire_all()
    assert (detail.chosen_options, detail.params_input, str(task.state)) == (["Reject"], {"comment": "no"}, "scheduled")
    assert admin.get("/api/v1/deliveries", params={"workflow": id_}).json()["items"] == []


@pytest.mark.full
def test_two_runs_and_two_revisions_side_by_side(admin: Any, workflow: str, record: Any) -> None:
    record(workflow, "r2", review(1))
    query = {"left_workflow": workflow, "left": "r1", "right_workflow": workflow, "right": "r2"}
    found = admin.get("/api/v1/comparison", params=query)
    assert found.status_code == 200, found.text
    assert (found.json()["same_source"], found.json()["left"]["workflow_name"]) == (True, "reviewed")
    assert admin.get("/api/v1/comparison", params=query | {"right_workflow": "wf_none"}).status_code == 404
    path = f"/api/v1/workflows/{workflow}/revision-runs"
    assert set(admin.get(path, params={"left": 1, "right": 1}).json().values()) == {"r1", "r2"}
    assert admin.get(path, params={"left": 1, "right": 2}).json()["right"] == ""
