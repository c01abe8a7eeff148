"""Metrics agree with the database to the unit; the probe's answer; dashboard and alert rules name existing metrics."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api_definitions import BUCKET
from media_workflows.domain.progress import JobProgress
from media_workflows.domain.result import ItemResult, JobResult, RanCommand, SourceObject
from media_workflows.domain.usage import Usage
from media_workflows.errors import StorageAccessError
from media_workflows.services.metrics import METRICS, PREFIX
from media_workflows.settings import get_settings
from media_workflows.store import progress, runs
from media_workflows.store.detection import record_failure, record_success
from media_workflows.store.engine import transaction
from media_workflows.store.metrics import detection_sources, failing_in_use
from media_workflows.store.tables import DeliveryRow, EventRow, RunRow, UploadDecisionRow, WorkflowRow, utcnow

HOUR = timedelta(hours=1)
# Another process of the api-server: what it answers to an administrator, for each line that it reads.
OTHER_PROCESS = """
import sys
answers, sys.stdout = sys.stdout, sys.stderr  # Airflow may write, too
from media_workflows.services.metrics import metrics_text
from media_workflows.store.engine import transaction
from media_workflows.store.tables import WorkflowRow
for _ in sys.stdin:
    with transaction() as session:
        ids = [row.id for row in session.query(WorkflowRow)]
        print(metrics_text(session, ids).decode(), file=answers, end="# EOF\\n", flush=True)
"""


def scraped(client: Any) -> dict[str, dict[tuple[str, ...], float]]:
    """Values by name and label values."""
    answer = client.get("/api/v1/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    return values_of(answer.text)


def values_of(text: str) -> dict[str, dict[tuple[str, ...], float]]:
    """Of an exposition, which has gauges only."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    labels = {metric.name: metric.labels for metric in METRICS}
    for family in text_string_to_metric_families(text):
        name = family.name.removeprefix(PREFIX)
        assert family.type == "gauge"
        found[name] = {tuple(one.labels[label] for label in labels[name]): one.value for one in family.samples}
    return found


def decide(session: Any, workflow: str, outcome: str, rule: str, key: str, at: datetime) -> None:
    values = {"bucket": "b", "key": key, "identity": "i", "source": "queue"}
    session.add(UploadDecisionRow(**values, workflow_id=workflow, outcome=outcome, rule=rule, decided_at=at))


def deliver(session: Any, workflow: str, id_: str, state: str = "pending", age: timedelta = HOUR, **parts: Any) -> None:
    at = utcnow() - age
    session.add(EventRow(id=id_, workflow_id=workflow, run_id="r", body="{}"))
    session.flush()
    values = {"role": "workflow", "target": {}, "receiver": "", "ordered": False, "give_up_at": at, "due_at": at}
    session.add(DeliveryRow(event_id=id_, workflow_id=workflow, state=state, created_at=at, **values | parts))


@pytest.mark.full
def test_each_process_of_the_api_server_answers_the_same(admin: Any, create: Any, add_run: Any) -> None:
    """One that has answered before shows what another one has changed since; only ages differ."""
    command = [sys.executable, "-c", OTHER_PROCESS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        for number, state in enumerate(("success", "failed")):
            workflow = create(f"one{number}")
            assert admin.post(f"/api/v1/workflows/{workflow}/enable").status_code == 200
            add_run(workflow, "ended", state, 1)
            add_run(workflow, "queued", "queued")
            with transaction() as session:
                decide(session, workflow, "fired", "matched", f"a{number}", utcnow())
                deliver(session, workflow, f"e{number}", "dead")
            here, there = scraped(admin), values_of(asked(other))
            assert len(here["runs"]) == len(here["deliveries"]) == number + 1
            assert without_ages(there) == without_ages(here)


def asked(process: subprocess.Popen[str]) -> str:
    """What it answers to one line."""
    assert process.stdin
    assert process.stdout
    process.stdin.write("scrape\n")
    process.stdin.flush()
    lines: list[str] = []
    while (line := process.stdout.readline()) != "# EOF\n":
        assert line, "it has ended"
        lines.append(line)
    return "".join(lines)


def without_ages(found: dict[str, dict[tuple[str, ...], float]]) -> dict[str, dict[tuple[str, ...], float]]:
    return {name: values for name, values in found.items() if not name.endswith("age_seconds")}


def test_an_empty_installation_has_every_metric(admin: Any) -> None:
    found = scraped(admin)
    assert list(found) == [metric.name for metric in METRICS]
    assert (found["detection_up"], found["outbox_age_seconds"]) == ({(): 1}, {(): 0})
    assert found["component_up"][("scheduler",)] == 0
    assert admin.get("/api/v1/health").json() == {
        **{"status": "ok", "detection": "off", "last_decision_age_s": None, "outbox_age_s": 0}
    }


def test_metrics_are_those_of_the_database(admin: Any, create: Any, add_run: Any) -> None:
    one, two = create("one"), create("two中")
    now = utcnow()
    modified = now.replace(microsecond=0) - timedelta(seconds=7)
    with transaction() as session:
        session.get_one(WorkflowRow, one).enabled = True
        for number in range(3):
            decide(session, one, "fired", "fired", f"a{number}", now)
        decide(session, one, "refused", "format", "b", now - 23 * HOUR)
        decide(session, one, "refused", "format", "c", now - 25 * HOUR)  # too long ago
        decide(session, "", "refused", "no_workflow", "d", now)
        source = SourceObject(bucket="in", key="a.mp4", etag="e", size_bytes=10, last_modified=modified)
        runs.record_source(session, one, "upload__1", 1, source)
        encoding = JobProgress(
            kind="transcode", step_id="hd", try_number=1, phase="encoding", percent=1, speed=2.5, updated_at=now
        )
        runs.record_source(session, two, "c", 1, source)
        progress.record_progress(session, two, "c", encoding)
        for id_, state in (("e1", "dead"), ("e2", "dead"), ("e3", "delivered")):
            deliver(session, one, id_, state)
        deliver(session, one, "e4", "delivered", 30 * HOUR)  # too long ago
        record_success(session, "listing", [f"{BUCKET}/"])
    add_run(one, "upload__1", "success", 1)
    add_run(one, "b", "failed", 2)
    add_run(one, "old", "failed", 30)
    add_run(two, "c", "running")
    add_run(two, "d", "queued")
    found = scraped(admin)
    assert found["workflow_enabled"] == {(one, "one"): 1, (two, "two中"): 0}
    assert found["uploads_decided_1d"] == {
        (one, "fired", "fired"): 3, (one, "refused", "format"): 1, ("", "refused", "no_workflow"): 1
    }  # fmt: skip
    assert found["runs"] == {(two, "running"): 1, (two, "queued"): 1}
    assert found["runs_ended_1d"] == {(one, "success"): 1, (one, "failed"): 1}
    assert found["source_bytes_1d"] == {(one,): 10}
    assert found["deliveries"] == {(one, "dead"): 2, (one, "delivered"): 1}
    assert (found["running_steps"], found["encode_speed_ratio"]) == (
        {("transcode", "encoding"): 1},
        {("transcode",): 2.5},
    )
    assert set(found["upload_start_latency_seconds"]) == {("0.5",), ("0.95",)}
    assert 7 <= found["upload_start_latency_seconds"][("0.5",)] < 60
    assert set(found["detection_source_age_seconds"]) == {("listing", f"{BUCKET}/")}
    assert found["detection_up"] == {(): 1}


def ended_result(*items: ItemResult) -> JobResult:
    at = utcnow().replace(microsecond=0)
    commands = tuple(RanCommand(command="ffmpeg", took_s=took_s, exit_code=0, output="") for took_s in (1.5, 2.0))
    return JobResult(
        kind="transcode",
        begun_at=at,
        finished_at=at + timedelta(seconds=5),
        source=None,
        items=items,
        commands=commands,
    )


def test_what_ended_runs_made_and_used(admin: Any, create: Any, add_run: Any) -> None:
    workflow = create("worked")
    made = ItemResult(item={}, definition=1, status="SUCCESS")
    reused, failed = made.model_copy(update={"reused": "r"}), made.model_copy(update={"status": "FAIL"})
    with transaction() as session:
        source = SourceObject(bucket="in", key="a.mp4", etag="e", size_bytes=10)
        for run in ("a", "b"):
            runs.record_source(session, workflow, run, 1, source)
        runs.record_job(session, workflow, "a", ended_result(made, made, reused, failed))
        runs.record_job(session, workflow, "b", ended_result(reused))
    add_run(workflow, "a", "failed", 1)
    add_run(workflow, "b", "success", 1)
    found = scraped(admin)
    assert found["items_ended_1d"] == {(workflow, "made"): 2, (workflow, "reused"): 2, (workflow, "failed"): 1}
    assert found["ffmpeg_seconds_1d"] == {(workflow,): 7}
    assert found["worker_seconds_1d"] == {(workflow,): 10}


def test_steps_that_ended_and_tasks_that_wait(admin: Any, create: Any, waiting_question: Any) -> None:
    workflow = create("queues")
    waiting_question(workflow, state="queued")
    found = scraped(admin)
    assert found["tasks"] == {("default_pool", "default", "queued"): 1}
    assert found["steps_ended_1d"] == {}
    with transaction() as session:
        row = session.get_one(RunRow, (workflow, "r1"))
        state, skipped = (
            {"state": one, "try_number": 1, "started_at": None, "ended_at": None} for one in ("success", "skipped")
        )
        row.tasks, row.ended_at = {"upload": state, "hd": state, "sd": skipped}, utcnow()
    assert scraped(admin)["steps_ended_1d"] == {(workflow, "success"): 2, (workflow, "skipped"): 1}


def test_decisions_and_how_late_they_were(admin: Any, create: Any) -> None:
    one, two, now = create("one"), create("two"), utcnow()
    source = SourceObject(bucket="b", key="a", etag="e", size_bytes=1, last_modified=now - timedelta(seconds=30))
    with transaction() as session:
        decide(session, one, "fired", "matched", "a", now)
        decide(session, two, "refused", "format", "a", now)
        decide(session, "", "refused", "no_workflow", "b", now)
        runs.record_source(session, one, "upload__1", 1, source)
        session.flush()
        session.query(UploadDecisionRow).filter_by(workflow_id=one).update({"run_id": "upload__1"})
    found = scraped(admin)
    assert found["uploads_seen_1d"] == {(): 2}
    assert found["upload_decision_latency_seconds"] == {("0.5",): pytest.approx(30), ("0.95",): pytest.approx(30)}


def test_the_oldest_deliveries(admin: Any, create: Any) -> None:
    workflow = create("delivers")
    with transaction() as session:
        deliver(session, workflow, "e1", "dead", timedelta(hours=3))
        deliver(session, workflow, "e2", "dead")
        deliver(session, workflow, "e3", "delivered", timedelta(hours=4))
    assert scraped(admin)["oldest_delivery_age_seconds"] == {("pending",): 0, ("dead",): pytest.approx(10800, abs=60)}


def test_budgets_of_the_month(admin: Any, create: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_PRICE_PER_CPU_HOUR", "2")
    get_settings.cache_clear()
    both = create("both", budget={"per_month": {"cpu_hours": 5, "amount": 8}})
    create("each-run", budget={"per_run": {"cpu_hours": 1}})
    create("none")
    with transaction() as session:
        runs.record_source(session, both, "r1", 1, None)
        row = session.get_one(RunRow, (both, "r1"))
        row.ended_at, row.cpu_s = utcnow(), 5400
        runs.record_source(session, both, "r2", 1, None)
        session.get_one(RunRow, (both, "r2")).reserved = Usage(cpu_s=1800).model_dump(mode="json")
    found = scraped(admin)
    get_settings.cache_clear()
    assert found["budget_limit"] == {(both, "cpu_hours"): 5, (both, "amount"): 8}
    assert found["budget_used"] == {(both, "cpu_hours"): 2, (both, "amount"): 4}


def test_only_what_the_user_may_see(admin: Any, create: Any, add_run: Any, app: Any) -> None:
    from media_workflows_plugin.api.access import readable_workflows

    mine, other = create("mine"), create("other")
    for workflow in (mine, other):
        add_run(workflow, "a", "failed", 1)
    app.dependency_overrides[readable_workflows] = lambda: {mine}
    try:
        found = scraped(admin)
    finally:
        del app.dependency_overrides[readable_workflows]
    assert found["runs_ended_1d"] == {(mine, "failed"): 1}
    assert found["workflow_enabled"] == {(mine, "mine"): 0}


def test_listings_in_use_are_those_of_directories_of_enabled_workflows(database: str, create: Any) -> None:
    """A listing of what lies above a directory serves it, one of what lies in it or beside it does not."""
    enabled, disabled = create("films"), create("other")
    places = [
        f"{BUCKET}/",
        f"{BUCKET}/films/",
        f"{BUCKET}/film",
        f"{BUCKET}/films/2025/",
        f"{BUCKET}/other/",
        "a/",
        "z/",
    ]
    with transaction() as session:
        session.get_one(WorkflowRow, enabled).enabled = True
        record_success(session, "listing", places)
        record_success(session, "queue", ["https://sqs.example/used", f"{BUCKET}/"])
        for queue in ("https://sqs.example/used", "https://sqs.example/former"):
            record_failure(session, "queue", queue, StorageAccessError("refused"))
        queues, since = ["https://sqs.example/used"], utcnow() - HOUR
        found = detection_sources(session, [enabled, disabled], queues)
        assert {(kind, place) for kind, place, *_ in found} == {
            *(("listing", place) for place in places[:3]),
            ("queue", queues[0]),
        }
        assert [place for _, place, *_ in detection_sources(session, [disabled], [])] == []
        assert failing_in_use(session, queues, since)
        assert not failing_in_use(session, [], since)
        record_failure(session, "listing", places[1], StorageAccessError("refused"))
        assert failing_in_use(session, [], since)


def test_the_probe(admin: Any, create: Any) -> None:
    workflow = create("probed")
    with transaction() as session:
        session.get_one(WorkflowRow, workflow).enabled = True
    stopped = admin.get("/api/v1/health")
    assert (stopped.status_code, stopped.json()["detection"]) == (503, "stopped")
    with transaction() as session:
        record_success(session, "listing", [f"{BUCKET}/"])
        decide(session, workflow, "fired", "fired", "a", datetime.now(UTC) - HOUR)
    well = admin.get("/api/v1/health")
    assert well.status_code == 200, well.text
    assert 3600 <= well.json()["last_decision_age_s"] < 3700
    with transaction() as session:
        record_failure(session, "listing", f"{BUCKET}/", StorageAccessError("refused"))
    assert admin.get("/api/v1/health").json()["detection"] == "failing"


def test_the_age_of_the_outbox(admin: Any, create: Any) -> None:
    """What waits for an earlier one, is being sent, or is due later, does not count."""
    workflow, later = create("sends"), utcnow() + HOUR
    with transaction() as session:
        deliver(session, workflow, "retried", ordered=True, due_at=later)
        deliver(session, workflow, "behind it", ordered=True)
        deliver(session, workflow, "being sent", leased_until=later)
    well = admin.get("/api/v1/health")
    assert (well.status_code, well.json()["outbox_age_s"]) == (200, 0)
    with transaction() as session:
        deliver(session, workflow, "overdue", age=timedelta(seconds=400))
    sick = admin.get("/api/v1/health")
    assert (sick.status_code, sick.json()["status"]) == (503, "failing")
    assert 400 <= sick.json()["outbox_age_s"] < 500
