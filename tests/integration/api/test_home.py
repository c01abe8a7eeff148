"""The first page's route: what waits, runs, failed and was processed, and whether everything works."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api_definitions import BUCKET
from media_workflows.domain.candidates import SIDECARS_DAG, Rule, UploadDecision
from media_workflows.domain.progress import JobProgress
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject
from media_workflows.errors import StorageAccessError
from media_workflows.store import progress, runs
from media_workflows.store.detection import record_failure, record_success
from media_workflows.store.engine import transaction
from media_workflows.store.late_joins import note_join
from media_workflows.store.tables import DeliveryRow, EventRow, WorkflowRow, utcnow
from media_workflows.store.uploads import record_decisions
from media_workflows.store.worker_disks import DiskUse, record_disk

HOME = "/api/v1/home"
AT = datetime(2026, 1, 1, tzinfo=UTC)


def record(workflow: str, run: str, item: ItemResult, took_s: int = 30) -> None:
    """The source and the one result of a run: of a transcode, as long as it has a file."""
    source = SourceObject(bucket="in", key="a.mp4", etag="e", size_bytes=1000)
    job = JobResult(
        kind="transcode",
        step_id="transcode",
        begun_at=AT,
        finished_at=AT + timedelta(seconds=took_s),
        source=None,
        items=(item,),
    )
    with transaction() as session:
        runs.record_source(session, workflow, run, 1, source)
        runs.record_job(session, workflow, run, job)


def made(*sizes: int) -> ItemResult:
    outputs = tuple(OutputRecord(bucket="out", key=f"{size}.mp4", size_bytes=size, md5="") for size in sizes)
    return ItemResult(item={}, definition=1, status="SUCCESS", outputs=outputs)


def failed(code: str) -> ItemResult:
    return ItemResult(item={}, definition=1, status="FAIL", code=code, message="why")


def enable(workflow: str) -> None:
    with transaction() as session:
        session.get_one(WorkflowRow, workflow).enabled = True


def test_an_empty_installation(admin: Any) -> None:
    found = admin.get(HOME).json()
    assert (found["workflows"], found["unfinished"]["queued"], found["running"], found["dead"]) == (0, 0, [], [])
    assert found["failures"] == {"runs": 0, "is_exact": True, "causes": []}
    assert found["activity"]["volume"]["runs"] == 0
    assert found["health"]["detection"] is None
    components = {one["name"]: one["state"] for one in found["health"]["components"]}
    assert (components["scheduler"], components["media_uploads"]) == ("missing", "missing")
    assert {one["name"]: one["message"] for one in found["health"]["engines"]}["ffmpeg"] == ""


def test_numbers_are_those_of_the_lists(admin: Any, create: Any, add_run: Any) -> None:
    one, two = create("one"), create("two")
    for run, item, hours in (("a", made(300, 600), 1), ("b", failed("Broken"), 2), ("c", failed("Broken"), 30)):
        record(one, run, item)
        add_run(one, run, "failed" if item.status == "FAIL" else "success", hours)
    add_run(two, "d", "running")
    add_run(two, "e", "queued")
    found = admin.get(HOME).json()
    assert (found["workflows"], found["enabled"]) == (2, 0)
    assert (found["unfinished"]["queued"], found["unfinished"]["running"]) == (1, 1)
    assert [run["run_id"] for run in found["running"]] == ["d"]
    assert found["failures"] == {"runs": 1, "is_exact": True, "causes": [{"code": "Broken", "runs": 1}]}
    since = (datetime.now(UTC) - timedelta(hours=24)).isoformat()
    listed = admin.get("/api/v1/runs", params={"state": "failed", "cause": "Broken", "ended_since": since}).json()
    assert [run["run_id"] for run in listed["items"]] == ["b"]
    volume = found["activity"]["volume"]
    assert volume == {
        **{"runs": 2, "failed": 1, "source_bytes": 2000, "output_bytes": 900},
        **{"saved_bytes": 400, "worker_s": 60},
    }
    (active,) = found["activity"]["workflows"]
    assert (active["workflow_name"], active["runs"], active["failed"]) == ("one", 2, 1)
    assert [tuple(hour) for hour in active["hours"] if hour[0]] == [(1, 1), (1, 0)]


def test_totals_follow_a_retry(admin: Any, create: Any, add_run: Any, metadata: Any) -> None:
    workflow = create("again")
    record(workflow, "a", failed("Broken"), took_s=10)
    add_run(workflow, "a", "failed", 1)
    assert admin.get(HOME).json()["activity"]["volume"]["output_bytes"] == 0
    from airflow.models.dagrun import DagRun
    from sqlalchemy import select

    run = metadata.scalar(select(DagRun).where(DagRun.run_id == "a"))
    run.state, run.end_date = "running", None
    metadata.commit()
    admin.get(HOME)
    record(workflow, "a", made(500), took_s=20)
    run.state, run.end_date = "success", utcnow()
    metadata.commit()
    volume = admin.get(HOME).json()["activity"]["volume"]
    assert (volume["failed"], volume["output_bytes"], volume["worker_s"]) == (0, 500, 20)


def test_deliveries_that_were_given_up(admin: Any, create: Any) -> None:
    workflow = create("notifies")
    with transaction() as session:
        for number, state in enumerate(("dead", "dead", "delivered")):
            session.add(EventRow(id=f"e{number}", workflow_id=workflow, run_id="r", body="{}"))
            session.flush()
            session.add(
                DeliveryRow(
                    **{"event_id": f"e{number}", "workflow_id": workflow, "role": "workflow", "target": {}},
                    **{"receiver": "", "ordered": False, "state": state, "due_at": AT, "give_up_at": AT},
                    ended_at=AT,
                )
            )
    (dead,) = admin.get(HOME).json()["dead"]
    assert (dead["workflow_name"], dead["deliveries"], dead["first_at"][:4]) == ("notifies", 2, "2026")


def test_detection_and_disks(admin: Any, create: Any) -> None:
    enable(create("watched"))
    assert admin.get(HOME).json()["health"]["detection"]["state"] == "stopped"
    error = StorageAccessError("bucket {bucket} refuses the credentials", bucket=BUCKET)
    with transaction() as session:
        record_success(session, "listing", [f"{BUCKET}/"])
        record_failure(session, "listing", "of-others/", error)
        record_disk(session, "worker-1", DiskUse(free_bytes=1, total_bytes=10, cache_bytes=2, cache_max_bytes=4))
    health = admin.get(HOME).json()["health"]
    assert health["detection"] == {"state": "ok", "behind_s": None, "failing": []}
    assert [(disk["worker"], disk["free_bytes"]) for disk in health["disks"]] == [("worker-1", 1)]
    with transaction() as session:
        record_failure(session, "listing", f"{BUCKET}/", error)
    detection = admin.get(HOME).json()["health"]["detection"]
    assert (detection["state"], [source["place"] for source in detection["failing"]]) == ("failing", [f"{BUCKET}/"])


def test_only_what_the_user_may_see(admin: Any, create: Any, add_run: Any, app: Any) -> None:
    from media_workflows_plugin.api.access import readable_workflows

    mine, other = create("mine"), create("other")
    for workflow in (mine, other):
        record(workflow, "a", failed("Broken"))
        add_run(workflow, "a", "failed", 1)
        add_run(workflow, "b", "running")
    app.dependency_overrides[readable_workflows] = lambda: {mine}
    try:
        found = admin.get(HOME).json()
    finally:
        del app.dependency_overrides[readable_workflows]
    assert (found["workflows"], found["unfinished"]["running"], found["failures"]["runs"]) == (1, 1, 1)
    assert [run["workflow_id"] for run in found["running"]] == [mine]
    assert [one["workflow_id"] for one in found["activity"]["workflows"]] == [mine]
    assert found["activity"]["volume"]["runs"] == 1


def test_an_unchanged_answer_is_not_sent_again(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media_workflows.services.home.utcnow", lambda: AT)
    first = admin.get(HOME)
    assert admin.get(HOME, headers={"if-none-match": first.headers["etag"]}).status_code == 304


def test_an_encode_that_stands_still(admin: Any, create: Any, add_run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    now = utcnow()
    monkeypatch.setattr("media_workflows.services.run_list.utcnow", lambda: now)
    workflow = create("stuck")
    record(workflow, "a", made())
    add_run(workflow, "a", "running")
    for passed_s, stalled in ((50, False), (70, True)):
        moved_at = now - timedelta(seconds=passed_s)
        at = JobProgress(
            **{"step_id": "transcode", "map_index": -1, "kind": "transcode", "try_number": 1, "phase": "encoding"},
            **{"percent": 10, "updated_at": now, "moved_at": moved_at},
        )
        with transaction() as session:
            progress.record_progress(session, workflow, "a", at)
        (run,) = admin.get(HOME).json()["running"]
        assert (run["stalled_s"] is not None) == stalled


def test_late_add_ons_that_joined_nothing(admin: Any, create: Any, add_run: Any) -> None:
    """Of the last day, unless the object was uploaded again."""
    workflow = create("ladders")

    def joins(run: str, key: str, hours: float, state: str = "failed") -> None:
        add_run(SIDECARS_DAG, run, state, hours)
        fields = {"bucket": "in", "key": key, "identity": run, "workflow_id": workflow, "run_id": run}
        with transaction() as session:
            record_decisions(session, [UploadDecision(**fields, outcome="fired", rule=Rule.SIDECAR, source="queue")])

    for run, key, hours in (("old", "a.srt", 25), ("shown", "b.srt", 2), ("again", "c.srt", 2), ("killed", "d.srt", 1)):
        joins(run, key, hours)
    joins("joined", "c.srt", 1, "success")
    error = {"code": "MediaError", "message": "it holds no subtitle"}
    with transaction() as session:
        note_join(session, workflow, "shown", error)
    found = admin.get(HOME).json()["failed_joins"]
    shown = [(one["key"], one["workflow_name"], one["run_id"], one["error"]) for one in found]
    assert shown == [("d.srt", "ladders", "killed", None), ("b.srt", "ladders", "shown", error)]
    listed = admin.get("/api/v1/uploads", params={"workflow": workflow, "key": "b.srt"}).json()["items"]
    assert [(one["join_state"], one["join_error"]) for one in listed] == [("failed", error)]
