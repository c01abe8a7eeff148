"""The budget's task: goes on, asks or refuses by what past runs used, and what its answer makes of the run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.exceptions import AirflowFailException

from media_workflows.domain.costs.learned import PastStep, SourceWork
from media_workflows.domain.result import SourceObject, now
from media_workflows.domain.steps import BUDGET
from media_workflows.domain.usage import Usage
from media_workflows.domain.workflow import parse_workflow
from media_workflows.execution import budget as module
from media_workflows.orchestration import budget as task
from media_workflows.orchestration.budget import WITHIN, BudgetOperator
from media_workflows.store.budgets import month_use, reserve, this_month
from media_workflows.store.engine import transaction
from media_workflows.store.runs import get_run, record_source

SOURCE = SourceObject(bucket="media-input", key="in/a.mp4", etag="e", size_bytes=1)
EACH_S = 60  # processor seconds of each past run, for sources of one length


@pytest.fixture(autouse=True)
def past(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five past runs, and a source as theirs."""
    runs = [PastStep(SourceWork(10), EACH_S, 30, 1000)] * 5
    monkeypatch.setattr(module, "past_steps", lambda *_: {"transcode": runs})
    monkeypatch.setattr(module, "_source", lambda *_: SourceWork(10))
    monkeypatch.setattr(task, "task_clients", lambda: None)


def operator(**budget: Any) -> BudgetOperator:
    definition = {"name": "w", "trigger": {"bucket": "media-input"}, "budget": budget}
    workflow = parse_workflow({**definition, "jobs": {"transcode": [{"template": 100010}]}})
    return BudgetOperator(workflow=workflow, revision=1, task_id=BUDGET)


def context(run_id: str = "r1") -> Any:
    with transaction() as session:
        record_source(session, "wf_1", run_id, 1, SOURCE)
    ti = SimpleNamespace(xcom_pull=lambda task_ids: SOURCE.model_dump(mode="json"), start_date=now(), try_number=1)
    return {"dag_run": SimpleNamespace(dag_id="wf_1", run_id=run_id, conf={}), "ti": ti, "params": {}}


def answered(option: str, user: Any) -> dict[str, Any]:
    return {"chosen_options": [option], "params_input": {}, "responded_at": now(), "responded_by_user": user}


def error_of(run_id: str) -> str:
    with transaction() as session:
        record = get_run(session, "wf_1", run_id)
    assert record is not None
    return record.error["code"] if record.error else ""


def reserved_s() -> float:
    with transaction() as session:
        return month_use(session, "wf_1", this_month()).cpu_s


def test_a_run_within_the_budget_goes_on_and_counts() -> None:
    limit = {"per_month": {"cpu_hours": 2.5 * EACH_S / 3600}}
    assert operator(**limit).execute(context("r1")) == WITHIN
    assert operator(**limit).execute(context("r2")) == WITHIN
    assert operator(**limit).execute(context("r2")) == WITHIN  # a retry does not count twice
    assert reserved_s() == 2 * EACH_S
    with pytest.raises(AirflowFailException, match="this month"):
        operator(**limit, when_over="refuse").execute(context("r3"))
    assert (error_of("r2"), error_of("r3")) == ("", "FailedOperation.BudgetExceeded")
    assert reserved_s() == 2 * EACH_S


def test_a_run_over_it_waits_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def wait(asking: BudgetOperator, _context: Any) -> None:
        asked.append(asking.subject)
        raise InterruptedError

    monkeypatch.setattr(HITLOperator, "execute", wait)
    with pytest.raises(InterruptedError):
        operator(per_run={"cpu_hours": 0.01}, who=["ann"]).execute(context())
    assert asked == [
        "Run over the budget? this run would use about 0.01667 CPU hours, and the budget of one run is 0.01: "
        "raise budget.per_run, or make fewer outputs"
    ]
    assert (error_of("r1"), reserved_s()) == ("", 0)


def test_the_answer_decides() -> None:
    asking = operator(per_run={"cpu_hours": 0.01})
    with pytest.raises(AirflowFailException, match="ann has refused it"):
        asking.execute_complete(context(), answered("Reject", {"id": "1", "name": "ann"}))
    assert error_of("r1") == "FailedOperation.BudgetExceeded"
    assert asking.execute_complete(context(), answered("Approve", {"id": "1", "name": "ann"})) == "approved"
    assert error_of("r1") == ""
    with pytest.raises(AirflowFailException, match="was not approved in time"):
        asking.execute_complete(context(), answered("Reject", None))


def test_what_is_approved_counts_too() -> None:
    asking, asked = operator(per_run={"cpu_hours": 0.01}), context()
    asking.execute_complete(asked, answered("Approve", {"id": "1", "name": "ann"}))
    assert reserved_s() == EACH_S
    with transaction() as session:
        reserve(session, "wf_1", "r1", Usage(cpu_s=1))
    assert reserved_s() == 1
