"""The approval's task: what it asks, whose answer counts, and what of it outlives a killed try."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException, TaskAwaitingInput

from definitions import definition
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject, now
from media_workflows.domain.run_review import question_decision
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.workflow import parse_workflow
from media_workflows.orchestration.action_operators import ApprovalStepOperator
from media_workflows.orchestration.dag_builder import build_dag
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.engine import transaction
from media_workflows.store.reviews import answer_review, run_decision
from media_workflows.store.runs import record_job

SOURCE = SourceObject(bucket="in", key="a.mp4", etag="e", size_bytes=1)
ASK: dict[str, Any] = {
    "id": "ask",
    "approval": {"message": "{{ var.value.secret }}?", "timeout_s": 60, "on_timeout": "approve", "who": ["7"]},
    "after": ["hd"],
    "when": "steps.hd.status == 'success'",
}


def operator(**change: Any) -> ApprovalStepOperator:
    """As the task of a workflow's DAG."""
    return after({"transcode": {"template": 100020}}, **change)


def after(job: dict[str, Any], **change: Any) -> ApprovalStepOperator:
    """After the step `hd` with this job."""
    data = definition(steps=[{"id": "hd", **job}, {**ASK, **change}])
    del data["jobs"]
    dag = build_dag("wf_1", 1, parse_workflow(data).model_dump_json())
    task = dag.get_task("ask")
    assert isinstance(task, ApprovalStepOperator)
    return task


class Store(dict[str, Any]):
    """Airflow's state store of the task."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value


def context(store: Store, max_tries: int = 3, hd: str = "success") -> Any:
    ti = SimpleNamespace(
        id="ti",
        map_index=-1,
        try_number=1,
        max_tries=max_tries,
        start_date=now(),
        xcom_pull=lambda task_ids: SOURCE.model_dump(mode="json"),
        get_task_states=lambda dag_id, run_ids: {"r1": {"hd": hd}},
    )
    run = SimpleNamespace(dag_id="wf_1", run_id="r1", conf={})
    return {"dag_run": run, "ti": ti, "task_instance": ti, "params": {}, "task_state_store": store}


@pytest.fixture
def asked(database: str, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What Airflow is to show."""
    questions: list[dict[str, Any]] = []
    module = "airflow.providers.standard.operators.hitl.upsert_hitl_detail"
    monkeypatch.setattr(module, lambda **question: questions.append(question))
    return questions


def answered(option: str, user: Any = None) -> dict[str, Any]:
    return {"chosen_options": [option], "params_input": {}, "responded_at": now(), "responded_by_user": user}


def stored_answer() -> tuple[Any, str]:
    with transaction() as session:
        result = actions_of_run(session, "wf_1", "r1")["ask"]
    return result.answer, result.by


def test_the_question_waits_with_source_and_outputs(asked: list[dict[str, Any]]) -> None:
    output = OutputRecord(bucket="out", key="a_hd.mp4", size_bytes=7, md5="m", etag="e")
    item = ItemResult(item={}, definition=100020, status="SUCCESS", outputs=(output,))
    hd = JobResult(kind="transcode", step_id="hd", begun_at=now(), finished_at=now(), source=None, items=(item,))
    with transaction() as session:
        record_job(session, "wf_1", "r1", hd)
    task = operator()
    task.render_template_fields({}, None)
    with pytest.raises(TaskAwaitingInput) as waiting:
        task.execute(context(Store()))
    assert waiting.value.timeout == timedelta(seconds=60)
    (question,) = asked
    assert question["subject"] == "{{ var.value.secret }}?"  # no template
    assert (question["options"], question["defaults"]) == (["Approve", "Reject"], ["Approve"])
    assert question["assigned_users"] == [{"id": "7", "name": "7"}]
    assert "`in/a.mp4` ([run](" in question["body"]
    assert "- hd: `out/a_hd.mp4`" in question["body"]


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        (answered("Approve", {"id": "7", "name": "ann"}), ("approved", "ann")),
        (answered("Reject", {"id": "7", "name": ""}), ("rejected", "7")),
        (answered("Reject"), ("rejected", "")),
    ],
)
def test_the_answer_is_stored_with_who_gave_it(
    asked: list[dict[str, Any]], event: dict[str, Any], answer: tuple[str, str]
) -> None:
    assert operator().execute_complete(context(Store()), event) == answer[0]
    assert stored_answer() == answer


def test_an_approval_after_a_review_decides_on_the_run(asked: list[dict[str, Any]]) -> None:
    """What was decided before it asked does not count."""
    check = SubTaskResult(type="porn.image", status="FAIL", code="c", message="no model")
    item = ItemResult(item={}, definition=0, status="SUCCESS", sub_tasks=(check,))
    at = {"begun_at": now(), "finished_at": now(), "source": None}
    with transaction() as session:
        record_job(session, "wf_1", "r1", JobResult(kind="content_review", step_id="hd", items=(item,), **at))
        answer_review(session, "wf_1", "r1", question_decision("gate", "approved", "bob"))
    task = after({"content_review": {"parameters": {"porn": {"image": {}}}}})
    with pytest.raises(TaskAwaitingInput):
        task.execute(context(Store()))
    task.execute_complete(context(Store()), answered("Reject", {"id": "7", "name": "ann"}))
    with transaction() as session:
        decision = run_decision(session, "wf_1", "r1")
    assert decision is not None
    assert (decision.verdict, decision.by, decision.answered) == ("block", "ann", "ask")


def test_a_try_that_dies_after_the_answer_asks_once_only(asked: list[dict[str, Any]]) -> None:
    store = Store()
    operator().execute_complete(context(store), answered("Approve", {"id": "7", "name": "ann"}))
    assert operator().execute(context(store)) == "approved"
    assert (asked, stored_answer()) == ([], ("approved", "ann"))
    with pytest.raises(TaskAwaitingInput):  # it was cleared: that is a new question
        operator().execute(context(store, max_tries=6))
    assert len(asked) == 1


def test_a_false_condition_asks_nobody(asked: list[dict[str, Any]]) -> None:
    with pytest.raises(AirflowSkipException, match="its condition is false"):
        operator().execute(context(Store(), hd="failed"))
    assert asked == []


def test_a_failure_fails_the_run_unless_it_goes_on(asked: list[dict[str, Any]]) -> None:
    unknown = {"when": "steps.hd.output.size_bytes > 1"}
    with pytest.raises(AirflowFailException, match=r"steps\.hd\.output\.size_bytes is unknown"):
        operator(**unknown).execute(context(Store()))
    assert operator(**unknown, on_failure="continue").execute(context(Store())) is None
    assert asked == []
