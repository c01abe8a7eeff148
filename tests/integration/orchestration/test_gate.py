"""The gate's decision by verdict and by a person's answer, and what that person is shown."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException
from sqlalchemy.exc import OperationalError

from media_workflows.domain.result import ItemResult, JobResult, SourceObject, now
from media_workflows.domain.step_key import NOT_MAPPED
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.content_review import Picture, ReviewOutput, ReviewSegment, Suggestion
from media_workflows.orchestration.gate import PUBLISH, QUARANTINE, GateOperator
from media_workflows.orchestration.gate_report import MAX_SHOWN, review_report
from media_workflows.store import outage, reviews
from media_workflows.store.engine import transaction
from media_workflows.store.reviews import run_decision
from media_workflows.store.runs import record_job, record_source

SOURCE = SourceObject(bucket="input", key="a.mp4", etag="e", size_bytes=1)


def check(suggestion: Suggestion, count: int = 1) -> SubTaskResult:
    segment = ReviewSegment(
        start_s=2,
        end_s=5,
        moment_s=3,
        confidence=80,
        suggestion=suggestion,
        label="prohibited",
        keywords=("词",),
        picture=Picture(bucket="out", key="a.jpg", url="https://s3/a.jpg"),
    )
    output = ReviewOutput(suggestion=suggestion, confidence=80, duration_s=9, segments=(segment,) * count)
    return SubTaskResult(type="prohibited.ocr", status="SUCCESS", output=output)


UNCHECKED = SubTaskResult(type="porn.image", status="FAIL", code="FailedOperation", message="not available: no model")


def gate() -> GateOperator:
    return GateOperator(task_id="gate", workflow_name="w")


def record_review(*checks: SubTaskResult, map_index: int = NOT_MAPPED) -> None:
    item = ItemResult(item={}, definition=0, status="SUCCESS", sub_tasks=checks)
    times: Any = {"begun_at": now(), "finished_at": now()}
    review = JobResult(kind="content_review", map_index=map_index, **times, source=None, items=(item,))
    with transaction() as session:
        record_source(session, "wf_1", "r1", 1, SOURCE)
        record_job(session, "wf_1", "r1", review)


def context(*checks: SubTaskResult, map_index: int = NOT_MAPPED) -> Any:
    """Of a gate in a run whose review found this."""
    if checks:
        record_review(*checks)
    ti = SimpleNamespace(xcom_pull=lambda task_ids: SOURCE.model_dump(mode="json"), map_index=map_index)
    return {"dag_run": SimpleNamespace(dag_id="wf_1", run_id="r1"), "ti": ti}


@pytest.mark.usefixtures("database")
def test_a_sure_verdict_needs_nobody() -> None:
    assert gate().execute(context(check("pass"))) == PUBLISH
    assert gate().execute(context(check("pass"), check("block"))) == QUARANTINE
    assert gate().execute(context(UNCHECKED, check("block"))) == QUARANTINE


@pytest.mark.usefixtures("database")
def test_each_gate_of_a_mapped_review_reads_its_own_verdict() -> None:
    record_review(check("pass"), map_index=0)
    record_review(check("block"), map_index=1)
    assert gate().execute(context(map_index=0)) == PUBLISH
    assert gate().execute(context(map_index=1)) == QUARANTINE
    for other in (2, NOT_MAPPED):
        with pytest.raises(AirflowFailException, match="the gate of a mapped review must be mapped with it"):
            gate().execute(context(map_index=other))


@pytest.mark.usefixtures("database")
def test_gates_of_one_review_read_its_verdict() -> None:
    assert gate().execute(context(check("block"), map_index=1)) == QUARANTINE


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("checks", [(check("review"),), (check("pass"), UNCHECKED)], ids=["review", "not checked"])
def test_an_unsure_one_waits(checks: tuple[SubTaskResult, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.providers.standard.operators.hitl import HITLOperator

    asked: list[str] = []

    def wait(operator: GateOperator, _context: Any) -> None:
        asked.append(str(operator.body))
        raise InterruptedError

    monkeypatch.setattr(HITLOperator, "execute", wait)
    with pytest.raises(InterruptedError):
        gate().execute(context(*checks))
    assert "Source: `input/a.mp4`" in asked[0]


@pytest.mark.usefixtures("database")
def test_without_a_review_nothing_is_published() -> None:
    with pytest.raises(AirflowFailException, match="left no result"):
        gate().execute(context())


@pytest.mark.usefixtures("database")
def test_in_a_hand_written_dag_it_reads_the_review_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no record of the run and no task `upload`; the source is given."""
    item = ItemResult(item={}, definition=0, status="SUCCESS", sub_tasks=(check("block"),))
    review = JobResult(
        kind="content_review", step_id="strict", begun_at=now(), finished_at=now(), source=None, items=(item,)
    )
    with transaction() as session:
        record_job(session, "my_dag", "r1", review)
    run: Any = {"dag_run": SimpleNamespace(dag_id="my_dag", run_id="r1"), "ti": SimpleNamespace(map_index=NOT_MAPPED)}
    named = GateOperator(task_id="gate", workflow_name="w", review_task_id="strict", source="s3://input/a.mp4")
    assert named.execute(run) == QUARANTINE
    assert named._source_place(run) == "input/a.mp4"
    with pytest.raises(AirflowFailException, match="run the task 'content_review' again"):
        gate().execute(run)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("answer", "decision", "verdict"), [("Approve", PUBLISH, "pass"), ("Reject", QUARANTINE, "block")]
)
def test_the_answer_decides(answer: str, decision: str, verdict: str) -> None:
    """Also on the run in the list of reviews."""
    asked = context(check("review"))
    event = {
        "chosen_options": [answer],
        "params_input": {},
        "responded_at": now(),
        "responded_by_user": {"id": "1", "name": "ann"},
    }
    assert gate().execute_complete(asked, event) == decision
    with transaction() as session:
        stored = run_decision(session, "wf_1", "r1")
    assert stored is not None
    assert (stored.verdict, stored.by, stored.answered) == (verdict, "ann", "gate")


@pytest.mark.usefixtures("database")
def test_the_answer_outlives_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A retry of the task would ask again."""
    failures, store = [OperationalError("", {}, Exception("away"))] * 2, reviews.answer_review

    def away(*arguments: Any) -> None:
        if failures:
            raise failures.pop()
        store(*arguments)

    monkeypatch.setattr(reviews, "answer_review", away)
    monkeypatch.setattr(outage, "_FIRST_PAUSE_S", 0.01)
    ann = {"id": "1", "name": "ann"}
    answer = {"chosen_options": ["Approve"], "params_input": {}, "responded_at": now(), "responded_by_user": ann}
    assert gate().execute_complete(context(check("review")), answer) == PUBLISH
    with transaction() as session:
        stored = run_decision(session, "wf_1", "r1")
    assert stored is not None
    assert (failures, stored.verdict, stored.by) == ([], "pass", "ann")


def test_the_report_names_places_and_what_was_not_checked() -> None:
    item = ItemResult(
        item={}, definition=0, status="SUCCESS", sub_tasks=(check("review", MAX_SHOWN + 2), check("pass"), UNCHECKED)
    )
    report = review_report(item, "input/a.mp4")
    assert "2.0 s to 5.0 s: prohibited, “词”, 80 % ([picture](https://s3/a.jpg))" in report
    assert "and 2 more" in report
    assert "**porn.image** was not checked: not available: no model" in report
    assert report.count("prohibited.ocr") == 1  # what passed is not shown
