"""Approvals that wait, in Airflow's store: listed, answered once, and by those who may."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api_definitions import definition
from media_workflows.domain.result import SourceObject, now
from media_workflows.errors import ConflictError, NotPermittedError
from media_workflows.store.engine import transaction
from media_workflows.store.runs import record_source

SOURCE = SourceObject(bucket="in", key="in/a.mp4", etag="e", size_bytes=1)
ANSWER = "/api/v1/runs/r1/approvals/ask"


@pytest.fixture
def workflow(admin: Any) -> str:
    steps = [{"id": "ask", "approval": {"message": "Publish?"}}]
    data = {name: value for name, value in definition("asks").items() if name != "jobs"} | {"steps": steps}
    answer = admin.post("/api/v1/workflows", json=data)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.fixture
def asked(workflow: str, waiting_question: Any) -> Any:
    """Puts the question of run r1 into Airflow's store, for these users; its task and its row there."""

    def ask(*who: str, state: str = "awaiting_input") -> Any:
        found = waiting_question(workflow, *who, state=state)
        with transaction() as session:
            record_source(session, workflow, "r1", 1, SOURCE)
        return found

    return ask


def of_user(app: Any, role: str) -> TestClient:
    return TestClient(app, "http://airflow.example", headers={"x-user": role, "sec-fetch-site": "same-origin"})


def test_an_approval_is_answered_once(admin: Any, viewer: Any, workflow: str, asked: Any, metadata: Any) -> None:
    task, stored = asked()
    of_workflow = {"workflow": workflow}  # questions of other tests may wait, too
    listed = admin.get("/api/v1/approvals", params=of_workflow).json()
    assert listed["total"] == 1
    (waiting,) = listed["items"]
    assert (waiting["workflow_id"], waiting["workflow_name"], waiting["run_id"]) == (workflow, "asks", "r1")
    assert (waiting["step_id"], waiting["message"], waiting["on_timeout"]) == ("ask", "Publish?", "rejected")
    assert (waiting["source"]["key"], waiting["may_answer"]) == ("in/a.mp4", True)
    assert viewer.get("/api/v1/approvals", params=of_workflow).json()["items"][0]["may_answer"] is False
    assert admin.get("/api/v1/approvals", params=of_workflow | {"step": "ask"}).json() == listed
    assert admin.get("/api/v1/approvals", params=of_workflow | {"step": "budget-check"}).json()["total"] == 0
    refused = viewer.post(ANSWER, json={"answer": "approved"})
    assert (refused.status_code, refused.json()["code"]) == (403, NotPermittedError.code)

    answer = admin.post(ANSWER, json={"answer": "approved", "comment": "looks good"})
    assert answer.status_code == 200, answer.text
    metadata.expire_all()
    assert (stored.chosen_options, stored.params_input) == (["Approve"], {"comment": "looks good"})
    assert stored.responded_by == {"id": "admin", "name": "admin"}
    assert str(task.state) == "scheduled"
    metadata.commit()
    assert admin.get("/api/v1/approvals", params=of_workflow).json() == {"total": 0, "items": []}
    again = admin.post(ANSWER, json={"answer": "rejected"})
    assert (again.status_code, again.json()["message"]) == (
        409,
        "step 'ask' of run 'r1' was answered meanwhile: approved by admin",
    )
    assert _audited(metadata, workflow) == [
        ("answer_approval", "admin", "ok"),
        ("answer_approval", "admin", ConflictError.code),
    ]


def _audited(metadata: Any, workflow: str) -> list[tuple[str, str, str]]:
    import json

    from airflow.models.log import Log
    from sqlalchemy import select

    asked = select(Log).where(Log.event.contains("answer_approval"), Log.dag_id == workflow).order_by(Log.id)
    return [
        (row.event.removeprefix("media_workflows."), row.owner, json.loads(row.extra)["outcome"])
        for row in metadata.scalars(asked)
    ]


def test_only_those_whom_the_question_is_for_may_answer(app: Any, admin: Any, workflow: str, asked: Any) -> None:
    asked("op")
    assert admin.get("/api/v1/approvals", params={"workflow": workflow}).json()["items"][0]["may_answer"] is False
    refused = admin.post(ANSWER, json={"answer": "approved"})
    assert (refused.status_code, refused.json()["message"]) == (403, "only these users may answer this question: op")
    op = of_user(app, "op")
    assert (
        op.get("/api/v1/approvals", params={"workflow": workflow, "run": "r1"}).json()["items"][0]["may_answer"] is True
    )
    assert op.post(ANSWER, json={"answer": "rejected"}).status_code == 200


@pytest.mark.parametrize(
    ("step", "state", "status", "message"),
    [
        ("ask", "failed", 409, "step 'ask' of run 'r1' does not wait for an answer: its task is failed"),
        ("hd", "awaiting_input", 404, "run 'r1' has asked nothing in step 'hd'"),
    ],
)
def test_what_does_not_wait_cannot_be_answered(
    admin: Any, asked: Any, step: str, state: str, status: int, message: str
) -> None:
    asked(state=state)
    answer = admin.post(f"/api/v1/runs/r1/approvals/{step}", json={"answer": "approved"})
    assert answer.status_code == status
    assert message in answer.json()["message"]
    assert admin.get("/api/v1/approvals", params={"workflow": "wf_other"}).json()["total"] == 0


def test_an_approval_that_timed_out_meanwhile(admin: Any, asked: Any, metadata: Any) -> None:
    _, detail = asked()
    detail.responded_at, detail.chosen_options = now(), ["Reject"]
    metadata.commit()
    answer = admin.post(ANSWER, json={"answer": "approved"})
    assert answer.status_code == 409
    assert answer.json()["message"] == "step 'ask' of run 'r1' has timed out meanwhile: rejected"
