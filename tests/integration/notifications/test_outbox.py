"""Events in the outbox: written with the results, one delivery per target, in order."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from media_workflows.domain.action_result import ActionResult
from media_workflows.domain.backfill import BackfillRequest
from media_workflows.domain.notification import LambdaTarget
from media_workflows.domain.process import ProcessRequest
from media_workflows.domain.process_runs import PROCESS, process_run_id
from media_workflows.domain.progress import JobProgress, Phase
from media_workflows.domain.result import job_failure
from media_workflows.domain.run import Run
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import parse_workflow, resolved
from media_workflows.errors import DefinitionError
from media_workflows.notifications.outbox import sends_changes, store_change, store_finish
from media_workflows.settings import get_settings
from media_workflows.store import backfill_objects, backfills, function_callback, runs
from media_workflows.store.action_results import record_action
from media_workflows.store.backfill_objects import ListedPage, SelectedObject
from media_workflows.store.bucket_regions import store_region
from media_workflows.store.decisions import record_decision
from media_workflows.store.deliveries import Attempt, claim_deliveries, record_attempt
from media_workflows.store.delivery_log import (
    Delivery,
    DeliveryFilter,
    attempts_of,
    forget_old_events,
    list_deliveries,
)
from media_workflows.store.engine import transaction
from media_workflows.store.events import events_of_run, lock_event_order
from media_workflows.store.processes import add_process
from media_workflows.store.progress import record_progress
from media_workflows.store.tables import utcnow
from outbox import BEGUN, SOURCE, finish, job_result, run_of
from schedules import RULES, imported
from vendor_walker_events import problems_of_event

pytestmark = pytest.mark.usefixtures("database")

QUEUE = {"type": "sqs", "queue_name": "events"}
FUNCTION = LambdaTarget(type="lambda", function_name="events")


def deliveries(**which: Any) -> list[Delivery]:
    with transaction() as session:
        return list_deliveries(session, DeliveryFilter(**which)).items


def bodies(run_id: str = "r1") -> list[dict[str, Any]]:
    with transaction() as session:
        found = [json.loads(event.body) for event in events_of_run(session, "wf_1", run_id)]
    assert [problem for body in found for problem in problems_of_event(body)] == []
    return found


def test_without_a_target_the_event_is_stored_and_goes_nowhere() -> None:
    event = finish(run_of(None))
    assert json.loads(event.body)["WorkflowTaskEvent"]["Status"] == "FINISH"
    assert deliveries() == []


def test_the_event_of_a_backfills_run_names_the_backfill() -> None:
    with transaction() as session:
        made = backfills.create_backfill(session, BackfillRequest(workflow="wf_1"), "bucket", "ada")
        page = ListedPage(after="", upto=None, listed=1, selected=[SelectedObject("a.mp4", "e", 1)])
        backfill_objects.add_page(session, made.id, page)
        backfill_objects.mark_started(session, backfills.locked_row(session, made.id), "a.mp4", "r1", utcnow())
    of_backfill, other = finish(run_of(None)), finish(run_of(None, "r2"))
    ours, others = (json.loads(event.body)["MediaWorkflows"] for event in (of_backfill, other))
    assert (ours["BackfillId"], "BackfillId" in others) == (made.id, False)


def test_the_event_of_a_requests_run_names_the_request() -> None:
    """And not the backfill that queues its objects, which no API shows."""
    jobs = {"transcode": [{"template": 100010}]}
    request = ProcessRequest(bucket="media-input", keys=("in/a.mp4",), jobs=jobs)
    with transaction() as session:
        add_process(session, request, "order-7", request.definition(), [SelectedObject("in/a.mp4", "e", 1)], "ada")
    run_id = process_run_id("order-7", "in/a.mp4", request.priority)
    ours = json.loads(finish(run_of(None, run_id, PROCESS)).body)
    assert (ours["MediaWorkflows"]["RequestId"], "BackfillId" in ours["MediaWorkflows"]) == ("order-7", False)
    assert problems_of_event(ours) == []


def test_the_same_results_give_the_same_event_and_one_delivery() -> None:
    first, second = finish(run_of(QUEUE)), finish(run_of(QUEUE))
    assert first.id == second.id
    (delivery,) = deliveries()
    assert (delivery.state, delivery.address, delivery.attempts, delivery.role) == (
        "pending",
        "sqs:events",
        0,
        "workflow",
    )


def test_other_results_give_another_event() -> None:
    first, second = finish(run_of(QUEUE)), finish(run_of(QUEUE), job_result(key="out/b.mp4"))
    assert first.id != second.id
    assert len(deliveries()) == 2


def test_a_job_without_a_result_is_reported_by_the_notify_task() -> None:
    run = run_of(QUEUE)
    items = dict(run.workflow.jobs.by_kind())["transcode"]
    event = store_finish(run, [job_failure("transcode", items, "FailedOperation", "killed")])
    again = store_finish(run, [job_failure("transcode", items, "FailedOperation", "killed")])
    assert event.id == again.id
    (result,) = json.loads(event.body)["WorkflowTaskEvent"]["MediaProcessResultSet"]
    assert (result["TranscodeTask"]["Status"], result["TranscodeTask"]["Message"]) == ("FAIL", "killed")


def test_the_function_gets_the_events_of_all_workflows() -> None:
    with transaction() as session:
        function_callback.put_function_callback(session, FUNCTION, "ann")
    finish(run_of(QUEUE))
    finish(run_of(None, workflow_id="wf_2"))
    assert [(d.workflow_id, d.role) for d in deliveries()] == [
        ("wf_2", "function"),
        ("wf_1", "function"),
        ("wf_1", "workflow"),
    ]


def test_a_stored_choice_wins_over_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_FUNCTION_CALLBACK", '{"type": "lambda", "function_name": "of-settings"}')
    get_settings.cache_clear()
    finish(run_of(None))
    with transaction() as session:
        function_callback.put_function_callback(session, None, "ann")
    finish(run_of(None, run_id="r2"))
    assert [d.address for d in deliveries()] == ["lambda:of-settings"]


def test_a_wrong_function_in_the_settings_stops_no_job_and_is_reported_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_FUNCTION_CALLBACK", '{"type": "fax"}')
    get_settings.cache_clear()
    with transaction() as session:
        assert not sends_changes(session, run_of(QUEUE).workflow)
    with pytest.raises(DefinitionError, match="fax"):
        finish(run_of(QUEUE))


CHANGE = QUEUE | {"mode": "change"}


def _change(run: Any, begins: str = "") -> None:
    """Some step of the run has begun or ended; `begins` is the kind of a job that begins in the same transaction."""
    with transaction() as session:
        lock_event_order(session, run.workflow_id)
        if begins:
            _note_progress(session, run, begins, "fetching", 0)
        store_change(session, run)


def _note_progress(session: Session, run: Any, kind: str, phase: Phase, percent: float) -> None:
    progress = JobProgress(kind=kind, try_number=1, begun_at=BEGUN, phase=phase, percent=percent, updated_at=utcnow())
    record_progress(session, run.workflow_id, run.run_id, progress)


def test_changes_say_how_far_each_job_is() -> None:
    run = run_of(CHANGE, jobs={"transcode": [{"template": 100010}], "sample_snapshot": [{"template": 10}]})
    with transaction() as session:
        runs.record_source(session, "wf_1", "r1", 1, SOURCE)
    _change(run, begins="transcode")
    with transaction() as session:
        _note_progress(session, run, "transcode", "encoding", 40)
    _change(run, begins="sample_snapshot")
    with transaction() as session:
        runs.record_job(session, "wf_1", "r1", job_result())
    _change(run)
    told = [
        [
            task and (task["Status"], task.get("Progress"), task.get("BeginProcessTime"))
            for result in body["WorkflowTaskEvent"]["MediaProcessResultSet"]
            for task in (result["TranscodeTask"] or result["SampleSnapshotTask"],)
        ]
        for body in bodies()
    ]
    begun, never = "2026-01-02T03:04:05Z", "0000-00-00T00:00:00Z"
    assert told == [
        [("PROCESSING", 0, None), ("PROCESSING", None, never)],
        [("PROCESSING", 40, None), ("PROCESSING", None, begun)],
        [("SUCCESS", 100, None), ("PROCESSING", None, begun)],
    ]
    assert {body["WorkflowTaskEvent"]["Status"] for body in bodies()} == {"PROCESSING"}
    assert {d.kind for d in deliveries()} == {"change"}


def test_a_beginning_that_shows_nothing_new_is_an_event_of_its_own() -> None:
    """The vendor's transcode task has no times: at 0 % it looks like one that waits."""
    run = run_of(CHANGE, jobs={"transcode": [{"template": 100010}], "sample_snapshot": [{"template": 10}]})
    _change(run, begins="sample_snapshot")
    _change(run, begins="transcode")
    first, second = (body["WorkflowTaskEvent"]["MediaProcessResultSet"] for body in bodies())
    assert first == second


def test_a_target_of_finish_events_alone_gets_no_change_events() -> None:
    with transaction() as session:
        assert not sends_changes(session, run_of(QUEUE).workflow)
        assert sends_changes(session, run_of(CHANGE).workflow)
        function_callback.put_function_callback(session, FUNCTION, "ann")
    _change(run_of(CHANGE), begins="transcode")
    assert [d.role for d in deliveries()] == ["workflow"]


def _claim() -> list[int]:
    with transaction() as session:
        claimed = claim_deliveries(session, 10, 10, timedelta(minutes=1))
        return [delivery.id for delivery in claimed]


def _end(delivery_id: int, error: str = "") -> None:
    with transaction() as session:
        record_attempt(session, delivery_id, Attempt(begun_at=utcnow(), latency_s=0.1, error=error), None)


def test_ordered_deliveries_go_one_after_the_other_and_others_do_not_wait() -> None:
    for number in range(3):
        _change(run_of(CHANGE, run_id=f"r{number}"), begins="transcode")
    finish(run_of(CHANGE, run_id="r0"))
    finish(run_of(QUEUE, workflow_id="wf_2"))
    first, second, third, last, other = sorted(delivery.id for delivery in deliveries())
    assert set(_claim()) == {first, other}
    assert _claim() == []
    _end(first)
    assert _claim() == [second]
    _end(second, error="given up: the next one goes on")
    assert _claim() == [third]
    _end(third)
    assert _claim() == [last]


def test_a_delivery_goes_to_one_sender_alone() -> None:
    for number in range(40):
        finish(run_of(QUEUE, run_id=f"r{number}", workflow_id=f"wf_{number}"))
    claimed: list[int] = []
    deadline = time.monotonic() + 120

    def claim() -> None:
        while len(claimed) < 40 and time.monotonic() < deadline:  # what another one looks at is passed over
            with transaction() as session:
                claimed.extend(d.id for d in claim_deliveries(session, 3, 100, timedelta(minutes=1)))

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 40


def test_a_receiver_gets_only_its_share_at_once() -> None:
    for number in range(5):
        finish(run_of(QUEUE, run_id=f"r{number}"))
        finish(run_of({"type": "sqs", "queue_name": "other"}, run_id=f"r{number}", workflow_id="wf_2"))
    with transaction() as session:
        claimed = claim_deliveries(session, 100, 2, timedelta(minutes=1))
    assert sorted(delivery.target.address for delivery in claimed) == ["sqs:events"] * 2 + ["sqs:other"] * 2
    assert _claim() != []  # with a larger share, the rest goes


def test_what_a_dead_sender_held_is_free_after_its_lease() -> None:
    finish(run_of(QUEUE))
    with transaction() as session:
        assert len(claim_deliveries(session, 10, 10, timedelta(seconds=-1))) == 1
    assert len(_claim()) == 1


def test_attempts_are_kept_whatever_a_receiver_answers() -> None:
    """PostgreSQL keeps no NUL, and what a receiver answers is not ours to choose."""
    event = finish(run_of(QUEUE))
    (delivery_id,) = _claim()
    attempt = Attempt(begun_at=utcnow(), latency_s=0.5, status=500, answer="a\0b", error="refused\0")
    with transaction() as session:
        record_attempt(session, delivery_id, attempt, utcnow())
    _claim()
    _end(delivery_id)
    with transaction() as session:
        first, second = attempts_of(session, event.id)[delivery_id]
    assert (first.number, first.status, first.answer, first.error) == (
        1,
        500,
        "a\N{REPLACEMENT CHARACTER}b",
        "refused\N{REPLACEMENT CHARACTER}",
    )
    assert (second.number, second.error) == (2, "")
    (delivery,) = deliveries(state="delivered")
    assert (delivery.attempts, delivery.last) == (2, second)


def test_old_events_go_unless_they_are_still_due() -> None:
    finish(run_of(QUEUE))
    finish(run_of(None, run_id="r2"))
    with transaction() as session:
        assert forget_old_events(session, utcnow() - timedelta(hours=1)) == 0
        assert forget_old_events(session, utcnow() + timedelta(hours=1)) == 1
    assert len(bodies("r1")) == 1
    (delivery_id,) = _claim()
    _end(delivery_id)
    with transaction() as session:
        assert forget_old_events(session, utcnow() + timedelta(hours=1)) == 1
    assert deliveries() == []


def test_events_have_the_region_that_was_found() -> None:
    """As the definition names it, else as the last check of its buckets found it."""
    named = run_of(None, run_id="r2")
    trigger = named.workflow.trigger.model_copy(update={"region": "eu-west-3"})
    regions = []
    for run in (run_of(None), replace(named, workflow=named.workflow.model_copy(update={"trigger": trigger}))):
        with transaction() as session:
            runs.record_source(session, "wf_1", run.run_id, 1, SOURCE)
            store_region(session, {run.workflow.trigger.bucket}, "cn-north-1")
        finish(run)
        (body,) = bodies(run.run_id)
        task = body["WorkflowTaskEvent"]
        output = task["MediaProcessResultSet"][0]["TranscodeTask"]["Output"]["OutputStorage"]
        regions.append((task["InputInfo"]["S3InputInfo"]["S3Region"], output["S3OutputStorage"]["S3Region"]))
    assert regions == [("cn-north-1", "cn-north-1"), ("eu-west-3", "eu-west-3")]


def test_a_run_of_a_graph_is_reported_as_a_schedule_task() -> None:
    graph = Run("wf_1", "r1", 1, imported(RULES))
    with transaction() as session:
        for step_id, skipped in (("adaptive_5", "condition"), ("trans_6", None), ("trans_8", "condition")):
            decision = StepDecision(step_id=step_id, skipped=skipped, decided_at=BEGUN)
            record_decision(session, StepKey("wf_1", "r1", step_id), decision)
    made = [job_result().model_copy(update={"step_id": id_}) for id_ in ("trans_6", "trans_1")]
    body = json.loads(finish(graph, *made).body)
    assert body["EventType"] == "ScheduleTask"
    results = body["ScheduleTaskEvent"]["ActivityResultSet"]
    assert [one["ActivityType"] for one in results] == ["Transcode", "ExecRule", "Transcode"]
    assert results[1]["ActivityResItem"]["ExecRuleTask"]["Output"] == {"RearDriveIndex": [6]}
    with transaction() as session:
        store_change(session, graph)
    waiting = bodies()[-1]["ScheduleTaskEvent"]
    assert problems_of_event(body) == []
    assert waiting["Status"] == "PROCESSING"
    assert [one["ActivityType"] for one in waiting["ActivityResultSet"]] == [
        *("Transcode", "AiQualityControl", "SampleSnapshot", "ExecRule", "Transcode")
    ]


@pytest.mark.parametrize(
    ("on_failure", "message"), [("fail", "InternalError: step 'cdn': the bucket is away"), ("continue", "")]
)
def test_a_failed_step_without_media_is_the_error_of_the_run(on_failure: str, message: str) -> None:
    cdn = {"id": "cdn", "copy": {"of": ["hd"], "bucket": "media-cdn"}, "on_failure": on_failure}
    steps = [{"id": "hd", "transcode": {"template": 100010}}, cdn]
    parts = {"name": "w", "trigger": {"bucket": "media-input"}, "notification": {"event": "workflow_task", **QUEUE}}
    graph = Run("wf_1", "r1", 1, resolved(parse_workflow(parts | {"steps": steps}), PRESET_LIBRARY))
    failed = ActionResult(
        step_id="cdn", kind="copy", status="FAIL", code="InternalError", message="the bucket is away",
        begun_at=BEGUN, finished_at=BEGUN,
    )  # fmt: skip
    with transaction() as session:
        record_action(session, StepKey("wf_1", "r1", "cdn"), failed)
    body = json.loads(finish(graph, job_result().model_copy(update={"step_id": "hd"})).body)
    assert body["WorkflowTaskEvent"]["Message"] == message
    assert bool(body["WorkflowTaskEvent"]["ErrCode"]) is bool(message)
