"""Moving and deleting sources, with real S3 and PostgreSQL: only its own source, and only when all is there."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from bucket_site import BucketSite
from media_workflows.domain.action_result import ActionResult
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject, now
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_key import StepKey
from media_workflows.errors import JobCancelledError, OutputNameError, SourceGoneError, SourceKeptError
from media_workflows.execution.action_step import run_action
from media_workflows.execution.running_step import Resources
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_objects import existing_source
from media_workflows.store.decisions import record_decision
from media_workflows.store.engine import transaction
from media_workflows.store.runs import record_cancellation, record_job
from step_requests import action_request, graph

HD: dict[str, Any] = {"id": "hd", "transcode": {"template": 100020}}
CHECK: dict[str, Any] = {"id": "check", "quality_control": {"template": 10}}
DELETE: dict[str, Any] = {"id": "clean", "delete_source": {}, "after": ["hd"]}
MOVE: dict[str, Any] = {"id": "clean", "move_source": {"directory": "m/"}, "after": ["hd"]}


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> BucketSite:
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    clients.s3.create_bucket(Bucket=(bucket := f"bucket-{uuid.uuid4().hex[:12]}"))
    return BucketSite(clients, Settings(data_dir=tmp_path / "data"), bucket)


def put(site: BucketSite, key: str, body: bytes = b"content") -> SourceObject:
    site.clients.s3.put_object(Bucket=site.bucket, Key=key, Body=body)
    return existing_source(ObjectStorage(site.clients.s3), site.bucket, key)


def made(site: BucketSite, step_id: str, kind: str, key: str) -> None:
    """A step that has made this object."""
    there = put(site, key, b"output")
    output = OutputRecord(bucket=site.bucket, key=key, size_bytes=6, md5="m", etag=there.etag)
    item = ItemResult(item={}, definition=1, status="SUCCESS", outputs=(output,))
    result = JobResult(kind=kind, step_id=step_id, begun_at=now(), finished_at=now(), source=None, items=(item,))
    with transaction() as session:
        record_job(session, "wf_1", "r1", result)


def run(site: BucketSite, steps: list[dict[str, Any]], source: SourceObject, **states: str) -> ActionResult:
    flow = graph(*steps, trigger={"bucket": site.bucket, "directory": "in/"}, output={"directory": "out/"})
    asked = action_request(flow, "clean", source, **states)
    result = run_action(asked, Resources(site.clients, site.said.append, site.settings))
    assert isinstance(result, ActionResult)
    return result


@pytest.mark.parametrize("last", [DELETE, MOVE])
def test_the_source_goes_when_all_is_there(site: BucketSite, last: dict[str, Any]) -> None:
    source = put(site, "in/cam/a.mp4")
    made(site, "hd", "transcode", "out/a.mp4")
    result = run(site, [HD, last], source, hd="success")
    moved = ["m/cam/a.mp4"] if last is MOVE else []
    assert (site.keys("in/"), site.keys("m/"), [one.key for one in result.outputs]) == ([], moved, moved)
    again = run(site, [HD, last], source, hd="success")  # a try that died before it recorded the first
    assert again.outputs == result.outputs


def test_a_move_to_its_own_place_loses_nothing(site: BucketSite) -> None:
    """Which the definition does not show: only sources directly in the trigger's directory are meant."""
    source = put(site, "in/a.mp4")
    made(site, "hd", "transcode", "out/a.mp4")
    with pytest.raises(OutputNameError, match="would be copied to its own place, and stays as it is"):
        run(site, [HD, MOVE | {"move_source": {"key": "in/{inputName}.{inputFormat}"}}], source, hd="success")
    assert site.keys("in/") == ["in/a.mp4"]


@pytest.mark.parametrize("last", [DELETE, MOVE])
@pytest.mark.parametrize("status", ["failed", "skipped", "upstream_failed"])
def test_it_stays_if_a_step_did_not_succeed(site: BucketSite, last: dict[str, Any], status: str) -> None:
    """Skipped as an approval was rejected, here."""
    source = put(site, "in/a.mp4")
    rejected = StepDecision(step_id="hd", skipped="rejected", rejected="ask", decided_at=now())
    with transaction() as session:
        record_decision(session, StepKey("wf_1", "r1", "hd"), rejected)
    with pytest.raises(SourceKeptError, match=f"step 'hd' is {status}"):
        run(site, [HD, last], source, hd=status)
    assert (site.keys("in/"), site.keys("m/")) == (["in/a.mp4"], [])


def test_it_stays_if_a_person_has_marked_a_step_as_skipped(site: BucketSite) -> None:
    source = put(site, "in/a.mp4")
    with pytest.raises(SourceKeptError, match="step 'hd' is skipped"):
        run(site, [HD, MOVE], source, hd="skipped")


def test_a_step_skipped_by_its_condition_holds_nothing_up(site: BucketSite) -> None:
    """Nor one that was skipped only because that was."""
    source = put(site, "in/a.mp4")
    with transaction() as session:
        false = StepDecision(step_id="hd", skipped="condition", condition="false", decided_at=now())
        record_decision(session, StepKey("wf_1", "r1", "hd"), false)
    covers = {"id": "covers", "sample_snapshot": {"template": 10}, "input": "hd"}
    made(site, "check", "quality_control", "out/a.json")
    steps = [HD, covers, CHECK]
    after = {"after": ["covers", "check"]}
    with pytest.raises(SourceKeptError, match="no step has made media or a copy of it"):
        run(site, [*steps, {**DELETE, **after}], source, hd="skipped", covers="skipped", check="success")
    run(site, [*steps, {**MOVE, **after}], source, hd="skipped", covers="skipped", check="success")
    assert site.keys("in/") == []


@pytest.mark.parametrize("change", ["gone", "replaced"])
def test_it_stays_if_an_output_is_not_what_was_made(site: BucketSite, change: str) -> None:
    source = put(site, "in/a.mp4")
    made(site, "hd", "transcode", "out/a.mp4")
    if change == "gone":
        site.clients.s3.delete_object(Bucket=site.bucket, Key="out/a.mp4")
    else:
        put(site, "out/a.mp4", b"another")
    with pytest.raises(SourceKeptError, match=r"its output s3://.*/out/a\.mp4 is missing or was changed"):
        run(site, [HD, DELETE], source, hd="success")
    assert site.keys("in/") == ["in/a.mp4"]


@pytest.mark.parametrize("last", [DELETE, MOVE])
def test_another_object_under_its_key_is_left_alone(site: BucketSite, last: dict[str, Any]) -> None:
    source = put(site, "in/a.mp4")
    made(site, "hd", "transcode", "out/a.mp4")
    put(site, "in/a.mp4", b"newer")
    with pytest.raises(SourceGoneError, match="was replaced after this run began"):
        run(site, [HD, last], source, hd="success")
    assert (site.body("in/a.mp4"), site.keys("m/")) == (b"newer", [])


def test_a_source_that_is_gone_was_not_moved(site: BucketSite) -> None:
    source = put(site, "in/a.mp4")
    made(site, "hd", "transcode", "out/a.mp4")
    site.clients.s3.delete_object(Bucket=site.bucket, Key="in/a.mp4")
    with pytest.raises(SourceGoneError, match="this run did not move it"):
        run(site, [HD, MOVE], source, hd="success")


def test_a_bucket_that_keeps_versions_loses_nothing(site: BucketSite) -> None:
    versioning: Any = {"Status": "Enabled"}
    site.clients.s3.put_bucket_versioning(Bucket=site.bucket, VersioningConfiguration=versioning)
    source = put(site, "in/a.mp4")
    made(site, "hd", "transcode", "out/a.mp4")
    run(site, [HD, DELETE], source, hd="success")
    assert site.keys("in/") == []
    version = site.clients.s3.get_object(Bucket=site.bucket, Key="in/a.mp4", VersionId=str(source.version_id))
    assert version["Body"].read() == b"content"


def test_a_cancelled_run_deletes_nothing(site: BucketSite, monkeypatch: pytest.MonkeyPatch) -> None:
    source = put(site, "in/a.mp4")
    made(site, "hd", "transcode", "out/a.mp4")
    monkeypatch.setattr("media_workflows.store.runs.forget_cancellation", lambda *_: None)
    with transaction() as session:
        record_cancellation(session, "wf_1", "r1", "ann")
    with pytest.raises(JobCancelledError):
        run(site, [HD, DELETE], source, hd="success")
    assert site.keys("in/") == ["in/a.mp4"]


def test_a_server_without_conditional_deletions_deletes(site: BucketSite) -> None:
    from botocore.awsrequest import AWSResponse
    from botocore.compat import HTTPHeaders

    source = put(site, "in/a.mp4")

    def not_implemented(request: Any, **_: Any) -> Any:
        body = b"<Error><Code>NotImplemented</Code></Error>"
        raw: Any = type("Raw", (), {"stream": lambda *_args, **_how: iter([body])})()
        return AWSResponse(request.url, 501, HTTPHeaders(), raw) if "If-Match" in request.headers else None

    site.clients.s3.meta.events.register("before-send.s3.DeleteObject", not_implemented)
    ObjectWriter(ObjectStorage(site.clients.s3)).delete_unchanged(site.bucket, "in/a.mp4", source.etag)
    assert site.keys("in/") == []
