"""Totals by workflow and month, and what past runs teach, from the store's rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from definitions import definition
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, RanCommand, SourceObject
from media_workflows.domain.usage import Usage
from media_workflows.domain.workflow import parse_workflow
from media_workflows.services import costs as service
from media_workflows.settings import get_settings
from media_workflows.store.activity import activity
from media_workflows.store.budgets import lock_budget, month_use, reserve, this_month
from media_workflows.store.costs import past_steps
from media_workflows.store.engine import transaction
from media_workflows.store.run_totals import store_totals
from media_workflows.store.runs import record_job, record_source
from media_workflows.store.tables import RunRow, utcnow
from media_workflows.store.workflows import create_workflow

NOW = datetime(2026, 11, 15, tzinfo=UTC)


SOURCE = SourceObject(bucket="b", key="a", etag="e", size_bytes=1000)


def end_run(workflow_id: str, run_id: str, ended_at: datetime, *results: JobResult) -> None:
    with transaction() as session:
        record_source(session, workflow_id, run_id, 1, SOURCE)
        for result in results:
            record_job(session, workflow_id, run_id, result)
        row = update(RunRow).where(RunRow.workflow_id == workflow_id, RunRow.run_id == run_id)
        session.execute(row.values(state="success", ended_at=ended_at))
        store_totals(session, [(workflow_id, run_id)])


def add_run(
    workflow_id: str,
    run_id: str,
    ended_at: datetime,
    *,
    seconds: float = 10,
    commands_cpu_s: tuple[float, float] = (0, 0),
    **item: Any,
) -> None:
    """An ended run whose step took 2 CPU seconds for each second of its source.

    `commands_cpu_s`: of all commands, and of the one that its result lists.
    """
    info = MediaInfo(container="mp4", duration_s=seconds, bitrate_bps=1, size_bytes=1000)
    output = OutputRecord(bucket="b", key="k", size_bytes=400, md5="")
    made = ItemResult(**{"item": {}, "definition": 1, "status": "SUCCESS", "outputs": (output,)} | item)
    of_all, of_listed = commands_cpu_s
    used = Usage(
        cpu_s=2 * seconds,
        wall_s=seconds,
        bytes_in=1000,
        bytes_out=0 if made.reused else 400,
        commands_cpu_s=of_all,
    )
    listed = RanCommand(command="ffmpeg", took_s=1, exit_code=0, output="", cpu_s=of_listed)
    times = {"begun_at": NOW, "finished_at": NOW.replace(second=30)}
    result = JobResult(kind="transcode", source=info, items=(made,), usage=used, commands=(listed,), **times)
    end_run(workflow_id, run_id, ended_at, result)


@pytest.fixture
def workflow(database: str) -> str:
    with transaction() as session:
        return create_workflow(session, parse_workflow(definition(name="w"))).id


def test_totals_by_month(workflow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = utcnow()
    this, last = service.month_start(now, 0), service.month_start(now, 1)
    add_run(workflow, "a", now)
    add_run(workflow, "b", now)
    add_run(workflow, "c", last)
    add_run(workflow, "d", service.month_start(now, 2))  # before the two months asked for
    monkeypatch.setenv("MEDIA_WORKFLOWS_PRICE_PER_CPU_HOUR", "3600")
    monkeypatch.setenv("MEDIA_WORKFLOWS_PRICE_CURRENCY", "EUR")
    get_settings.cache_clear()
    with transaction() as session:
        found = service.costs(session, [workflow], 2)
        everything = service.costs(session, None, 2)
        others = service.costs(session, ["wf_other"], 2)
    get_settings.cache_clear()
    assert found.months == everything.months
    assert others.months == []
    assert [(one.month, one.runs, one.cpu_s, one.worker_s) for one in found.months] == [
        (f"{this:%Y-%m}", 2, 40, 60),
        (f"{last:%Y-%m}", 1, 20, 30),
    ]
    newest = found.months[0]
    assert (newest.workflow_name, newest.bytes_in, newest.bytes_out) == ("w", 2000, 800)
    assert newest.own is not None
    assert (newest.own.total, newest.own.currency, newest.own.storage) == (40, "EUR", None)


def test_a_month_begins_at_its_first_moment() -> None:
    assert service.month_start(datetime(2026, 1, 31, 23, tzinfo=UTC), 0) == datetime(2026, 1, 1, tzinfo=UTC)
    assert service.month_start(datetime(2026, 1, 31, 23, tzinfo=UTC), 1) == datetime(2025, 12, 1, tzinfo=UTC)
    assert service.month_start(datetime(2026, 12, 1, tzinfo=UTC), 12) == datetime(2025, 12, 1, tzinfo=UTC)


def test_only_runs_teach_that_made_everything_anew(workflow: str) -> None:
    add_run(workflow, "a", utcnow(), seconds=5)
    add_run(workflow, "reused", utcnow(), reused="a")
    add_run(workflow, "failed", utcnow(), status="FAIL", code="X")
    add_run(workflow, "picture", utcnow(), seconds=0)
    with transaction() as session:
        found = past_steps(session, workflow, 1)
        other = past_steps(session, workflow, 2)
    assert other == {}
    assert [(one.source.seconds, one.cpu_s, one.wall_s, one.bytes_out) for one in found["transcode"]] == [
        (5, 10, 5, 400)
    ]


def test_the_commands_of_past_runs_are_all_of_them(workflow: str) -> None:
    """Also those of helpers, and those before the last ones, which alone are in a result."""
    add_run(workflow, "split", utcnow(), commands_cpu_s=(18, 3))
    add_run(workflow, "earlier_version", utcnow(), commands_cpu_s=(0, 3))
    with transaction() as session:
        found = past_steps(session, workflow, 1)["transcode"]
    assert sorted(one.commands_cpu_s for one in found) == [3, 18]


def job(step_id: str, info: MediaInfo | None, *, failed: bool = False, **used: Any) -> JobResult:
    item = ItemResult(item={}, definition=1, status="FAIL" if failed else "SUCCESS")
    at, usage = {"begun_at": NOW, "finished_at": NOW}, Usage(**used) if used else None
    return JobResult(kind="transcode", step_id=step_id, source=info, items=(item,), usage=usage, **at)


INFO = MediaInfo(container="mp4", duration_s=10, bitrate_bps=1, size_bytes=1000)


@pytest.mark.parametrize(
    ("results", "moved"),
    [
        ([], (0, 0)),  # refused by its budget
        ([job("old", INFO)], (0, 0)),
        ([job("a", INFO, bytes_in=1000, bytes_out=7), job("b", INFO, bytes_in=1000, bytes_out=1)], (1000, 8)),
        ([job("lut", INFO, bytes_in=1200), job("of_output", None, bytes_in=5000)], (6200, 0)),
        ([job("gone", None, failed=True, cpu_s=1)], (0, 0)),
        ([job("broken", None, failed=True, bytes_in=1100)], (1100, 0)),
    ],
)
def test_months_and_bills_count_the_same_bytes(workflow: str, results: list[JobResult], moved: tuple[int, int]) -> None:
    end_run(workflow, "r", utcnow(), *results)
    with transaction() as session:
        (month,) = service.costs(session, [workflow], 1).months
        used = month_use(session, workflow, this_month())
    assert (month.bytes_in, month.bytes_out) == (used.bytes_in, used.bytes_out) == moved
    bill = service.run_bill(SOURCE, results)
    assert moved == (0, 0) if bill is None else (bill.usage.bytes_in, bill.usage.bytes_out) == moved


def test_reused_outputs_fill_no_month(workflow: str) -> None:
    add_run(workflow, "made", utcnow())
    add_run(workflow, "reused", utcnow(), reused="made")
    with transaction() as session:
        assert month_use(session, workflow, this_month()).bytes_out == 400
        volume = activity(session, [workflow], this_month(), 1).volume
    assert (volume.source_bytes, volume.output_bytes) == (2000, 800)  # what runs processed has all outputs


def test_runs_of_an_earlier_version_count_with_all_bytes(workflow: str) -> None:
    add_run(workflow, "a", utcnow(), reused="r")
    with transaction() as session:
        session.execute(update(RunRow).values(read_bytes=None, made_bytes=None))
        used = month_use(session, workflow, this_month())
    assert (used.bytes_in, used.bytes_out) == (1000, 400)


def test_a_budget_counts_ended_runs_and_those_under_way(workflow: str) -> None:
    since = this_month()
    add_run(workflow, "before", since - timedelta(seconds=1))
    add_run(workflow, "ended", utcnow())
    with transaction() as session:
        lock_budget(session, workflow)
        for run_id in ("under_way", "asking", "this"):
            record_source(session, workflow, run_id, 1, SOURCE)
        reserve(session, workflow, "under_way", Usage(cpu_s=5, bytes_out=7))
        reserve(session, workflow, "asking", None)
        reserve(session, workflow, "this", Usage(cpu_s=100))
        found = month_use(session, workflow, since, "this")
        status = service.budget_status(session, workflow)
    assert (found.cpu_s, found.bytes_in, found.bytes_out) == (25, 1000, 407)
    assert status.used.cpu_s == 125
    assert status.budget is None
    assert status.month == since.date()


def test_the_budgets_of_workflows_with_what_each_has_used(workflow: str) -> None:
    limit = {"per_month": {"cpu_hours": 2}}
    with transaction() as session:
        two, one = (
            create_workflow(session, parse_workflow(definition(name=name, budget=limit))).id for name in ("two", "one")
        )
    add_run(two, "a", utcnow())
    add_run(workflow, "b", utcnow())
    with transaction() as session:
        found = service.costs(session, None, 1).budgets
        readable = service.costs(session, [workflow, one], 1).budgets
    assert [(item.workflow_id, item.workflow_name, item.used.cpu_s) for item in found] == [
        (one, "one", 0),
        (two, "two", 20),
    ]
    assert found[1].budget is not None
    assert found[1].budget.model_dump(exclude_none=True)["per_month"] == {"cpu_hours": 2}
    assert [item.workflow_id for item in readable] == [one]
