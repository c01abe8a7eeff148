"""Backfills and missed uploads by the API: permissions, limits, states, estimates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from api_definitions import BUCKET
from media_workflows.domain.result import JobResult, SourceObject, now
from media_workflows.ingest import selection
from media_workflows.ingest.backfill import BackfillRound
from media_workflows.ingest.run_starter import DagState
from media_workflows.store import runs
from media_workflows.store.engine import get_engine, transaction
from media_workflows.store.tables import RunRow, WorkflowRow, utcnow

BACKFILLS = "/api/v1/backfills"


class Starter:
    """Airflow's side: runs that do not end."""

    def __init__(self) -> None:
        self.runs: list[str] = []

    def dag_state(self, dag_id: str) -> DagState:
        return DagState(is_paused=False, revision=10**6)

    def has_run(self, dag_id: str, run_id: str, *, active_only: bool = False) -> bool:
        return run_id in self.runs

    def has_succeeded(self, dag_id: str, run_id: str) -> bool:
        return False

    def start_run(self, dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
        self.runs.append(run_id)


@pytest.fixture
def advance(app: Any) -> Any:
    """What the task of media_backfill does."""
    from media_workflows.services import buckets

    starter = Starter()

    def advance() -> Starter:
        BackfillRound(buckets.storage(), get_engine(), starter).repeat(60)
        return starter

    return advance


@pytest.fixture
def put(app: Any) -> Any:
    from media_workflows.services import buckets

    def put(key: str, body: bytes = b"x") -> None:
        buckets.storage().client.put_object(Bucket=BUCKET, Key=key, Body=body)

    return put


def made(admin: Any, workflow_id: str, **parts: Any) -> dict[str, Any]:
    answer = admin.post(BACKFILLS, json={"workflow": workflow_id, **parts})
    assert answer.status_code == 201, answer.text
    backfill: dict[str, Any] = answer.json()
    return backfill


def test_a_backfills_life(admin: Any, create: Any, put: Any, advance: Any, add_run: Any) -> None:
    id_ = create("life")
    for name in "abc":
        put(f"life/{name}.mp4")
    backfill = made(admin, id_, limits={"max_at_once": 1})
    path = f"{BACKFILLS}/{backfill['id']}"
    assert (backfill["state"], backfill["created_by"]) == ("counting", "admin")
    assert admin.post(f"{path}/start").status_code == 409
    advance()
    ready = admin.get(path).json()
    assert (ready["state"], ready["total"], ready["total_bytes"], ready["queued"]) == ("ready", 3, 3, 3)
    assert ready["estimate"] == {"task_hours": None, "basis": None}
    refused = admin.post(f"{path}/start")
    assert refused.status_code == 409
    assert "is disabled" in refused.json()["message"]
    admin.post(f"/api/v1/workflows/{id_}/enable")
    assert admin.post(f"{path}/start").json()["state"] == "running"
    (run_id,) = advance().runs
    assert admin.post(f"{path}/pause").json()["active"] == 1
    objects = admin.get(f"{path}/objects").json()["items"]
    assert [(one["key"], one["state"], one["run_id"]) for one in objects] == [
        ("life/a.mp4", "started", run_id),
        ("life/b.mp4", "queued", None),
        ("life/c.mp4", "queued", None),
    ]
    queued = admin.get(f"{path}/objects", params={"state": "queued", "after": "life/b.mp4"}).json()["items"]
    assert [one["key"] for one in queued] == ["life/c.mp4"]
    assert admin.post(f"{path}/pause").status_code == 409
    assert admin.post(f"{path}/resume").json()["state"] == "running"
    add_run(id_, run_id, "running")
    cancelled = admin.post(f"{path}/cancel", json={"cancel_runs": True}).json()
    assert (cancelled["state"], cancelled["active"], cancelled["queued"]) == ("cancelled", 1, 2)
    report = admin.get(f"/api/v1/runs/{run_id}", params={"workflow": id_}).json()
    assert (report["cancelled"]["by"], report["backfill_id"]) == ("admin", backfill["id"])
    assert [one["id"] for one in admin.get(BACKFILLS, params={"workflow": id_}).json()["items"]] == [backfill["id"]]
    assert admin.get(BACKFILLS, params={"workflow": "wf_none"}).json() == {"total": 0, "items": []}


def test_what_cannot_be_a_backfill(admin: Any, create: Any) -> None:
    id_ = create("bad")

    def refused(**parts: Any) -> tuple[int, str]:
        answer = admin.post(BACKFILLS, json={"workflow": id_, **parts})
        return answer.status_code, answer.json()["message"]

    assert refused(workflow="wf_none")[0] == 404
    status, message = refused(filters={"prefix": "elsewhere/"})
    assert (status, "must begin with the directory of the trigger, bad/" in message) == (422, True)
    assert refused(filters={"keys": ["private/a.mp4"]})[0] == 422
    assert refused(filters={"keys": []})[0] == 422
    assert refused(filters={"prefix": "bad/", "keys": ["bad/a.mp4"]})[0] == 422
    assert refused(filters={"min_bytes": 2, "max_bytes": 1})[0] == 422
    assert refused(limits={"max_at_once": 0})[0] == 422
    status, message = refused(limits={"max_at_once": 16})
    assert (status, "choose at most 15" in message) == (409, True)
    status, message = refused(start=True)
    assert (status, "is disabled" in message) == (409, True)
    assert admin.get(f"{BACKFILLS}/bf_none").status_code == 404


def test_who_may_not_edit_the_workflow_only_looks(admin: Any, viewer: Any, create: Any) -> None:
    id_ = create("looked-at")
    path = f"{BACKFILLS}/{made(admin, id_)['id']}"
    assert viewer.get(path).json()["workflow_id"] == id_
    assert viewer.post(BACKFILLS, json={"workflow": id_}).status_code == 403
    assert viewer.post(f"{path}/cancel").status_code == 403
    assert viewer.post(f"/api/v1/workflows/{id_}/missed-uploads", json={}).status_code == 403


def _run_that_took(workflow_id: str, run_id: str, seconds: int, size: int, *, reused: str | None = None) -> None:
    """A successful run of one job."""
    begun = now()
    item = {"item": {}, "definition": 10, "status": "SUCCESS", "reused": reused}
    result = {"kind": "transcode", "step_id": "transcode", "map_index": -1, "source": None, "items": [item]}
    times = {"begun_at": begun, "finished_at": begun + timedelta(seconds=seconds)}
    with transaction() as session:
        source = SourceObject(bucket=BUCKET, key=f"{run_id}.mp4", etag="e", size_bytes=size)
        runs.record_source(session, workflow_id, run_id, 1, source)
        runs.record_job(session, workflow_id, run_id, JobResult.model_validate(result | times))
        session.execute(update(RunRow).where(RunRow.run_id == run_id).values(state="success"))


def test_the_estimate_comes_from_earlier_runs(admin: Any, create: Any, put: Any, advance: Any) -> None:
    id_ = create("estimated")
    _run_that_took(id_, "r1", 30, 100)
    _run_that_took(id_, "r2", 60, 200)
    _run_that_took(id_, "reused", 0, 700, reused="r1")
    put("estimated/a.mp4", b"x" * 12_000)
    backfill = made(admin, id_)
    advance()
    estimate = admin.get(f"{BACKFILLS}/{backfill['id']}").json()["estimate"]
    assert estimate == {
        "task_hours": 1.0,
        "basis": {"runs": 2, "revision": 1, "task_seconds": 90.0, "source_bytes": 300},
    }


def test_missed_uploads_are_listed_and_fired(
    admin: Any, create: Any, put: Any, advance: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "GRACE", timedelta(seconds=-5))
    id_ = create("missed")
    with transaction() as session:
        session.execute(update(WorkflowRow).values(created_at=utcnow() - timedelta(hours=1)))
    for name in "abc":
        put(f"missed/{name}.mp4")
    path = f"/api/v1/workflows/{id_}/missed-uploads"
    page = admin.get(path, params={"limit": 2}).json()
    assert ([one["key"] for one in page["items"]], page["next"]) == (["missed/a.mp4", "missed/b.mp4"], "missed/b.mp4")
    assert (page["items"][0]["rule"], page["items"][0]["meaning"]) == (None, selection.NO_DECISION)
    rest = admin.get(path, params={"after": page["next"]}).json()
    assert ([one["key"] for one in rest["items"]], rest["next"]) == (["missed/c.mp4"], None)
    admin.post(f"/api/v1/workflows/{id_}/enable")
    refused = admin.post(path, json={"keys": ["missed/a.mp4", "missed/none.mp4"]})
    assert (refused.status_code, refused.json()["problems"][0]["field"]) == (422, "keys")
    assert "these are none: missed/none.mp4; list" in refused.text
    fired = admin.post(path, json={"keys": ["missed/a.mp4"]})
    assert fired.status_code == 201, fired.text
    assert (fired.json()["state"], fired.json()["start_when_counted"]) == ("counting", True)
    assert len(advance().runs) == 1
    admin.post(path, json={})
    assert len(advance().runs) == 3
    assert admin.get(path).json()["items"] == []
