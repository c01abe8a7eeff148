"""Ad-hoc processing by the API: refusals before anything starts, idempotency, permissions, runs, cancellation."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api_definitions import BUCKET, OTHER_BUCKET
from media_workflows.cli import app as commands
from media_workflows.ingest.backfill import BackfillRound
from media_workflows.ingest.run_starter import DagState
from media_workflows.settings import get_settings
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store.engine import get_engine, transaction
from media_workflows.store.old_records import forget_backfills
from media_workflows.store.tables import ProcessRow, RunRow, utcnow

PROCESS = "/api/v1/process"
PROCESS_DAG = "media_process"
COVER_PATH = "jobs.snapshot_by_time_offset[0].output_path"
JOBS = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]}
OUTPUT = {"bucket": OTHER_BUCKET, "directory": "out/"}
CONTEXT = {"id": "order-7", "text": "两", "tags": {"team": "news"}}


class Starter:
    """Airflow's side: runs end when a test says so."""

    def __init__(self) -> None:
        self.runs: dict[str, dict[str, Any]] = {}
        self.ended = False

    def dag_state(self, dag_id: str) -> DagState:
        return DagState(is_paused=False, revision=0 if dag_id == PROCESS_DAG else 10**6)

    def has_run(self, dag_id: str, run_id: str, *, active_only: bool = False) -> bool:
        return run_id in self.runs and not (active_only and self.ended)

    def has_succeeded(self, dag_id: str, run_id: str) -> bool:
        return True

    def start_run(self, dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
        self.runs.setdefault(run_id, conf | {"dag_id": dag_id})


@pytest.fixture
def starter(app: Any) -> Starter:
    return Starter()


@pytest.fixture
def advance(starter: Starter) -> Callable[[], dict[str, dict[str, Any]]]:
    """What the task of media_backfill does."""
    from media_workflows.services import buckets

    def advance() -> dict[str, dict[str, Any]]:
        BackfillRound(buckets.storage(), get_engine(), starter).repeat(60)
        return starter.runs

    return advance


@pytest.fixture
def put(app: Any) -> Callable[..., None]:
    from media_workflows.services import buckets

    def put(*keys: str) -> None:
        for key in keys:
            buckets.storage().client.put_object(Bucket=BUCKET, Key=key, Body=b"x")

    return put


def body(**parts: Any) -> dict[str, Any]:
    return {"jobs": JOBS, "output": OUTPUT, **({} if "url" in parts else {"bucket": BUCKET}), **parts}


def test_a_requests_life(admin: Any, put: Any, advance: Any, starter: Starter) -> None:
    keys = [f"adhoc/{name}.bin" for name in "abc"]
    put(*keys)
    asked = body(keys=keys, request_id="r-1", context=CONTEXT, priority=5, force=True, limits={"max_at_once": 2})
    answer = admin.post(PROCESS, json=asked)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["request_id"], made["state"], made["total"], made["queued"]) == ("r-1", "running", 3, 3)
    assert (made["context"], made["created_by"], made["workflow_id"]) == (CONTEXT, "admin", "media_process")
    runs = dict(advance())
    assert len(runs) == 2
    assert all(run_id.startswith("process__15_") for run_id in runs)
    conf = next(iter(runs.values()))
    assert (conf["key"], conf["bucket"], conf["context"], conf["force"]) == (keys[0], BUCKET, CONTEXT, True)
    assert conf["dag_id"] == PROCESS_DAG
    again = admin.post(PROCESS, json=asked)
    assert (again.status_code, again.json()["active"]) == (200, 2)
    reordered = admin.post(PROCESS, json=dict(reversed(asked.items())) | {"keys": [keys[2], *keys[:2]]})
    assert (reordered.status_code, reordered.json()["active"]) == (200, 2)
    conflict = admin.post(PROCESS, json=asked | {"priority": 4})
    assert conflict.status_code == 409
    assert "another request_id" in conflict.json()["message"]
    starter.ended = True
    assert len(advance()) == 3
    advance()
    done = admin.get(f"{PROCESS}/r-1").json()
    assert (done["state"], done["finished"]) == ("finished", 3)
    objects = admin.get(f"{PROCESS}/r-1/objects").json()["items"]
    assert [(one["key"], one["state"]) for one in objects] == [(key, "finished") for key in keys]
    assert {one["run_id"] for one in objects} == set(starter.runs)
    assert [one["request_id"] for one in admin.get(PROCESS).json()["items"]] == ["r-1"]
    assert admin.get("/api/v1/backfills").json()["total"] == 0


def test_the_same_request_at_the_same_time_is_one(admin: Any, put: Any, advance: Any) -> None:
    put("adhoc/a.mp4")
    asked = body(keys=["adhoc/a.mp4"], request_id="twice")
    with ThreadPoolExecutor(4) as pool:
        codes = sorted(answer.status_code for answer in pool.map(lambda _: admin.post(PROCESS, json=asked), range(4)))
    assert codes == [200, 200, 200, 201]
    assert len(advance()) == 1


def test_objects_are_looked_up_side_by_side(admin: Any, put: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller who names 1,000 objects does not wait for 1,000 answers of the storage, one after another."""
    keys = [f"adhoc/{number}.mp4" for number in range(4)]
    put(*keys)
    all_at_once, head = Barrier(4, timeout=60), ObjectStorage.head

    def together(storage: ObjectStorage, bucket: str, key: str) -> Any:
        all_at_once.wait()
        return head(storage, bucket, key)

    monkeypatch.setattr(ObjectStorage, "head", together)
    assert admin.post(PROCESS, json=body(keys=keys)).json()["total"] == 4


def test_a_prefix_takes_formats_and_no_outputs(admin: Any, put: Any, advance: Any) -> None:
    from media_workflows.services import buckets
    from media_workflows.storage.provenance import Provenance

    put("p/a.mp4", "p/b.MOV", "p/notes.txt", "p/sub/")
    made = Provenance("wf_1", 1, "r", "p/a.mp4", "e", "transcode").to_metadata(BUCKET, "p/out.mp4")
    buckets.storage().client.put_object(Bucket=BUCKET, Key="p/out.mp4", Body=b"x", Metadata=made)
    named = admin.post(PROCESS, json=body(keys=["p/out.mp4"])).json()
    below = admin.post(PROCESS, json=body(prefix="p/")).json()
    assert (below["total"], named["total"]) == (3, 1)
    runs = advance().values()
    assert sorted(run["key"] for run in runs) == ["p/a.mp4", "p/b.MOV", "p/out.mp4"]
    assert admin.get(f"{PROCESS}/{below['request_id']}").json()["skipped"] == 1


def test_a_url_is_one_source_and_its_query_is_not_shown(admin: Any, advance: Any) -> None:
    made = admin.post(PROCESS, json=body(url="https://files.example/a.mp4?token=secret")).json()
    assert (made["url"], made["bucket"], made["total"]) == ("https://files.example/a.mp4", OTHER_BUCKET, 1)
    (conf,) = advance().values()
    assert conf["url"] == "https://files.example/a.mp4"
    objects = admin.get(f"{PROCESS}/{made['request_id']}/objects").text
    assert "secret" not in objects


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"keys": ["adhoc/a.mp4", "adhoc/none.mp4"]}, ["keys", "1 of 2 are not in bucket", "adhoc/none.mp4"]),
        ({"prefix": "nothing/"}, ["prefix", "at least one object", ".mp4"]),
        ({"prefix": "many/"}, ["prefix", "more than 2 objects", "process_max_objects"]),
        ({"keys": ["a", "b", "c"]}, ["keys", "more than 2 objects"]),
        ({"keys": ["a"], "bucket": "no-such-bucket"}, ["no-such-bucket"]),
        ({"keys": ["adhoc/a.mp4"], "output": {"bucket": "no-such-bucket"}}, ["no-such-bucket"]),
        ({"keys": ["adhoc/a.mp4"], "jobs": {"transcode": [{"template": 1}]}}, ["jobs.transcode[0].template"]),
        ({"keys": ["adhoc/a.mp4"], "jobs": {"transcoding": []}}, ["jobs.transcoding"]),
        ({"keys": ["adhoc/a.mp4"], "jobs": None}, ["`jobs`", "`steps`"]),
        ({"keys": []}, ["exactly one of"]),
        ({"keys": ["adhoc/a.mp4", "b/a.mp4"]}, [COVER_PATH, "two sources", "{inputDirectory}"]),
        ({"prefix": "same/"}, [COVER_PATH, "two sources", "same/1.mov", "same/1.mp4"]),
    ],
)
def test_what_is_refused_before_anything_starts(
    admin: Any, put: Any, advance: Any, monkeypatch: pytest.MonkeyPatch, parts: dict[str, Any], words: list[str]
) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_PROCESS_MAX_OBJECTS", "2")
    get_settings.cache_clear()
    put("adhoc/a.mp4", "many/1.mp4", "many/2.mp4", "many/3.mp4", "same/1.mp4", "same/1.mov")
    answer = admin.post(PROCESS, json=body(**parts))
    assert 400 <= answer.status_code < 500
    for word in words:
        assert word in answer.text
    assert advance() == {}
    assert admin.get(PROCESS).json()["items"] == []


def test_who_may_process(app: Any, admin: Any, viewer: Any, put: Any, create: Any, monkeypatch: Any) -> None:
    """Who may edit single workflows uses the places of these."""
    from airflow.api_fastapi.app import get_auth_manager

    put("mine/a.mp4", "other/a.mp4")
    own = create("mine")
    assert viewer.post(PROCESS, json=body(keys=["mine/a.mp4"])).status_code == 403

    def allowed(*, method: str, details: Any, **_: Any) -> bool:
        return method == "GET" or (details is not None and details.id in (own, "media_process"))

    monkeypatch.setattr(get_auth_manager(), "is_authorized_dag", allowed)
    monkeypatch.setattr(get_auth_manager(), "get_authorized_dag_ids", lambda **_: {own})
    editor = TestClient(app, "http://airflow.example", headers={"sec-fetch-site": "same-origin", "x-user": "user"})
    output = {"bucket": OTHER_BUCKET, "directory": "mine-out/"}
    accepted = editor.post(PROCESS, json=body(keys=["mine/a.mp4"], output=output))
    assert accepted.status_code == 201, accepted.text
    for parts in (
        {"keys": ["other/a.mp4"], "output": output},
        {"prefix": "mi", "output": output},
        {"keys": ["mine/a.mp4"], "output": OUTPUT},
        {"url": "https://files.example/a", "output": output},
    ):
        refused = editor.post(PROCESS, json=body(**parts))
        assert (refused.status_code, "allows to edit" in refused.text) == (403, True), refused.text


def test_only_allowed_places_are_read(admin: Any, put: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put("adhoc/a.mp4", "private/a.mp4")
    monkeypatch.setenv("MEDIA_WORKFLOWS_ALLOWED_PLACES", json.dumps([f"{BUCKET}/adhoc/", f"{OTHER_BUCKET}/out/"]))
    get_settings.cache_clear()
    assert admin.post(PROCESS, json=body(keys=["adhoc/a.mp4"])).status_code == 201
    for parts in ({"keys": ["private/a.mp4"]}, {"prefix": "adhoc"}, {"keys": ["adhoc/a.mp4"], "output": {}}):
        expected = 201 if parts.get("output") == {} else 403
        assert admin.post(PROCESS, json=body(**parts)).status_code == expected


def test_cancelling_cancels_the_runs(admin: Any, put: Any, advance: Any, add_run: Any) -> None:
    put("cancelled/a.mp4", "cancelled/b.mp4")
    made = admin.post(PROCESS, json=body(prefix="cancelled/", limits={"max_at_once": 1})).json()
    (run_id,) = advance()
    add_run("media_process", run_id, "running")
    path = f"{PROCESS}/{made['request_id']}"
    cancelled = admin.post(f"{path}/cancel").json()
    assert (cancelled["state"], cancelled["queued"]) == ("cancelled", 1)
    with transaction() as session:
        from media_workflows.store.runs import cancellation

        found = cancellation(session, "media_process", run_id)
    assert found is not None
    assert found.by == "admin"
    assert admin.post(f"{path}/cancel").status_code == 409
    assert admin.get(f"{PROCESS}/none").status_code == 404


@pytest.fixture
def begin(add_run: Any, metadata: Any) -> Callable[[str, str, str, str], None]:
    """A run in Airflow, with its source, and for an ended one the result of its step."""
    from airflow.models.dag import DagModel

    from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject
    from media_workflows.store.runs import record_job, record_source

    def begin(run_id: str, state: str, key: str, error: str = "") -> None:
        if metadata.get(DagModel, PROCESS_DAG) is None:
            metadata.add(DagModel(dag_id=PROCESS_DAG, bundle_name="media_workflows"))
        add_run(PROCESS_DAG, run_id, state)
        if state == "queued":
            return
        output = OutputRecord(bucket=OTHER_BUCKET, key="out/a.jpg", size_bytes=1, md5="")
        ended = {"status": "FAIL", "code": error, "message": "why"} if error else {"status": "SUCCESS"}
        item = ItemResult(item={}, definition=10, outputs=() if error else (output,), **ended)
        kind, now = "snapshot_by_time_offset", utcnow()
        job = JobResult(kind=kind, step_id=kind, begun_at=now, finished_at=now, source=None, items=(item,))
        with transaction() as session:
            number = session.query(ProcessRow).one().number
            source = SourceObject(bucket=BUCKET, key=key, etag="e", size_bytes=9)
            record_source(session, PROCESS_DAG, run_id, number, source)
            record_job(session, PROCESS_DAG, run_id, job)

    return begin


def test_objects_have_their_runs(admin: Any, put: Any, advance: Any, begin: Any) -> None:
    """Lists of runs have those of requests, too, by API and command line."""
    keys = [f"adhoc/{name}.mp4" for name in "abc"]
    put(*keys)
    admin.post(PROCESS, json=body(keys=keys, request_id="r-1", limits={"max_at_once": 3}))
    runs = {conf["key"]: run_id for run_id, conf in advance().items()}
    begin(runs[keys[0]], "success", keys[0])
    begin(runs[keys[1]], "failed", keys[1], "EncodeFailed")
    begin(runs[keys[2]], "queued", keys[2])
    objects = [one["run"] for one in admin.get(f"{PROCESS}/r-1/objects").json()["items"]]
    assert [(run["state"], run["outputs"]) for run in objects] == [("success", 1), ("failed", 0), ("queued", 0)]
    assert [run["cause"] and run["cause"]["code"] for run in objects] == [None, "EncodeFailed", None]
    assert objects[0]["picture"].endswith("out/a.jpg")
    failed = admin.get("/api/v1/runs", params={"workflow": PROCESS_DAG, "state": "failed"}).json()["items"]
    assert [(run["request_id"], run["source"]["key"], run["workflow_name"]) for run in failed] == [
        ("r-1", keys[1], None)
    ]
    for run_id in runs.values():
        report = admin.get(f"/api/v1/runs/{run_id}").json()
        assert (report["request_id"], report["backfill_id"]) == ("r-1", None)
        assert [job["kind"] for job in report["jobs"]] == ["snapshot_by_time_offset"]
    listed = CliRunner().invoke(commands, ["runs", "list", "--state", "failed"])
    assert listed.exit_code == 0, listed.output
    for word in ("request r-1", keys[1], "EncodeFailed: why"):
        assert word in listed.output
    assert keys[0] not in listed.output
    only = CliRunner().invoke(commands, ["runs", "list", "-w", PROCESS_DAG, "--json"])
    assert [run["request_id"] for run in json.loads(only.output)] == ["r-1"] * 3


def test_a_list_of_requests_has_filters(admin: Any, put: Any) -> None:
    put("adhoc/a.mp4", "adhoc/b.mp4")
    for id_, parts in (("one", {"keys": ["adhoc/b.mp4", "adhoc/a.mp4"]}), ("two", {"prefix": "adhoc/"})):
        admin.post(PROCESS, json=body(request_id=id_, priority=3, **parts))
    admin.post(PROCESS, json=body(request_id="three", url="https://files.example/a.mp4"))
    admin.post(f"{PROCESS}/two/cancel")
    page = admin.get(PROCESS, params={"limit": 2}).json()
    assert (page["total"], page["total_is_exact"]) == (3, True)
    assert [one["request_id"] for one in page["items"]] == ["three", "two"]

    def found(**query: Any) -> list[tuple[str, str, str, str]]:
        items = admin.get(PROCESS, params=query).json()["items"]
        return [(one["request_id"], one["key"], one["prefix"], one["url"]) for one in items]

    one, two = ("one", "adhoc/b.mp4", "", ""), ("two", "", "adhoc/", "")
    assert found(offset=1) == [two, one]
    assert found(state="cancelled") == [two]
    assert found(state=["cancelled", "running"], since="2000-01-01T00:00:00Z", offset=2) == [one]
    assert found(since="2100-01-01T00:00:00Z") == []
    assert admin.get(f"{PROCESS}/one").json()["priority"] == 3


def test_a_request_can_be_made_again(admin: Any, put: Any) -> None:
    put("adhoc/a.mp4", "adhoc/b.mp4")
    hook = {"type": "http", "url": "https://hooks.example/x"}
    requests: list[dict[str, Any]] = [
        {"keys": ["adhoc/b.mp4", "adhoc/a.mp4"], "limits": {"max_at_once": 3, "per_minute": 7}, "force": True},
        {"prefix": "adhoc/", "formats": [".mp4"], "context": CONTEXT, "priority": -2},
        {"url": "https://files.example/a.mp4", "notification": hook},
        {"keys": ["adhoc/a.mp4"], "jobs": None, "steps": [{**JOBS, "id": "cover", "when": "run.forced"}]},
    ]
    for number, parts in enumerate(requests):
        made = admin.post(PROCESS, json=body(request_id=f"first-{number}", **parts))
        assert made.status_code == 201, made.text
        request = admin.get(f"{PROCESS}/first-{number}/request").json()
        assert "request_id" not in request
        again = admin.post(PROCESS, json=request | {"request_id": f"second-{number}"})
        assert again.status_code == 201, again.text
        same = {name: made.json()[name] for name in ("bucket", "key", "prefix", "url", "context", "total", "priority")}
        assert {name: again.json()[name] for name in same} == same
        assert admin.get(f"{PROCESS}/second-{number}/request").json() == request


def test_a_request_is_checked_before_it_is_made(admin: Any, put: Any) -> None:
    def problems(request: Any) -> set[str]:
        answer = admin.post(f"{PROCESS}/validate", json={"request": request})
        assert answer.status_code == 200, answer.text
        return {problem["field"] for problem in answer.json()["problems"]}

    wrong = {"transcode": [{"template": 1}]}
    assert problems(body(keys=["adhoc/none.mp4"])) == set()  # buckets are not looked into
    assert problems({"keys": [], "jobs": wrong}) == {"keys", "jobs.transcode[0].template"}
    assert problems(body(prefix="a/", limits={"max_at_once": 0})) == {"limits.max_at_once"}
    ask = [{"id": "ask", "approval": {"message": "?"}}, {"id": "s", **JOBS, "after": ["ask"]}]
    assert problems(body(url="no", jobs=None, steps=ask)) == {"url", "steps[0].approval"}
    assert problems("text") == {"(whole request)"}
    assert problems(body(url="https://127.1/a.mp4")) == {"url"}
    assert admin.get(PROCESS).json()["total"] == 0


@pytest.mark.parametrize("host", ["10.0.0.7", "localhost", "127.1:8443", "2130706433", "[::1]", "169.254.169.254"])
def test_an_address_that_no_run_may_fetch_is_refused_at_once(admin: Any, host: str) -> None:
    answer = admin.post(PROCESS, json=body(url=f"https://{host}/a.mp4"))
    (problem,) = answer.json()["problems"]
    assert (answer.status_code, problem["field"]) == (422, "url")
    assert "must lead to a public address" in problem["expected"]


def test_what_is_wrong_is_named_by_the_fields_of_the_request(admin: Any) -> None:
    def problem(request: dict[str, Any]) -> tuple[int, str]:
        answer = admin.post(PROCESS, json=request)
        return answer.status_code, answer.json()["problems"][0]["field"]

    assert problem(body(keys=["a.mp4"], bucket="no-such-bucket-here")) == (422, "bucket")
    assert problem({"keys": ["a.mp4"], "jobs": JOBS}) == (422, "bucket")
    assert problem(body()) == (422, "keys")


def test_a_request_is_tried_on_its_own_objects_only(admin: Any, viewer: Any, put: Any) -> None:
    put("adhoc/a.mp4", "private/a.mp4")

    def tried(key: str, client: Any = admin, **parts: Any) -> Any:
        return client.post(f"{PROCESS}/dry-run", json={"request": body(**parts), "key": key, "calibrate": False})

    answer = tried("adhoc/a.mp4", keys=["adhoc/a.mp4"])
    assert answer.status_code == 200, answer.text
    assert "every job would fail" in answer.text  # one byte is no video
    for parts in ({"keys": ["adhoc/a.mp4"]}, {"prefix": "adhoc/"}, {"url": "https://files.example/a.mp4"}):
        refused = tried("private/a.mp4", **parts)
        assert (refused.status_code, refused.json()["problems"][0]["field"]) == (422, "key"), refused.text
    assert tried("adhoc/a.mp4", viewer, keys=["adhoc/a.mp4"]).status_code == 403


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (
            {"keys": ["adhoc/a.mp4"]},
            {"Type": "AWS-S3", "S3InputInfo": {"S3Bucket": BUCKET, "S3Region": "us-east-1", "S3Object": "adhoc/a.mp4"}},
        ),
        (
            {"url": "https://files.example/a.mp4?token=secret"},
            {"Type": "URL", "UrlInputInfo": {"Url": "https://files.example/a.mp4"}},
        ),
    ],
)
def test_a_run_without_a_source_names_what_was_requested(
    admin: Any, put: Any, advance: Any, begin: Any, metadata: Any, source: dict[str, Any], shown: dict[str, Any]
) -> None:
    """The event of a run that was deleted in Airflow before it began has the context, too."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import delete

    from media_workflows.airflow_adapter.run_copies import copy_runs, recheck_unfinished
    from media_workflows.store.events import events_of_run

    put("adhoc/a.mp4")
    notification = {"type": "http", "url": "https://hooks.example/x"}
    admin.post(PROCESS, json=body(context=CONTEXT, notification=notification, **source))
    (run_id,) = advance()
    begin(run_id, "queued", "adhoc/a.mp4")
    assert admin.get(f"/api/v1/runs/{run_id}").json()["task"]["WorkflowTask"]["InputInfo"] == shown
    copy_runs()
    metadata.execute(delete(DagRun))
    metadata.commit()
    recheck_unfinished()
    with transaction() as session:
        (event,) = events_of_run(session, PROCESS_DAG, run_id)
    sent = json.loads(event.body)
    assert (sent["SessionId"], sent["SessionContext"]) == ("order-7", "两")
    assert sent["MediaWorkflows"]["Tags"] == CONTEXT["tags"]
    assert sent["WorkflowTaskEvent"]["InputInfo"] == shown


def test_a_single_step_cannot_be_retried(admin: Any, add_run: Any, metadata: Any) -> None:
    from airflow.models.dag import DagModel

    metadata.add(DagModel(dag_id=PROCESS_DAG, bundle_name="media_workflows"))
    add_run(PROCESS_DAG, "process__10_a", "failed", 1)
    answer = admin.post(f"/api/v1/runs/process__10_a/retry?workflow={PROCESS_DAG}", json={"step": "cover"})
    assert (answer.status_code, "are one task" in answer.text) == (409, True), answer.text


def test_a_request_is_kept_as_long_as_its_runs(admin: Any, put: Any) -> None:
    put("adhoc/a.mp4")
    made = admin.post(PROCESS, json=body(keys=["adhoc/a.mp4"])).json()
    admin.post(f"{PROCESS}/{made['request_id']}/cancel")
    with transaction() as session:
        (row,) = session.query(ProcessRow)
        session.add(RunRow(workflow_id="media_process", run_id="r", revision=row.number))
    with transaction() as session:
        forget_backfills(session, utcnow())
    assert admin.get(f"{PROCESS}/{made['request_id']}").status_code == 200
    with transaction() as session:
        session.query(RunRow).delete()
    with transaction() as session:
        forget_backfills(session, utcnow())
    assert admin.get(f"{PROCESS}/{made['request_id']}").status_code == 404


def test_the_audit_names_the_request(admin: Any, put: Any, metadata: Any) -> None:
    from airflow.models.log import Log

    put("adhoc/a.mp4")
    admin.post(PROCESS, json=body(keys=["adhoc/a.mp4"], request_id="audited"))
    row = metadata.query(Log).filter(Log.event == "media_workflows.process").order_by(Log.id.desc()).first()
    assert (row.owner, row.dag_id) == ("admin", "media_process")
    assert json.loads(row.extra)["request_id"] == "audited"


def test_a_backfill_carries_a_context_too(admin: Any, put: Any, advance: Any, create: Any) -> None:
    id_ = create("ctx")
    put("ctx/a.mp4", "ctx/b.mp4")
    admin.post(f"/api/v1/workflows/{id_}/enable")
    for parts in ({"context": CONTEXT}, {}):
        answer = admin.post("/api/v1/backfills", json={"workflow": id_, "start": True, **parts})
        assert answer.status_code == 201, answer.text
    advance()
    contexts = [conf.get("context") for conf in advance().values()]
    assert (contexts.count(CONTEXT), contexts.count(None)) == (2, 2)


def test_the_command_line(app: Any, put: Any, advance: Any, tmp_path: Path) -> None:
    def command(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(commands, ["process", *arguments])
        return result.exit_code, result.output

    put("cli/a.mp4", "cli/b.mp4")
    (file := tmp_path / "request.yaml").write_text(
        f"bucket: {BUCKET}\nprefix: cli/\noutput: {{bucket: {OTHER_BUCKET}, directory: out/}}\n"
        "jobs:\n  snapshot_by_time_offset: [{template: 10, time_offsets: [0s]}]\ncontext: {tags: {team: news}}\n"
    )
    options = ("--request-id", "cli-1", "--context-id", "order-7", "--priority", "-3")
    code, text = command("start", str(file), "cli/a.mp4", *options, "--json")
    assert code == 0, text
    made = json.loads(text)
    assert (made["total"], made["prefix"], made["priority"], made["created_by"]) == (1, "", -3, "command line")
    assert made["context"] == {"id": "order-7", "text": "", "tags": {"team": "news"}}
    assert "nothing was started" in command("start", str(file), "cli/a.mp4", *options)[1]
    code, text = command("start", str(file), *options)
    assert (code, "another request_id" in text) == (1, True)
    (run_id,) = advance()
    assert run_id in command("show", "cli-1")[1].replace("\n", "")
    assert "cli-1" in command("list")[1]
    code, text = command("start", str(file), "--url", "https://files.example/a.mp4", "--json")
    assert (code, json.loads(text)["url"]) == (0, "https://files.example/a.mp4"), text
    code, text = command("start", str(file), "--prefix", "nowhere/")
    assert (code, "at least one object" in text) == (1, True)
