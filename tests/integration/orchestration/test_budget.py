"""The budget's task: goes on, asks or refuses by what past runs used, and what its answer makes of the run."""

from __future__ import annotations

import json
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.exceptions import AirflowFailException
from sqlalchemy.exc import OperationalError

from event_schema import BODIES
from media_workflows.domain.candidates import UPLOAD_RUN
from media_workflows.domain.conditions.source import SourceProperties
from media_workflows.domain.costs.learned import PastStep, SourceWork
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import SourceObject, now
from media_workflows.domain.steps import BUDGET
from media_workflows.domain.usage import Usage
from media_workflows.domain.workflow import parse_workflow
from media_workflows.execution import budget as module
from media_workflows.notifications import outbox
from media_workflows.orchestration import budget as task
from media_workflows.orchestration.budget import WITHIN, BudgetOperator
from media_workflows.settings import get_settings
from media_workflows.store import outage
from media_workflows.store.budgets import month_use, reserve, this_month
from media_workflows.store.engine import transaction
from media_workflows.store.events import events_of_run
from media_workflows.store.runs import get_run, record_source

SOURCE = SourceObject(bucket="media-input", key="in/a.mp4", etag="e", size_bytes=1)
INFO = MediaInfo(container="mp4", duration_s=10, bitrate_bps=1, size_bytes=1)
PROPERTIES = SourceProperties(SOURCE.key, SOURCE.size_bytes, info=INFO)
EACH_S = 60  # processor seconds of each past run, for sources of one length


@pytest.fixture(autouse=True)
def past(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five past runs, and a source as theirs."""
    runs = [PastStep(SourceWork(10), EACH_S, 30, 1000)] * 5
    monkeypatch.setattr(module, "past_steps", lambda *_: {"transcode": runs})
    monkeypatch.setattr(module, "_source", lambda *_: PROPERTIES)
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


def events_of(run_id: str) -> list[dict[str, Any]]:
    """The budget's events of a run, in their order."""
    with transaction() as session:
        found = [one for one in events_of_run(session, "wf_1", run_id) if one.kind == "budget"]
    return [json.loads(one.body) for one in found]


def states(run_id: str) -> list[tuple[str, str]]:
    return [(one["WorkflowBudgetEvent"]["State"], one["WorkflowBudgetEvent"]["DecidedBy"]) for one in events_of(run_id)]


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


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow's own part of waiting ends the task."""

    def wait(*_: Any) -> None:
        raise InterruptedError

    monkeypatch.setattr(HITLOperator, "execute", wait)


@pytest.mark.usefixtures("waiting")
def test_question_and_answer_are_events() -> None:
    """A task that is tried again sends none twice, and one that is cleared after its answer asks again."""
    asking, ann = operator(per_run={"cpu_hours": 0.01}, who=["ann"], timeout_s=3600), {"id": "1", "name": "ann"}

    def ask() -> None:
        with pytest.raises(InterruptedError):
            asking.execute(context())

    ask()
    ask()
    (event,) = events_of("r1")
    BODIES.validate(event)
    asked = event["WorkflowBudgetEvent"]
    assert (asked["State"], asked["Who"], asked["Source"]["Key"]) == ("waiting", ["ann"], SOURCE.key)
    assert asked["Message"].startswith("this run would use about 0.01667 CPU hours")
    assert (
        3500 < (datetime.fromisoformat(asked["AnswerUntil"]) - now()).total_seconds() <= 3601
    )  # now() has whole seconds
    for _ in range(2):
        with pytest.raises(AirflowFailException):
            asking.execute_complete(context(), answered("Reject", ann))
    ask()
    asking.execute_complete(context(), answered("Approve", ann))
    assert states("r1") == [("waiting", ""), ("refused", "ann"), ("waiting", ""), ("approved", "ann")]


@pytest.mark.usefixtures("waiting")
def test_a_question_without_an_answer_is_an_event() -> None:
    asking = operator(per_run={"cpu_hours": 0.01})
    with pytest.raises(InterruptedError):
        asking.execute(context())
    with pytest.raises(AirflowFailException, match="not approved in time"):
        asking.execute_complete(context(), answered("Reject", None))
    assert states("r1") == [("waiting", ""), ("not_answered", "")]
    BODIES.validate(events_of("r1")[1])


def test_without_a_question_there_is_no_event() -> None:
    assert operator(per_run={"cpu_hours": 1}).execute(context("r1")) == WITHIN
    with pytest.raises(AirflowFailException):
        operator(per_run={"cpu_hours": 0.01}, when_over="refuse").execute(context("r2"))
    assert (events_of("r1"), events_of("r2")) == ([], [])


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


@pytest.mark.usefixtures("waiting")
def test_an_invalid_function_callback_stops_neither_question_nor_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_FUNCTION_CALLBACK", '{"type": "http", "url": "no url"}')
    get_settings.cache_clear()
    asking = operator(per_run={"cpu_hours": 0.01})
    with pytest.raises(InterruptedError):
        asking.execute(context())
    assert asking.execute_complete(context(), answered("Approve", {"id": "1", "name": "ann"})) == "approved"
    assert reserved_s() == EACH_S


class Outage:
    """The database is away for so many events, None = for good."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, events: int | None) -> None:
        self.events: int | None = events
        self._put: Any = vars(outbox)["put_event"]
        monkeypatch.setattr(outbox, "put_event", self.put_event)
        monkeypatch.setattr(outage, "_FIRST_PAUSE_S", 0.01)

    def put_event(self, *arguments: Any, **named: Any) -> Any:
        if self.events is None or self.events > 0:
            self.events = self.events and self.events - 1
            raise OperationalError("", {}, Exception("away"))
        return self._put(*arguments, **named)


def test_an_answer_outlives_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A retry of the task would ask again."""
    asking, ann = operator(per_run={"cpu_hours": 0.01}), {"id": "1", "name": "ann"}
    Outage(monkeypatch, 2)
    assert asking.execute_complete(context("r1"), answered("Approve", ann)) == "approved"
    Outage(monkeypatch, 2)
    with pytest.raises(AirflowFailException, match="ann has refused it"):
        asking.execute_complete(context("r2"), answered("Reject", ann))
    assert (states("r1"), states("r2")) == ([("approved", "ann")], [("refused", "ann")])
    assert (reserved_s(), error_of("r2")) == (EACH_S, "FailedOperation.BudgetExceeded")


def test_an_answer_in_a_long_outage_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is not kept without its event: Airflow tries the task again, which asks."""
    Outage(monkeypatch, None)
    monkeypatch.setattr(outage, "REPEATED_S", 0.05)
    asking = operator(per_run={"cpu_hours": 0.01})
    for option in ("Approve", "Reject"):
        with pytest.raises(OperationalError):
            asking.execute_complete(context(), answered(option, {"id": "1", "name": "ann"}))
    assert (error_of("r1"), reserved_s()) == ("", 0)


def test_branches_that_exclude_each_other_do_not_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [PastStep(SourceWork(10), EACH_S, 30, 1000)] * 5
    past = dict.fromkeys(("long", "short", "check", "long_check", "long_check_features"), runs)
    monkeypatch.setattr(module, "past_steps", lambda *_: past)
    is_long, is_short = "source.duration_s > 60.0", "source.duration_s <= 60.0 && !run.forced && !run.manual"
    steps = [
        {"id": "long", "transcode": {"template": 100010}, "when": is_long},
        {"id": "short", "transcode": {"template": 100020}, "when": is_short},
        {"id": "check", "quality_control": {"template": 10}},
        {"id": "long_check", "content_review": {"template": 10}, "when": is_long},
    ]
    defined = {"name": "w", "trigger": {"bucket": "media-input"}, "budget": {"per_run": {"cpu_hours": 1}}}
    workflow = parse_workflow({**defined, "steps": steps})
    asking = BudgetOperator(workflow=workflow, revision=1, task_id=BUDGET)
    assert asking.execute(context(f"{UPLOAD_RUN}1")) == WITHIN
    assert reserved_s() == 2 * EACH_S  # short and check
    asking.execute_complete(context(f"{UPLOAD_RUN}2"), answered("Approve", {"id": "1", "name": "ann"}))
    assert reserved_s() == 4 * EACH_S
    forced = context(f"{UPLOAD_RUN}3")
    forced["dag_run"].conf = {"force": True}
    assert asking.execute(forced) == WITHIN
    assert reserved_s() == 5 * EACH_S  # and check, as of one that was started by hand
    assert asking.execute(context("manual__4")) == WITHIN
    assert reserved_s() == 6 * EACH_S
