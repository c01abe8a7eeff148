"""The list of runs: filters, search, causes, progress, and one action on many."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from media_workflows.domain.action_result import ActionResult
from media_workflows.domain.progress import JobProgress
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject
from media_workflows.domain.step_key import StepKey
from media_workflows.errors import MediaError
from media_workflows.store import progress, runs
from media_workflows.store.action_results import forget_action, record_action
from media_workflows.store.engine import transaction

RUNS = "/api/v1/runs"
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def record(add_run: Any) -> Callable[..., None]:
    """A run in Airflow, with its source and the result of a step in the store."""

    def add(workflow: str, run: str, state: str, key: str, *items: ItemResult) -> None:
        add_run(workflow, run, state, None if state == "running" else 1)
        source = SourceObject(bucket="in", key=key, etag="e", size_bytes=9)
        job = JobResult(
            kind="snapshot_by_time_offset", step_id="s", begun_at=AT, finished_at=AT, source=None, items=items
        )
        with transaction() as session:
            runs.record_source(session, workflow, run, 1, source)
            if items:
                runs.record_job(session, workflow, run, job)

    return add


def failed(code: str) -> ItemResult:
    return ItemResult(item={}, definition=1, status="FAIL", code=code, message=f"{code} happened")


def pictures() -> ItemResult:
    outputs = [OutputRecord(bucket="out", key=f"a/{name}.jpg", size_bytes=1, md5="") for name in ("one two", "three")]
    return ItemResult(item={}, definition=1, status="SUCCESS", outputs=tuple(outputs))


def ids(admin: Any, **query: Any) -> list[str]:
    answer = admin.get(RUNS, params={"results": False, **query})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["total"], body["total_is_exact"]) == (len(body["items"]), True)
    return [item["run_id"] for item in body["items"]]


def test_filters(admin: Any, create: Any, record: Any) -> None:
    one, two = create("one"), create("two")
    record(one, "r0", "success", "in/Holiday_video-2026.mp4", pictures())
    record(two, "r1", "failed", "in/课程第一讲.mp4", failed("EncodeFailed"))
    record(one, "r2", "running", "in/other.mov")
    assert ids(admin) == ["r2", "r1", "r0"]
    assert ids(admin, workflow=one) == ["r2", "r0"]
    assert ids(admin, state=["failed", "running"]) == ["r2", "r1"]
    assert ids(admin, cause="EncodeFailed") == ["r1"]
    assert ids(admin, cause="other") == []
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    assert (ids(admin, since=hour_ago), ids(admin, until=hour_ago)) == (["r2", "r1", "r0"], [])


def test_search_by_words_of_the_key(admin: Any, create: Any, record: Any) -> None:
    record(create("one"), "r", "success", "in/Holiday_video-2026.mp4")
    for search in ("holiday", "VID 2026", "2026.mp4", "mp4 <-> ! &"):
        assert ids(admin, search=search) == ["r"], search
    for search in ("iday", "第一讲", "_", "a'b\\", "success", "=success"):
        assert ids(admin, search=search) == [], search


def test_search_with_a_state(admin: Any, create: Any, record: Any, metadata: Any) -> None:
    """The state is among the words that the index has, and changes with it."""
    from airflow.models.dagrun import DagRun

    workflow = create("one")
    for run, state in (("r0", "success"), ("r1", "failed"), ("r2", "running")):
        record(workflow, run, state, "in/clip.mp4")
    assert ids(admin, search="clip", state="failed") == ["r1"]
    assert ids(admin, search="clip", state=["failed", "running"]) == ["r2", "r1"]
    assert ids(admin, search="other", state="failed") == []
    metadata.rollback()
    metadata.query(DagRun).filter_by(run_id="r2").one().state = "failed"
    metadata.commit()
    assert ids(admin, search="clip", state="failed") == ["r2", "r1"]


@pytest.mark.parametrize("recent", [1, 3])
def test_a_search_that_many_runs_match(
    admin: Any, create: Any, record: Any, monkeypatch: pytest.MonkeyPatch, recent: int
) -> None:
    """The newest runs are searched first; then all, when these are too few for the page."""
    monkeypatch.setattr("media_workflows.store.page_count.MAX_COUNTED", 2)
    monkeypatch.setattr("media_workflows.store.run_list.RECENT", recent)
    workflow = create("one")
    for run in range(4):
        record(workflow, f"r{run}", "success", f"in/{'clip' if run < 3 else 'other'}.mp4")

    def found(**page: int) -> tuple[Any, ...]:
        body = admin.get(RUNS, params={"results": False, "search": "clip", **page}).json()
        return (body["total"], body["total_is_exact"], [item["run_id"] for item in body["items"]])

    assert found(limit=2) == (2, False, ["r2", "r1"])
    assert found() == (2, False, ["r2", "r1", "r0"])
    assert found(offset=2) == (2, False, ["r0"])


def test_chinese_is_found_by_any_part(admin: Any, create: Any, record: Any) -> None:
    record(create("one"), "r", "success", "in/课程第一讲.mp4")
    assert [bool(ids(admin, search=search)) for search in ("第一", "课程", "程第一讲", "一第")] == [
        True,
        True,
        True,
        False,
    ]


def test_a_row_has_name_file_cause_picture_and_progress(admin: Any, create: Any, record: Any) -> None:
    workflow = create("named")
    record(workflow, "done", "success", "in/a.mp4", pictures())
    record(workflow, "bad", "failed", "in/b.mp4", pictures(), failed("EncodeFailed"))
    record(workflow, "busy", "running", "in/c.mp4")
    half = JobProgress(
        step_id="transcode",
        map_index=-1,
        kind="transcode",
        try_number=1,
        phase="encoding",
        percent=50,
        eta_s=30,
        updated_at=AT,
    )
    with transaction() as session:
        progress.record_progress(session, workflow, "busy", half)
    busy, bad, done = admin.get(RUNS).json()["items"]
    assert (done["workflow_name"], done["source"]["key"], done["outputs"]) == ("named", "in/a.mp4", 2)
    assert done["picture"] == f"workflows/{workflow}/runs/done/content/a/one%20two.jpg"
    assert (done["cause"], done["percent"], len(done["jobs"])) == (None, None, 1)
    assert bad["cause"] == {"code": "EncodeFailed", "message": "EncodeFailed happened"}
    assert (busy["percent"], busy["eta_s"]) == (50, 30)
    assert admin.get(RUNS, params={"results": False}).json()["items"][2]["jobs"] == []


def test_a_retry_does_not_begin_with_the_progress_of_the_try_before(admin: Any, create: Any, record: Any) -> None:
    workflow = create("tried-again")
    record(workflow, "r", "running", "in/a.mp4")
    first = JobProgress(
        step_id="transcode", kind="transcode", try_number=1, phase="failed", percent=99, eta_s=1, updated_at=AT
    )
    second = first.model_copy(update={"try_number": 2, "phase": "encoding", "percent": 10, "eta_s": 20})

    def shown() -> tuple[float | None, float | None]:
        (row,) = admin.get(RUNS).json()["items"]
        return row["percent"], row["eta_s"]

    for reported, expected in ((first, (None, None)), (second, (10, 20))):
        with transaction() as session:
            progress.record_progress(session, workflow, "r", reported)
        assert shown() == expected


@pytest.fixture
def set_task(metadata: Any) -> Callable[..., None]:
    """Puts a task of a run into Airflow's metadata, or changes its state."""
    from airflow.models.dag_version import DagVersion
    from airflow.models.taskinstance import TaskInstance
    from sqlalchemy import delete, insert

    def put(workflow: str, run: str, task: str, state: str | None) -> None:
        metadata.execute(delete(TaskInstance).where(TaskInstance.dag_id == workflow, TaskInstance.task_id == task))
        number = metadata.query(DagVersion).count() + 1
        version = {"id": uuid4(), "dag_id": workflow, "version_number": number, "bundle_name": "media_workflows"}
        metadata.execute(insert(DagVersion).values(**version))
        metadata.execute(
            insert(TaskInstance).values(
                **{"id": uuid4(), "dag_id": workflow, "run_id": run, "task_id": task, "map_index": -1, "state": state},
                **{"pool": "p", "pool_slots": 1, "queue": "q", "priority_weight": 1, "dag_version_id": version["id"]},
                **{"try_number": 1, "max_tries": 1, "executor_config": {}},
            )
        )
        metadata.commit()

    return put


def test_what_is_tried_again_has_no_cause(admin: Any, create: Any, record: Any, set_task: Any) -> None:
    """A step that failed for good has one while others go on; a source, a step and an action are tried again."""
    workflow = create("tried-again")

    def cause() -> str | None:
        (row,) = admin.get(RUNS, params={"workflow": workflow}).json()["items"]
        return row["cause"] and str(row["cause"]["code"])

    record(workflow, "r", "running", "in/a.mp4", failed("EncodeFailed"))
    for state, shown in (("failed", "EncodeFailed"), (None, None), ("up_for_retry", None), ("running", None)):
        set_task(workflow, "r", "s", state)
        assert cause() == shown, state
    gone = {"status": "FAIL", "code": "SourceFileError", "message": "it is gone", "begun_at": AT, "finished_at": AT}
    with transaction() as session:
        record_action(session, StepKey(workflow, "r", "keep"), ActionResult(step_id="keep", kind="move_source", **gone))
    for state, shown in (("failed", "SourceFileError"), ("queued", None)):
        set_task(workflow, "r", "keep", state)
        assert cause() == shown, state
    with transaction() as session:
        runs.record_source(session, workflow, "r", 1, None, MediaError("it is broken"))
    assert cause() is None


def test_causes_are_counted(admin: Any, create: Any, record: Any) -> None:
    workflow = create("failing")
    for number, code in enumerate(("A", "B", "B")):
        record(workflow, f"r{number}", "failed", "in/a.mp4", failed(code))
    record(workflow, "ok", "success", "in/a.mp4", failed("Tolerated"))
    assert admin.get(f"{RUNS}/causes").json() == [{"code": "B", "runs": 2}, {"code": "A", "runs": 1}]
    with transaction() as session:
        runs.record_cancellation(session, workflow, "r0", "me")
    assert {"code": "Cancelled", "runs": 1} in admin.get(f"{RUNS}/causes").json()
    assert ids(admin, cause="Cancelled") == ["r0"]
    with transaction() as session:
        runs.record_cancellation(session, workflow, "ok", "me")  # too late
    assert ids(admin, cause="Cancelled") == ["r0"]
    assert admin.get(RUNS).json()["items"][0]["cause"] == {"code": "Tolerated", "message": "Tolerated happened"}


def test_the_failure_of_a_step_without_media_is_a_cause(admin: Any, create: Any, record: Any) -> None:
    workflow = create("moving")
    record(workflow, "r", "failed", "in/a.mp4")
    step = StepKey(workflow, "r", "keep")
    gone = {"status": "FAIL", "code": "SourceFileError", "message": "it is gone", "begun_at": AT, "finished_at": AT}
    with transaction() as session:
        record_action(session, step, ActionResult(step_id="keep", kind="move_source", **gone))
    assert ids(admin, cause="SourceFileError") == ["r"]
    assert admin.get(RUNS).json()["items"][0]["cause"] == {"code": "SourceFileError", "message": "it is gone"}
    with transaction() as session:
        forget_action(session, step)
    assert ids(admin, cause="SourceFileError") == []


def test_causes_of_a_run_follow_its_results(admin: Any, create: Any, add_run: Any) -> None:
    """Also of one that has a record only once it is copied from Airflow, as those of hand-written DAGs."""
    workflow = create("followed")
    job = JobResult(kind="transcode", step_id="s", begun_at=AT, finished_at=AT, source=None, items=(failed("A"),))
    with transaction() as session:
        runs.record_job(session, workflow, "r", job)
    add_run(workflow, "r", "failed", 1)
    assert ids(admin, cause="A") == ["r"]
    with transaction() as session:
        runs.forget_job(session, StepKey(workflow, "r", "s"))
    assert ids(admin, cause="A") == []


def test_many_runs_are_cancelled_or_retried_each_for_itself(admin: Any, viewer: Any, create: Any, record: Any) -> None:
    workflow = create("many")
    record(workflow, "busy", "running", "in/a.mp4")
    record(workflow, "done", "success", "in/b.mp4")
    named = [{"workflow": workflow, "run": run} for run in ("busy", "done", "none")]
    body = {"action": "cancel", "runs": named}
    assert viewer.post(f"{RUNS}/bulk", json=body).status_code == 403
    items = admin.post(f"{RUNS}/bulk", json=body).json()["items"]
    assert [(item["run"], item["ok"], item["code"]) for item in items] == [
        ("busy", True, ""),
        ("done", False, "ResourceConflict"),
        ("none", False, "ResourceNotFound"),
    ]
    assert ids(admin, state="running") == []
    retried = admin.post(f"{RUNS}/bulk", json={"action": "retry", "runs": named[1:2]}).json()["items"]
    assert [(item["ok"], item["code"]) for item in retried] == [(False, "ResourceConflict")]
    foreign = {"action": "cancel", "runs": [{"workflow": "wf_none", "run": "busy"}]}
    assert admin.post(f"{RUNS}/bulk", json=foreign).json()["items"][0]["code"] == "ResourceNotFound"
